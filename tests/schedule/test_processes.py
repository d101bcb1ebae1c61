"""The service as people start it, and the processes it starts itself."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.schedule.runs import Runs

posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def script(*lines):
    """A command that gets PARAMS OUTPUT ANSWER as the run's does."""
    return [sys.executable, "-c", "\n".join(["import sys, os, json, time, pathlib", *lines])]


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_stops_the_service_cleanly(house, number):
    house.store("anhai", "0 6 29 2 *")
    command = [
        sys.executable,
        "-m",
        "csanalysis",
        "schedule",
        str(house.params / "anhai.yml"),
        "--output",
        str(house.output),
        "--timezone",
        "Asia/Shanghai",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as service:
        events = []
        while not events or events[-1]["event"] != "planned":
            events.append(json.loads(service.stdout.readline()))
        begun = time.monotonic()
        service.send_signal(number)
        out, err = service.communicate(timeout=20)
    assert service.returncode == 0, err
    assert time.monotonic() - begun < 10
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["stopping", "stopped"]
    assert err == "" and events[-1]["next"].endswith("-02-29T06:00:00+08:00")
    assert "The service stopped" in house.page


def test_a_run_leaves_its_outcome_and_sees_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("MAIL_SECRET", "x")
    command = script(
        "print('noise')",
        "said = [str('MAIL_SECRET' in os.environ)] * 2",
        "told = {'place': sys.argv[2] + '/a/2026', 'problems': [said], 'page': None, 'trace': '', 'changed': None, 'unchanged': None}",
        "pathlib.Path(sys.argv[3]).write_text(json.dumps(told))",
    )
    outcome = Runs(command).run(tmp_path / "a.yml", tmp_path, hide={"MAIL_SECRET"})
    assert outcome.place == tmp_path / "a" / "2026" and outcome.problems == ("False",)


def test_a_run_that_dies_says_its_last_words(tmp_path):
    outcome = Runs(script("raise MemoryError('no room')")).run(tmp_path / "a.yml", tmp_path)
    assert not outcome.made
    assert (
        "a.yml: the run's process ended with code 1 (out of memory?); it last said: MemoryError: no room"
        in outcome.problems[0]
    )


@posix
def test_an_ended_run_takes_its_own_processes_with_it(tmp_path):
    """Workers and kernels that a run started must not outlive the service."""
    note = tmp_path / "grandchild"
    runs = Runs(
        script(
            "import subprocess, signal",
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
            "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
            f"pathlib.Path({str(note)!r}).write_text(str(child.pid))",
            "time.sleep(60)",
        )
    )
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(runs.run(tmp_path / "a.yml", tmp_path)))
    thread.start()
    while not (note.exists() and note.read_text()):
        time.sleep(0.05)
    runs.end()
    thread.join(10)
    assert outcomes and not outcomes[0].made
    until = time.monotonic() + 5
    while _lives(int(note.read_text())):
        assert time.monotonic() < until, "the grandchild still lives"
        time.sleep(0.05)
    assert not runs.run(tmp_path / "a.yml", tmp_path).made, "none is started any more"


def _lives(pid):
    """Whether it still runs; one that is dead but that nobody has asked after is not there any more."""
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True
    ).stdout.strip()
    return bool(shown) and not shown.startswith("Z")


@pytest.mark.slow
def test_the_real_run_tells_what_is_wrong(tmp_path):
    path = tmp_path / "a.yml"
    path.write_text("plan_year: soon\n")
    outcome = Runs().run(path, tmp_path / "outputs")
    assert any("plan_year should be a whole number" in problem for problem in outcome.problems)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no schedule; give a cron line"),
        (["--timezone", "Mars/Olympus"], "--timezone 'Mars/Olympus' is no time zone"),
        (["--timezone", "../etc/passwd"], "is no time zone"),
    ],
    ids=["no schedule", "no zone", "a path"],
)
def test_bad_usage_is_said_in_a_line(house, arguments, said):
    house.store("anhai", None)
    result = CliRunner().invoke(
        app, ["schedule", str(house.params / "anhai.yml"), "--output", str(house.output), *arguments]
    )
    assert result.exit_code == 2 and said in result.stderr and len(result.stderr.splitlines()) == 1
