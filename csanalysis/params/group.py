"""A group's stores: ``stores`` in a params file, a list or a table, becomes a params file for each of them.

They are written to ``<group>.stores/`` beside the group's file, which each of them extends; a command that is
given the group's file means all of them. A row that cannot be used becomes a file that says so, and keeps no
other store from being made.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from csanalysis.addresses import is_address
from csanalysis.errors import ParamsError
from csanalysis.messages import Message, both, joined, placed, unreadable
from csanalysis.params.document import Document, document_of, text_of
from csanalysis.params.extending import KEY, ROSTER, STORES, layers_of, merged, over
from csanalysis.params.model import NO_SLUG, SLUG
from csanalysis.params.roster_table import Row, read_table
from csanalysis.schema import nearest
from csanalysis.whole_files import write_whole

MOST_STORES = 10_000

COLUMNS = {
    "id": "代号",
    "name": "店名",
    "brand": "品牌",
    "region": "大区",
    "size": "规模",
    "folder": "文件夹",
    "owner": "负责人",
    "addresses": "收件人",
    "overrides": "参数",
}
"""What a row of the roster says of a store, in a file's head also in Chinese."""

_IDS = {name: name for name in COLUMNS} | {name: id for id, name in COLUMNS.items()}
_HEAD = (
    "# csanalysis: written from {group}, {stores}, row {row}. Change it there: this file is written anew.\n"
)
_OWN = "# csanalysis: written from "


def stores_of(path: Path) -> list[Path] | None:
    """The params files of a group's stores, written if they changed; None where the file is no group's.

    Raises
    ------
    ParamsError
        The group's file or its roster cannot be used, or there is no writing beside it.
    """
    try:
        document = document_of(path, text_of(path))
    except ParamsError:
        return None  # whatever it is, its own run says what is wrong
    if STORES not in document.data:
        return None
    layers = [document_of(*text) for text in layers_of(path, text_of(path))]
    shared = merged(layers)
    language, failures = shared.get("language"), _failures(shared)
    folder = path.with_name(f"{path.stem}.stores")
    found: dict[Path, str] = {}
    ids: dict[str, int] = {}
    for number, row in enumerate(_rows(document), 1):
        if number > MOST_STORES:
            raise _wrong(
                document, Message("has more than {most:,} stores", "超过 {most:,} 家店", most=MOST_STORES)
            )
        name, said = _store(document, row, ids, failures)
        if language in ("zh", "en"):
            said.setdefault("language", language)
        head = _HEAD.format(group=path.name, stores=STORES, row=row.number)
        text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False)
        found[folder / f"{name}.yml"] = head + text
    if not found:
        raise _wrong(document, Message("names no store", "没有写任何店"))
    _write(folder, found)
    return list(found)


def stores_named(paths: Sequence[Path]) -> list[Path]:
    """The params files that a command's arguments mean: wildcards that no shell resolved, a group's stores in
    place of its file, and no file that only others build on.

    Raises
    ------
    ParamsError
        A wildcard matches nothing, or a group's file or its roster cannot be used.
    """
    named: list[Path] = []
    for path in paths:
        if "*" not in path.name:
            named.append(path)
        elif matches := sorted(path.parent.glob(path.name)):
            named += matches
        else:
            raise ParamsError(
                Message(
                    "{path}: no such file; name params files, such as params/*.yml",
                    "{path}：没有这样的文件；请写参数文件，如 params/*.yml",
                    path=path,
                )
            )
    named = list(dict.fromkeys(named))
    if len(named) > 1:
        bases = set[Path]().union(*map(extended_by, named))
        named = [path for path in named if not is_base(path, bases) or stores_of(path)]
    found: list[Path] = []
    for path in named:
        found += [path] if (stores := stores_of(path)) is None else stores
    return list(dict.fromkeys(found))


def rosters_of(path: Path) -> list[Path]:
    """The files besides that say which stores a group has: its table, where it names one."""
    try:
        given = document_of(path, text_of(path)).data.get(STORES)
    except ParamsError:
        return []
    return [path.parent / given] if isinstance(given, str) and not is_address(given) else []


def is_base(path: Path, others: set[Path]) -> bool:
    """Whether a file is there for others to extend: one of them does, and it names no dealership itself."""
    if path.resolve() not in others:
        return False
    try:
        data = document_of(path, text_of(path)).data
    except ParamsError:
        return False
    dealership = data.get("dealership")
    return not (isinstance(dealership, dict) and "id" in dealership)


def extended_by(path: Path) -> set[Path]:
    """The files that a params file builds on."""
    try:
        return {base.resolve() for base, _ in layers_of(path, text_of(path))[1:]}
    except ParamsError:
        return set()


def _wrong(document: Document, what: Message) -> ParamsError:
    where = f"{document.path}:{document.line((STORES,))[1]}: {STORES}"
    return ParamsError(placed(where, what))


def _rows(document: Document) -> Iterator[Row]:
    """The rows of the roster, whichever way it is written."""
    given = document.data[STORES]
    if isinstance(given, str) and given.strip() and not is_address(given):
        table = document.path.parent / given
        try:
            yield from read_table(table)
        except OSError as error:
            raise ParamsError(unreadable(table, error)) from None
        return
    if not isinstance(given, list):
        raise _wrong(
            document,
            Message(
                "must be a list of stores, or the name of a .csv or .xlsx file",
                "应为门店列表，或 .csv、.xlsx 文件名",
            ),
        )
    for number, entry in enumerate(given, 1):
        if isinstance(entry, str):
            entry = {"id": entry}
        yield Row(number, entry if isinstance(entry, dict) else {"": entry})


def _store(
    document: Document, row: Row, ids: dict[str, int], failures: list[Any]
) -> tuple[str, dict[str, Any]]:
    """A file's name and what it says: the store, or why its row cannot be used."""
    base = {KEY: f"../{document.path.name}"}
    try:
        values = _values(row)
        store = str(values["id"])
        if store in ids:
            raise ParamsError(
                Message(
                    "id {id!r} stands in row {other} too; give each store its own",
                    "代号“{id}”在第 {other} 行已有；请给每家店不同的代号",
                    id=store,
                    other=ids[store],
                )
            )
        said = over(_params(values, failures), base)
    except ParamsError as error:
        refused = [[*both(line)] for line in error.problems]
        return f"_row-{row.number}", base | {ROSTER: {"row": row.number, "refused": refused}}
    ids[store] = row.number
    return store, said


def _values(row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {}
    problems = []
    for written, value in row.values.items():
        name = _IDS.get(str(written).strip(), str(written).strip())
        if name not in COLUMNS and "." not in name:
            hint = nearest(name, [*COLUMNS])
            problems.append(
                Message(
                    "{name!r} is not a known key{hint}", "“{name}”不是认识的键{hint}", name=name, hint=hint
                )
            )
        elif value not in (None, ""):
            values[name] = value
    store = values.get("id")
    if isinstance(store, int) and not isinstance(store, bool):  # YAML and Excel read a bare 0316 as a number
        store = values["id"] = str(store)
    if store is None:
        problems.append(Message("id must be given", "必须填写代号（id）"))
    elif not isinstance(store, str) or not SLUG.fullmatch(store):
        problems.append(placed("id", Message(*NO_SLUG, value=store)))
    for name in ("name", "brand", "region", "size", "folder", "owner"):
        if name in values and isinstance(values[name], dict | list):
            problems.append(Message("{name} must be text", "{name} 应为文字", name=name))
    if not isinstance(values.get("overrides", {}), dict):
        line = "overrides must hold params keys", "overrides 下面应写参数的键"
        problems.append(Message(*line))
    if problems:
        raise ParamsError(joined(problems, "; ", "；"))
    return values


def _params(values: Mapping[str, Any], failures: list[Any]) -> dict[str, Any]:
    """The params that a row stands for; ``failures`` are those who hear of every store's failures."""
    said: dict[str, Any] = {"dealership": {"id": values["id"]}}
    for name in ("name", "brand", "region", "size"):
        if name in values:
            said["dealership"][name] = str(values[name])
    if "folder" in values:
        said[ROSTER] = {"folder": str(values["folder"])}
    email: dict[str, Any] = {}
    if "addresses" in values:
        email["to"] = _listed(values["addresses"])
    if "owner" in values:
        email["failures_to"] = list(dict.fromkeys([*_listed(values["owner"]), *failures]))
    if email:
        said["delivery"] = {"email": email}
    for path, value in values.items():
        if "." in path:
            for key in reversed(path.split(".")):
                value = {key: value}
            said = over(value, said)
    return over(values.get("overrides", {}), said)


def _listed(value: Any) -> list[Any]:
    """Several addresses, in a list or behind each other in a cell."""
    if isinstance(value, list):
        return value
    text = str(value).replace("；", ";").replace("，", ",").replace(",", ";")
    return [part.strip() for part in text.split(";") if part.strip()]


def _failures(data: Mapping[str, Any]) -> list[Any]:
    """The group's own addresses for failures."""
    delivery = data.get("delivery")
    email = delivery.get("email") if isinstance(delivery, dict) else None
    found = email.get("failures_to") if isinstance(email, dict) else None
    return found if isinstance(found, list) else []


def _write(folder: Path, files: Mapping[Path, str]) -> None:
    """Write what changed, whole, and take away the files of stores that the roster has no longer."""
    try:
        folder.mkdir(exist_ok=True)
        for path in folder.glob("*.yml"):
            if path not in files and path.read_text(encoding="utf-8", errors="replace").startswith(_OWN):
                path.unlink()
        for path, text in files.items():
            if path.is_file() and path.read_text(encoding="utf-8", errors="replace") == text:
                continue
            # Cut short by a failing machine, it differs from its row and is written anew the next time.
            write_whole(path, text, readable=True, synced=False)
    except OSError as error:
        raise ParamsError(
            Message(
                "{folder}: the stores' params cannot be written there ({why})",
                "{folder}：无法在此写入各店的参数文件（{why}）",
                folder=folder,
                why=error.strerror or error,
            )
        ) from None
