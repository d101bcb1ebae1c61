"""What the page on schedules tells people to put into cron, systemd, Airflow and Windows is what the commands take."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from csanalysis.cli import app
from csanalysis.params.cron import cron_trigger
from csanalysis.params.schedule import WORKS, Schedule

PAGES = Path(__file__).parents[2] / "docs" / "pages"
LANGUAGES = ("en", "zh")


def page(language):
    return (PAGES / language / "howto" / "schedule.md").read_text(encoding="utf-8")


def blocks(language):
    """The kind and the text of every fenced block."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", page(language), re.MULTILINE | re.DOTALL)


def uses(language):
    """The arguments of every command in the blocks, each as its caller would split them."""
    lines = [line.split(" #")[0] for _, text in blocks(language) for line in text.splitlines()]
    found = [re.search(r'csanalysis ((?:run|schedule) [^"]*)', line) for line in lines]
    return [shlex.split(match[1].replace("\\", "/")) for match in found if match]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_use_is_one_that_the_commands_take(language):
    shown = uses(language)
    assert [arguments[0] for arguments in shown] == ["schedule", "schedule", "schedule", "run", "run", "run"]
    for command, *arguments in shown:
        context = get_command(app).commands[command].make_context(command, list(arguments))
        assert [str(path) for path in context.params["params_files"]] == ["params/*.yml"]
        assert command == "schedule" or context.params["deliver"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cron_line_is_one(language):
    (line,) = re.findall(r"^((?:\S+ ){5})cd ", page(language), re.MULTILINE)
    cron_trigger(line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_params_shown_hold_every_line_that_there_is(language):
    (shown,) = (yaml.safe_load(text) for kind, text in blocks(language) if kind == "yaml")
    assert [*Schedule(**shown["schedule"]).model_dump()] == [*WORKS] == [*shown["schedule"]]


def test_both_languages_show_the_same():
    assert uses("en") == uses("zh")
    shown = [
        [(kind, re.sub(r" +# .*", "", text)) for kind, text in blocks(language)] for language in LANGUAGES
    ]
    assert shown[0] == shown[1]
    assert "--grace 60" in page("en") and "--grace 60" in page("zh")
