"""One YAML file as it was written: its data, and the line of every key; within limits of size and depth."""

import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from csanalysis.errors import ParamsError
from csanalysis.messages import Message, no_file, unreadable
from csanalysis.params.language import MOST_BYTES
from csanalysis.params.libyaml import quick_loader

Loc = tuple[Any, ...]
Problem = tuple[Loc, Message]


@dataclass(frozen=True)
class Document:
    """A file's nodes and data; they are shared by all who read it, and nobody may change them."""

    path: Path
    root: yaml.Node
    data: dict[str, Any]

    def line(self, loc: Loc) -> tuple[int, int]:
        """How many parts of ``loc`` the file has, and the line, counted from 1, of the deepest of them."""
        node, line, depth = self.root, 1, 0
        for part in loc:
            if isinstance(node, yaml.MappingNode):
                found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
                if found is None:
                    break
                line, node = found[0].start_mark.line + 1, found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.start_mark.line + 1
            else:
                break
            depth += 1
        return depth, line


def text_of(path: Path) -> str:
    """What a params file says.

    Raises
    ------
    ParamsError
        There is none, it cannot be read, or it is no text.
    """
    try:
        return _text(path)
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


@lru_cache(maxsize=16_384)
def document_of(path: Path, text: str) -> Document:
    """A file's text, understood.

    Raises
    ------
    ParamsError
        It is no YAML of keys and values, or too much of it.
    """
    try:
        root, data = _parsed(text)
    except RecursionError:
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
    return Document(path, root, data)


_MISFITS = (KeyError, AttributeError, TypeError)
"""What PyYAML raises where a value does not fit its tag, such as ``!!bool maybe``."""


def _text(path: Path) -> str:
    """What a params file says; what is no file, or too long for one, is not opened."""
    about = path.stat()
    if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
        raise ParamsError(no_file(path))
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


_MOST_NODES = 100_000

_SLOW = re.compile("[\t\r!?&*\\\\\x85\u2028\u2029\ufeff]|[|>][-+0-9]*#")
"""Signs of which libyaml and PyYAML's own reader do not think alike; what they mean, the latter says."""


def _parsed(text: str) -> tuple[yaml.Node | None, Any]:
    """The document's nodes, which know their lines, and its data; every key is the text that was written."""
    if quick_loader is not None and not _SLOW.search(text):
        with suppress(yaml.YAMLError):  # if it is wrong, the other reader says so, in its own words
            return _understood(quick_loader(text))
    return _understood(yaml.SafeLoader(text))


def _understood(loader: Any) -> tuple[yaml.Node | None, Any]:
    try:
        root = loader.get_single_node()
        if _size(root, {}) > _MOST_NODES:
            raise RecursionError
        _keys_as_text(root)
        return root, loader.construct_document(root) if root is not None else None
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


def repeated_keys(node: yaml.Node, loc: Loc = ()) -> list[Problem]:
    """YAML keeps the last of two equal keys without a word; a params file must not."""
    problems: list[Problem] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                twice = Message("is written twice; keep one", "写了两次；请只留一个")
                problems.append(((*loc, key.value), twice))
            seen.add(key.value)
            problems += repeated_keys(value, (*loc, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            problems += repeated_keys(value, (*loc, index))
    return problems
