"""Help, bad usage and next steps in the user's language."""

import sys

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.cli.spoken import texts

RUNNER = CliRunner()
NO_LOCALE = dict.fromkeys(("LC_ALL", "LC_MESSAGES", "LANG", "CSANALYSIS_LANGUAGE"), None)


def invoke(*arguments, **environment):
    return RUNNER.invoke(app, [str(argument) for argument in arguments], env=NO_LOCALE | environment)


def test_every_command_and_option_has_its_chinese_and_none_is_stale():
    group = get_command(app)
    commands = {"": group, **group.commands}
    words = texts()
    assert words["commands"].keys() == commands.keys()
    used = {"help"}
    for name, command in commands.items():
        own = words["commands"][name]
        parameters = {parameter.name for parameter in command.params}
        assert parameters - own.keys() - words["shared"].keys() == set(), name
        assert own.keys() - parameters - {"help", "epilog"} == set(), name
        used |= parameters - own.keys()
    assert words["shared"].keys() == used


def test_help_is_chinese_under_a_chinese_locale_and_english_again_after_it():
    chinese = invoke("run", "--help", LANG="zh_CN.UTF-8").output
    assert "参数文件，每家门店一个。" in chinese and "选项" in chinese and "Usage" not in chinese
    english = invoke("run", "--help", LANG="en_GB.UTF-8").output
    assert "Params files, one a dealership." in english and "Options" in english


@pytest.mark.parametrize("forced", ["option", "variable"])
def test_the_language_can_be_forced(forced):
    option = ["--language", "zh"] if forced == "option" else []
    variable = {"CSANALYSIS_LANGUAGE": "zh"} if forced == "variable" else {}
    told = invoke(*option, "check", "none.yml", LANG="en_GB.UTF-8", **variable)
    assert told.exit_code == 1 and told.stderr.startswith("none.yml：")
    assert invoke("check", "none.yml", LANG="en_GB.UTF-8").stderr.startswith("none.yml: ")


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (["rnu"], "there is no command 'rnu'; did you mean run?", "没有命令“rnu”；是不是 run？"),
        (["run"], "PARAMS... must be given", "缺少 PARAMS..."),
        (
            ["run", "a.yml", "--jbos", "2"],
            "there is no option --jbos; did you mean --jobs?",
            "没有选项 --jbos",
        ),
        (
            ["run", "a.yml", "--jobs", "0"],
            "--jobs must be at least 1, not '0'",
            "--jobs 应不小于 1，现在是“0”",
        ),
        (["demo", "--seed", "x"], "--seed must be a whole number, not 'x'", "--seed 应为整数，现在是“x”"),
        (["demo", "--until", "x"], "--until must be a date such as 2026-03-31", "--until 应为日期"),
        (["demo", "a", "b"], "'b' is one too many", "“b”是多余的"),
        (["review", "a.yml"], "--month must be given", "缺少 --month"),
        (["demo", "--seed"], "--seed takes a value", "--seed 后面应写一个值"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_bad_usage_is_one_line_that_names_the_help(arguments, english, chinese):
    for language, line in (("en", english), ("zh", chinese)):
        result = invoke("--language", language, *arguments)
        assert result.exit_code == 2
        assert line in result.stderr and result.stderr.count("\n") == 1 and "--help" in result.stderr


def test_a_language_that_is_none_is_refused():
    result = invoke("--language", "fr", "demo")
    assert result.exit_code == 2 and result.stderr == "--language must be zh or en, not 'fr'\n"


def test_the_next_step_is_told_to_a_person_alone(tmp_path, monkeypatch):
    assert "next" not in invoke("init", "a", "--params", tmp_path / "a", "--language", "en").stderr
    monkeypatch.setattr("csanalysis.cli.terminal._watched", lambda: True)
    told = invoke("init", "b", "--params", tmp_path, "--language", "en").stderr
    assert told == f"next: fill in {tmp_path}/b.xlsx, then csanalysis check {tmp_path}/b.yml\n"
    told = invoke("init", "c", "--params", tmp_path).stderr
    assert told.startswith("下一步：填写")


@pytest.mark.skipif(sys.platform == "win32", reason="a code page is set otherwise there")
def test_without_a_command_the_first_steps_are_told():
    shown = invoke()
    assert shown.exit_code == 2 and "First steps: csanalysis demo" in shown.output
