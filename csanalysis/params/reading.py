"""Read a params file: every problem is listed with its line and the nearest known key."""

import stat
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from csanalysis.errors import ParamsError
from csanalysis.messages import Message, placed, unreadable
from csanalysis.params.as_of import given_as_of
from csanalysis.params.calendar import event_problems
from csanalysis.params.described import Problem, described
from csanalysis.params.language import MOST_BYTES
from csanalysis.params.model import Params
from csanalysis.params.sources import source_problems


def read_params(path: str | Path) -> Params:
    """The validated params of one file, with the ``as_of`` that the command gave, if any.

    Raises
    ------
    ParamsError
        One line for each problem: ``file:line: where what; what to do``.
    """
    path = Path(path)
    try:
        text = _text(path)
    except FileNotFoundError:
        raise ParamsError(
            Message(
                "{path}: no such file; 'csanalysis init {stem}' writes one to fill in",
                "{path}：没有这个文件；用“csanalysis init {stem}”可生成一份来填写",
                path=path,
                stem=path.stem,
            )
        ) from None
    except IsADirectoryError:
        raise ParamsError(
            Message(
                "{path}: is a folder; name the YAML files in it, such as {path}/*.yml",
                "{path}：这是文件夹；请写出其中的 YAML 文件，如 {path}/*.yml",
                path=path,
            )
        ) from None
    except OSError as error:
        raise ParamsError(unreadable(path, error)) from None
    except UnicodeDecodeError:
        raise ParamsError(
            Message(
                "{path}: is not UTF-8 text; save it as UTF-8",
                "{path}：不是 UTF-8 编码；请另存为 UTF-8",
                path=path,
            )
        ) from None
    return _validated(path, text, date.today(), given_as_of())


def salvaged(path: Path) -> dict[str, Any]:
    """The keys of a file that :func:`read_params` refuses, as far as it is YAML; empty where it is none."""
    try:
        data = _parsed(_text(path))[1]
    except (ParamsError, OSError, ValueError, yaml.YAMLError, *_MISFITS):
        return {}
    return data if isinstance(data, dict) else {}


@lru_cache(maxsize=1024)
def _validated(path: Path, text: str, today: date, given: str | None) -> Params:
    """The params that a file's text gives on a day: a run asks at every step, so nobody may change them.

    ``given`` is the ``as_of`` that the command gave in place of the file's.
    """
    try:
        root, data = _parsed(text)
    except _TooDeepError:
        raise ParamsError(
            Message(
                "{path}: is nested too deeply, or refers to itself; write it out plainly",
                "{path}：层次太深，或引用了自身；请直接写出内容",
                path=path,
            )
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ParamsError(
            Message(
                "{where}: is not YAML ({what}); check indentation, colons and quotes",
                "{where}：不是有效的 YAML（{what}）；请检查缩进、冒号和引号",
                where=where,
                what=what,
            )
        ) from None
    except _MISFITS:
        raise ParamsError(
            Message(
                "{path}: a value does not fit the type that '!!' before it asks for; leave '!!…' out",
                "{path}：有一个值与它前面“!!”所写的类型不符；请去掉“!!…”",
                path=path,
            )
        ) from None
    except ValueError as error:  # an unquoted 2025-02-30 fails while YAML makes a date of it
        raise ParamsError(
            Message(
                "{path}: holds an impossible value ({error}); check the dates",
                "{path}：含有不可能的值（{error}）；请检查日期",
                path=path,
                error=error,
            )
        ) from None
    if not isinstance(data, dict) or root is None:
        raise ParamsError(
            Message(
                "{path}: holds no 'key: value' lines; 'csanalysis init' writes a params file",
                "{path}：没有“键: 值”这样的行；用“csanalysis init”可生成参数文件",
                path=path,
            )
        )

    if given is not None:
        data = {**data, "as_of": given}
    problems = _repeated_keys(root)
    if isinstance(data.get("sources"), dict):
        problems += source_problems(data["sources"])
    try:
        params = Params.model_validate(data, context={"today": today})
        if isinstance(params.calendar, list):
            problems += [
                (("calendar", *place), what)
                for place, what in event_problems(params.calendar, params.plan_year)
            ]
    except ValidationError as error:
        problems += [described(detail) for detail in error.errors()]
    if problems:
        lines = sorted((_line(root, loc), _of(loc, what)) for loc, what in problems)
        raise ParamsError([placed(f"{path}:{line}", what) for line, what in lines])
    return params


_MISFITS = (KeyError, AttributeError, TypeError)
"""What PyYAML raises where a value does not fit its tag, such as ``!!bool maybe``."""


def _text(path: Path) -> str:
    """What a params file says; what is no file, or too long for one, is not opened."""
    about = path.stat()
    if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
        raise ParamsError(
            Message(
                "{path}: is no file but a pipe or a device", "{path}：不是文件，而是管道或设备", path=path
            )
        )
    if stat.S_ISREG(about.st_mode) and about.st_size > MOST_BYTES:
        raise ParamsError(
            Message(
                "{path}: is {size:,} bytes long, a params file at most {most:,}; is it an export?",
                "{path}：有 {size:,} 字节，参数文件不得超过 {most:,} 字节；是否误给了导出文件？",
                path=path,
                size=about.st_size,
                most=MOST_BYTES,
            )
        )
    return path.read_text(encoding="utf-8-sig")


def _of(loc: tuple[Any, ...], what: Message) -> Message:
    """What is wrong, behind the key that it is about."""
    where = ".".join(map(str, loc)) or Message("the file", "文件")
    return Message("{where} {what}", "{where} {what}", where=where, what=what)


_MOST_NODES = 100_000


class _TooDeepError(ValueError):
    """A document without end, or with more levels than can be followed."""


def _parsed(text: str) -> tuple[yaml.Node | None, Any]:
    """The document's nodes, which know their lines, and its data; every key is the text that was written."""
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if _size(root, {}) > _MOST_NODES:
            raise _TooDeepError
        _keys_as_text(root)
        return root, loader.construct_document(root) if root is not None else None
    except RecursionError:
        raise _TooDeepError from None
    finally:
        loader.dispose()


def _size(node: yaml.Node | None, known: dict[int, int]) -> int:
    """How many nodes a document has once every alias is written out; aliases of aliases multiply."""
    if node is None or isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in known:
        known[id(node)] = _MOST_NODES + 1  # until it is counted: what refers to itself has no end
        parts = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
        known[id(node)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(node)]


def _keys_as_text(node: yaml.Node | None) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _whole_characters(key)
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                key.tag = "tag:yaml.org,2002:str"
            _keys_as_text(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _keys_as_text(item)
    _whole_characters(node)


def _whole_characters(node: yaml.Node | None) -> None:
    """JSON writes a character outside the basic plane as two halves, which YAML leaves apart."""
    if isinstance(node, yaml.ScalarNode) and any("\ud800" <= sign <= "\udfff" for sign in node.value):
        node.value = node.value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def template_text(language: str) -> str:
    """The params file, commented in ``zh`` or ``en``, that ``csanalysis init`` fills in."""
    return (Path(__file__).parent / f"template_{language}.yml").read_text(encoding="utf-8")


def _line(root: yaml.Node, loc: tuple[Any, ...]) -> int:
    """Line, counted from 1, of the deepest part of ``loc`` that the file has."""
    node, line = root, 1
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _repeated_keys(node: yaml.Node, loc: tuple[Any, ...] = ()) -> list[Problem]:
    """YAML keeps the last of two equal keys without a word; a params file must not."""
    problems: list[Problem] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                twice = Message("is written twice; keep one", "写了两次；请只留一个")
                problems.append(((*loc, key.value), twice))
            seen.add(key.value)
            problems += _repeated_keys(value, (*loc, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            problems += _repeated_keys(value, (*loc, index))
    return problems
