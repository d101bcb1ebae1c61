"""What a store is told when something is wrong: in English on the terminal, in its own language on its page."""

import ast
import pickle
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import csanalysis
from csanalysis.errors import CsanalysisError
from csanalysis.messages import (
    BadValueError,
    Message,
    edited,
    joined,
    message_of,
    said,
    unreadable,
    unwritable,
)

PACKAGE = Path(csanalysis.__file__).parent
_CHINESE = re.compile("[一-鿿]")
_SPARE = {"s", "counted", "rows", "cells"}
"""What fills one language alone: English counts in words, and puts an s to them."""

_IN_ENGLISH = {
    "answer_cache.py UnpicklingError": "caught where it is read: what was kept is measured again",
    "entries.py KeyError": "the code asks for a metric that is not described",
    "entries.py ValueError": "the program's own catalogue is wrong",
    "forked.py CellTimeoutError": "caught where the notebook is known, and told in other words",
    "json_files.py ValueError": "caught where the file is known, beside the parser's own",
    "kernel.py TypeError": "what Python itself says of such a call",
    "periods.py ValueError": "the code writes a period that is none; what a user writes is checked before",
    "period_kinds.py ValueError": "the code writes a period that is none; what a user writes is checked before",
    "__init__.py AttributeError": "what Python itself says of a module that lacks the name",
    "show.py AttributeError": "a notebook asks for a table or figure that is not there",
    "show.py TypeError": "what Python itself says of such a call",
    "state.py ValueError": "what is wrong in the service's own file, for its log",
    "svg.py ValueError": "a drawing of another library's is none",
    "layout.py ValueError": "the program's own table is no table",
    "markup.py ValueError": "caught beside the parser's own, whose words it stands with",
    "worklist.py TypeError": "the code asks a list for what it does not hold",
    "texts.py KeyError": "the code asks for a text that is not there",
    "texts.py ValueError": "the program's own texts are wrong",
}
"""Errors of the code and not of the user, and why: a module and what it raises."""


def test_a_message_is_its_english_and_remembers_its_chinese():
    message = Message("{n} rows of {what}", "{what}共 {n} 行", n=3, what=Message("visits", "进厂"))
    assert message == "3 rows of visits"
    assert said(message, "en") == "3 rows of visits"
    assert said(message, "zh") == "进厂共 3 行"
    assert said("as it is", "zh") == "as it is"


def test_what_fills_a_message_is_never_a_format_string_itself():
    message = Message("{word} is unknown", "不认识 {word}", word="{0}")
    assert message == "{0} is unknown"
    assert pickle.loads(pickle.dumps(message)).zh == "不认识 {0}"
    assert edited(message, str.upper).zh == "不认识 {0}"


def test_messages_are_joined_in_either_language():
    line = joined([Message("one", "一"), "2"], "; ", "；")
    assert (line, line.zh) == ("one; 2", "一；2")


def test_an_error_has_a_line_for_each_problem():
    assert CsanalysisError(Message("one", "一")).problems == ["one"]
    error = CsanalysisError([Message("one", "一"), Message("two", "二")])
    assert str(error) == "one\ntwo"
    assert [said(line, "zh") for line in error.problems] == ["一", "二"]


def test_a_bad_value_is_a_value_error_that_carries_its_message():
    error = BadValueError("{n} is too much", "{n} 太多", n=3)
    assert isinstance(error, ValueError)
    assert (str(error), message_of(error).zh) == ("3 is too much", "3 太多")
    assert message_of(ValueError("of another library")).zh == "of another library"


def test_a_file_that_cannot_be_read_or_written_is_told_with_the_systems_word():
    error = OSError(13, "Permission denied")
    assert unreadable("a.yml", error) == "a.yml: cannot be read (Permission denied)"
    assert unwritable("out", error).zh == "out：无法写入（Permission denied）；请用 --output 换一个文件夹"


def test_every_error_that_a_user_can_meet_is_said_in_both_languages():
    """What is raised with a plain string, beside the errors of the code that are listed with a reason."""
    plain = [
        (f"{path.name} {name}", f"{path.name}:{node.lineno}")
        for path, node in _nodes(ast.Raise)
        if isinstance(node.exc, ast.Call) and (name := _called(node.exc)) not in _bilingual()
        if any(map(_is_plain, node.exc.args))
    ]
    assert [where for key, where in plain if key not in _IN_ENGLISH] == []
    assert _IN_ENGLISH.keys() - {key for key, _ in plain} == set(), "listed and raised no more"


def test_every_message_has_both_languages_and_fills_them_alike():
    pairs = [(f"{path.name}:{node.lineno}", *pair) for path, node in _nodes(ast.Call) for pair in _said(node)]
    assert len(pairs) > 300
    wrong = [(where, english, chinese) for where, english, chinese in pairs if not _alike(english, chinese)]
    assert wrong == []


def _alike(english: str, chinese: str) -> bool:
    """Whether both lines have the same blanks, and Chinese stands where English has words."""
    blanks = [set(re.findall(r"{(\w+)", line)) for line in (english, chinese)]
    worded = re.search("[A-Za-z]{2}", re.sub(r"{.*?}", "", english))
    return blanks[0] ^ blanks[1] <= _SPARE and bool(_CHINESE.search(chinese)) >= bool(worded)


def _said(node: ast.Call) -> list[tuple[str, str]]:
    """The two lines of a call that makes a message, or every two that the name it takes them from has."""
    if _called(node) not in _bilingual() | {"Message", "refuse"} or not node.args:
        return []
    first = node.args[0]
    if isinstance(first, ast.Starred) and isinstance(first.value, ast.Name):
        return _pairs_by_name()[first.value.id]
    texts = [text for part in node.args if (text := _text(part)) is not None]
    return [(texts[-2], texts[-1])] if len(texts) >= 2 else []


@cache
def _bilingual() -> set[str]:
    """The exceptions that take both languages: their names, of those that are made from MessageError."""
    known = {"MessageError"}
    classes = [node for _, node in _nodes(ast.ClassDef)]
    while (
        more := {
            node.name
            for node in classes
            if known & {base.id for base in node.bases if isinstance(base, ast.Name)}
        }
        - known
    ):
        known |= more
    return known


@cache
def _pairs_by_name() -> dict[str, list[tuple[str, str]]]:
    """Every two strings that a name stands for somewhere."""
    found = defaultdict(list)
    for _, node in _nodes(ast.Assign):
        for targets, value in [(node.targets[0], node.value), *_side_by_side(node)]:
            if isinstance(targets, ast.Name) and isinstance(value, ast.Tuple) and len(value.elts) == 2:
                english, chinese = map(_text, value.elts)
                if english is not None and chinese is not None:
                    found[targets.id].append((english, chinese))
    return found


def _side_by_side(node: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    """The single assignments of ``a, b = c, d``."""
    names, values = node.targets[0], node.value
    both = isinstance(names, ast.Tuple) and isinstance(values, ast.Tuple)
    return list(zip(names.elts, values.elts, strict=False)) if both else []


@cache
def _nodes(kind: type[ast.AST]) -> list[tuple[Path, Any]]:
    """Every node of a kind in the package, with its file."""
    return [
        (path, node)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, kind)
    ]


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", None) or getattr(node.func, "attr", "")


def _is_plain(part: ast.expr) -> bool:
    """Whether an argument is, or holds, a string of one language."""
    if isinstance(part, ast.List | ast.Tuple):
        return any(map(_is_plain, part.elts))
    if isinstance(part, ast.ListComp | ast.GeneratorExp):
        return _is_plain(part.elt)
    if isinstance(part, ast.Call):  # such as "; ".join(…)
        return isinstance(part.func, ast.Attribute) and _is_plain(part.func.value)
    return isinstance(part, ast.JoinedStr) or _text(part) is not None


def _text(part: ast.expr) -> str | None:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None
