"""What the README tells people to put into cron, systemd, Airflow and Windows is what the commands take."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from csanalysis.cli import app
from csanalysis.params.cron import cron_trigger

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")


def section(name):
    (found,) = re.findall(r"<details>(.*?)</details>", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    return found


def uses(name):
    """The arguments of every command in the section, each as its caller would split them."""
    lines = [line.split(" #")[0] for line in section(name).splitlines() if line.startswith("    ")]
    found = [re.search(r'csanalysis ((?:run|schedule) [^"]*)', line) for line in lines]
    return [shlex.split(match[1].replace("\\", "/")) for match in found if match]


@pytest.mark.parametrize("name", READMES)
def test_every_use_is_one_that_the_commands_take(name):
    shown = uses(name)
    assert [arguments[0] for arguments in shown] == ["schedule", "schedule", "run", "run", "run"]
    for command, *arguments in shown:
        context = get_command(app).commands[command].make_context(command, list(arguments))
        assert [str(path) for path in context.params["params_files"]] == ["params/*.yml"]
        assert command == "schedule" or context.params["deliver"]


@pytest.mark.parametrize("name", READMES)
def test_the_cron_line_is_one(name):
    (line,) = re.findall(r"^    ((?:\S+ ){5})cd ", section(name), re.MULTILINE)
    cron_trigger(line)


def test_both_languages_show_the_same():
    assert uses(READMES[0]) == uses(READMES[1])
    assert "--grace 60" in section(READMES[0]) and "--grace 60" in section(READMES[1])
