"""The language of what the commands print: that of the params file, else the environment's."""

import io
import sys

import pytest

from csanalysis.cli.terminal import say, spoken
from csanalysis.messages import Message

LINE = Message("it is gone", "没有了")


@pytest.fixture
def params(tmp_path):
    def written(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("language: zh\n", "zh"),
        ("plan_year: 2026\nlanguage: 'en'\n", "en"),
        ("\ufefflanguage: zh\n", "zh"),
        ("a: [1\nlanguage: zh  # and no YAML\n", "zh"),
        ("dealership: {language: zh}\n", "en"),
        ("language: fr\n", "en"),
    ],
    ids=["as it is", "quoted", "with a mark of order", "in no YAML", "another key", "unknown"],
)
def test_a_line_is_said_in_the_language_of_its_params_file(params, text, expected):
    assert spoken([params("a.yml", text)], {"LANG": "en_GB.UTF-8"}) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        ({}, "en"),
    ],
    ids=["Chinese", "overridden", "empty override", "nothing"],
)
def test_without_params_it_is_the_environments(tmp_path, environment, expected):
    assert spoken([], environment) == expected
    assert spoken([tmp_path / "not there.yml"], environment) == expected


def test_files_of_different_languages_are_spoken_of_in_the_environments(params):
    both = [params("a.yml", "language: zh\n"), params("b.yml", "language: en\n")]
    assert spoken(both, {}) == "en"
    assert spoken(both, {"LANG": "zh_CN"}) == "zh"


def test_a_terminal_that_cannot_show_chinese_gets_english(params, monkeypatch, capsys):
    path = params("a.yml", "language: zh\n")
    say(LINE, path, out=True)
    say(LINE, path)
    assert capsys.readouterr() == ("没有了\n", "没有了\n")
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    say(LINE, path, out=True)
    narrow.flush()
    assert narrow.buffer.getvalue() == b"it is gone\n"
