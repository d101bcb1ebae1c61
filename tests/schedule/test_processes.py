"""The service as people start it, and the processes it starts itself."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.schedule.runs import Runs

posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


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


@pytest.mark.skipif(sys.platform != "linux", reason="forked children are for Linux")
def test_an_ended_run_takes_its_own_processes_with_it(tmp_path):
    """Workers and kernels that a run started must not outlive the service."""
    with closing(sqlite3.connect(tmp_path / "calls.db")) as base:
        base.execute("create table t (i)")
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n"
    (tmp_path / "v.csv").write_text("RO,VIN,date in,job type\nR1,V1,2025-12-01,首保\n", encoding="utf-8")
    path = tmp_path / "a.yml"
    path.write_text(
        "dealership: {id: a}\nplan_year: 2026\nsources:\n  service_visits: v.csv\n"
        f'  vehicle_sales: {{url: "sqlite:///calls.db", query: "select count(*) as vin from ({endless})"}}\n',
        encoding="utf-8",
    )
    runs, outcomes = Runs(1), []
    thread = threading.Thread(target=lambda: outcomes.append(runs.run(path, tmp_path / "out")))
    thread.start()
    until = time.monotonic() + 60
    while not (runs._engine and (process := runs._engine._workers[0]._process)):
        assert time.monotonic() < until
        time.sleep(0.05)
    runs.end()
    thread.join(20)
    assert outcomes and not outcomes[0].made
    until = time.monotonic() + 5
    while _lives(process.pid):
        assert time.monotonic() < until, "the worker still lives"
        time.sleep(0.05)
    stopped = runs.run(path, tmp_path / "out")
    assert stopped.problems == (f"{path}: the service was stopped",), "none is started any more"


def _lives(pid):
    """Whether it still runs; one that is dead but that nobody has asked after is not there any more."""
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True
    ).stdout.strip()
    return bool(shown) and not shown.startswith("Z")


@pytest.mark.slow
def test_the_real_run_tells_what_is_wrong_and_leaves_no_process(tmp_path):
    path = tmp_path / "a.yml"
    path.write_text("plan_year: soon\n")
    runs = Runs()
    outcome = runs.run(path, tmp_path / "outputs")
    assert any("plan_year should be a whole number" in problem for problem in outcome.problems)
    assert all(worker._process is None for worker in runs._engine._workers), "a service waits for days"


@pytest.mark.slow
@pytest.mark.parametrize("work", ["lists", "review", "meeting_week", "meeting_month", "network"])
def test_every_work_is_a_job_and_tells_what_is_wrong(tmp_path, work):
    path = tmp_path / "a.yml"
    path.write_text("plan_year: soon\n")
    runs = Runs()
    beside = {"beside": [path, path]} if work == "network" else {}
    outcome = runs.run(path, tmp_path / "outputs", work=work, **beside)
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
