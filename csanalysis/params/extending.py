"""``extends``: what a params file does not say stands in another one, such as a group's.

Keys are merged at every depth, lists replaced, and paths start at the file that they are written in.
``{id}`` in a path is the dealership's id, ``{folder}`` the roster's folder of the store.
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from csanalysis.addresses import is_address
from csanalysis.errors import ParamsError
from csanalysis.messages import Message, placed
from csanalysis.params.document import Document, document_of, text_of
from csanalysis.params.sources import with_ids

KEY, ROSTER, STORES = "extends", "roster", "stores"
MOST_FILES = 5

Text = tuple[Path, str]
"""A file and what it says."""
Layers = list[Document]
"""A params file and those that it extends, each before the one it extends."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SQLITE = "sqlite:///"


def layers_of(path: Path, text: str) -> tuple[Text, ...]:
    """A params file and, after it, all that it extends.

    Raises
    ------
    ParamsError
        One cannot be read, names itself in a round, or there are too many.
    """
    found, known = [(path, text)], {os.path.realpath(path)}
    while (document := document_of(*found[-1])).data.get(KEY) is not None:
        where = f"{document.path}:{document.line((KEY,))[1]}: {KEY}"
        named = document.data[KEY]
        if not isinstance(named, str) or not named.strip() or is_address(named):
            raise _refused(
                where, Message("must name a file, such as group.yml", "应写一个文件名，如 group.yml")
            )
        base = document.path.parent / named
        if (real := os.path.realpath(base)) in known:
            raise _refused(
                where,
                Message(
                    "{named} extends this file in turn; leave one of the two out",
                    "{named} 反过来又 extends 本文件；请去掉其中一个",
                    named=named,
                ),
            )
        if len(found) == MOST_FILES:
            raise _refused(
                where,
                Message(
                    "is the {most}th file in a row; at most {most} files may build on each other",
                    "接连引用的文件超过 {most} 个；最多 {most} 个",
                    most=MOST_FILES,
                ),
            )
        known.add(real)
        if not base.exists():
            raise _refused(where, Message("{named}: no such file", "{named}：没有这个文件", named=named))
        found.append((base, text_of(base)))
    return tuple(found)


def _refused(where: str, what: Message) -> ParamsError:
    return ParamsError(placed(where, what))


def salvaged_layers(path: Path) -> Layers:
    """As many of the layers as can be used."""
    found: Layers = []
    here: Path | None = path
    while here is not None and len(found) < MOST_FILES:
        try:
            document = document_of(here, text_of(here))
        except ParamsError:
            break
        found.append(document)
        named = document.data.get(KEY)
        here = document.path.parent / named if isinstance(named, str) else None
    return found


def merged(layers: Layers) -> dict[str, Any]:
    """One file's keys over those of the file it extends, and so on; empty without a layer."""
    if not layers:
        return {}
    folder, roster = layers[0].path.parent, layers[0].data.get(ROSTER)
    data: dict[str, Any] = {}
    for layer in reversed(layers):
        own = {key: value for key, value in layer.data.items() if key not in (KEY, STORES, ROSTER)}
        if len(layers) > 1:
            own = _with_paths(own, _seen_from(folder, layer.path.parent))
        data = over(own, data)
    dealership = data.get("dealership")
    store = dealership.get("id") if isinstance(dealership, dict) else None
    if not isinstance(store, str) or not _ID.fullmatch(store):
        return data
    named = roster.get("folder") if isinstance(roster, dict) else None
    names = {"{id}": store, "{folder}": named if isinstance(named, str) else store}
    return _with_paths(data, lambda path: _filled(path, names), also=("url", "query"))


def over(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of both at every depth; where both say something that is no mapping, the upper one counts."""
    result = dict(lower)
    for key, value in upper.items():
        below = lower.get(key)
        result[key] = over(value, below) if isinstance(value, dict) and isinstance(below, dict) else value
    return result


def _filled(text: str, names: Mapping[str, str]) -> str:
    for blank, name in names.items():
        text = text.replace(blank, name)
    return text


def _seen_from(folder: Path, start: Path) -> Callable[[str], str]:
    """How a file of ``folder`` writes the paths that are written in a file of folder ``start``."""
    if start == folder or (here := start.resolve()) == (there := folder.resolve()):
        return lambda path: path
    return lambda path: _moved(path, here, there)


def _moved(path: str, start: Path, folder: Path) -> str:
    sqlite = path.startswith(_SQLITE)
    bare = path.removeprefix(_SQLITE) if sqlite else path
    if not bare or bare.startswith((":memory:", "file:")) or PurePosixPath(bare).is_absolute():
        return path
    if (is_address(bare) and not sqlite) or Path(bare).is_absolute():
        return path
    try:
        moved = Path(os.path.relpath(start / bare, folder)).as_posix()
    except ValueError:  # on another drive
        moved = (start / bare).as_posix()
    return _SQLITE + moved if sqlite else moved


def _with_paths(
    data: Mapping[str, Any], change: Callable[[str], str], *, also: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The same keys with every path in them changed; what is no text there is left alone."""
    result = dict(data)

    def put(key: str, value: object) -> None:
        result[key] = value

    sources = with_ids(data.get("sources"))
    if isinstance(sources, dict):
        put("sources", {table: _source(source, change, also) for table, source in sources.items()})
    for key in ("calendar", "notes", "notebooks"):
        if isinstance(data.get(key), str):
            put(key, change(data[key]))
    look = data.get("report")
    if isinstance(look, dict):
        put("report", {key: _each(value, change) if key in _FILES else value for key, value in look.items()})
    if isinstance(data.get("chapters"), list):
        put("chapters", [_chapter(chapter, change) for chapter in data["chapters"]])
    return result


_FILES = ("logo", "template")


def _source(source: Any, change: Callable[[str], str], also: tuple[str, ...]) -> Any:
    """A source whose paths are changed; one that is a path alone becomes the mapping that it stands for."""
    if isinstance(source, str | list):
        return {"path": _each(source, change)}
    if not isinstance(source, dict):
        return source
    changed = dict(source)
    for key in ("path", *also):
        if key in source:
            changed[key] = _each(source[key], change)
    url = source.get("url")
    if isinstance(url, str) and url.startswith(_SQLITE) and "url" not in also:
        changed["url"] = change(url)
    return changed


def _chapter(chapter: Any, change: Callable[[str], str]) -> Any:
    if isinstance(chapter, str):
        return change(chapter)
    if isinstance(chapter, dict) and isinstance(chapter.get("notebook"), str):
        return {**chapter, "notebook": change(chapter["notebook"])}
    return chapter


def _each(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_each(item, change) for item in value]
    return change(value) if isinstance(value, str) else value
