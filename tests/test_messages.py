"""What a store is told when something is wrong: in English on the terminal, in its own language on its page."""

import ast
import itertools
import pickle
import re
from pathlib import Path

import csanalysis
from csanalysis.errors import CsanalysisError
from csanalysis.messages import Message, edited, joined, said

PACKAGE = Path(csanalysis.__file__).parent


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
    assert CsanalysisError("one").problems == ["one"]
    error = CsanalysisError([Message("one", "一"), "two"])
    assert str(error) == "one\ntwo"
    assert [said(line, "zh") for line in error.problems] == ["一", "two"]


def test_both_languages_of_every_message_are_filled_by_the_same():
    pairs = [
        (path.name, *pair)
        for path in PACKAGE.rglob("*.py")
        if path.parent.name != "demo"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for pair in _pairs(node)
    ]
    assert len(pairs) > 80
    for name, english, chinese in pairs:
        filled = {frozenset(re.findall(r"{(\w+)", line)) for line in (english, chinese)}
        spare = frozenset.union(*filled) - frozenset.intersection(*filled)
        # English counts in words, and puts an s to them
        assert spare <= {"s", "counted", "rows", "cells"}, (name, english, chinese)


def _pairs(node: ast.AST) -> list[tuple[str, str]]:
    """The two lines of a call that makes a message, or of a tuple that one is made of."""
    found = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
    texts = [part.value for part in found if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return [
        (english, chinese)
        for english, chinese in itertools.pairwise(texts)
        if re.search("[一-鿿]", chinese) and re.search(r"[a-z]", english) and "{" in english + chinese
    ]
