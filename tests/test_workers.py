"""Worker processes: each dealership's run is its own, and however one ends, the others are made."""

import os
import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from csanalysis.fleet import run_fleet, worker
from csanalysis.fleet.job import Job, Outcome, Task
from csanalysis.fleet.worker import Worker
from csanalysis.report.options import MEGABYTE, Limits, RunOptions

PARAMS = """\
dealership: {{id: {id}}}
plan_year: 2026
sources: {{vehicle_sales: {sales}, service_visits: visits.csv}}
"""
ENDLESS = (
    '{url: "sqlite:///stuck.db", query: "select count(*) as vin from '
    '(with recursive n(i) as (select 1 union all select i + 1 from n) select i from n)"}'
)
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="forked children are for Linux"),
    pytest.mark.xdist_group(
        "workers"
    ),  # one worker serves them: a start of it takes longer than most of them
]


def store(folder, name, *, rows=24):
    """A small store whose every model bears its name; with no rows, one whose sales never come to an end."""
    sales = f"{name}.csv" if rows else ENDLESS
    if rows:
        lines = [f"V{n},2025-{n % 12 + 1:02d}-10,MODEL-{name.upper()}-{n % 2}\n" for n in range(rows)]
        (folder / sales).write_text("VIN,sale_date,model\n" + "".join(lines), encoding="utf-8")
    else:
        with closing(sqlite3.connect(folder / "stuck.db")) as base:
            base.execute("create table t (i)")
    visits = [f"R{n},V{n},2025-12-{n % 28 + 1:02d},首保\n" for n in range(20)]
    (folder / "visits.csv").write_text("RO,VIN,date in,job type\n" + "".join(visits), encoding="utf-8")
    path = folder / f"{name}.yml"
    path.write_text(PARAMS.format(id=name, sales=sales), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def near():
    """One worker for all tests: each must leave it fit for the next."""
    one = Worker()
    yield one
    one.close()


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def bad(folder, near):
    """What the worker answers of a params file that is not there, which shows that it lives."""
    outcome = near.run(Job(folder / "nowhere.yml", folder / "out"), lambda *_: None)
    return outcome.problems[0]


def test_a_problem_is_told_in_one_line_and_no_child_stays(tmp_path, near):
    assert bad(tmp_path, near).startswith(f"{tmp_path / 'nowhere.yml'}: ")
    time.sleep(0.3)
    assert children(near._process.pid) == []


def test_a_killed_run_says_so_and_the_worker_goes_on(tmp_path, near):
    def kill(path, step):
        for child in children(near._process.pid):
            os.kill(child, signal.SIGKILL)

    outcome = near.run(Job(store(tmp_path, "stuck", rows=0), tmp_path / "out"), kill)
    assert not outcome.made
    assert "died at the step 'read': it was killed by SIGKILL" in outcome.problems[0]
    assert "nowhere.yml" in bad(tmp_path, near)


def test_a_run_that_hangs_is_ended_and_the_worker_goes_on(tmp_path, near, monkeypatch):
    monkeypatch.setattr(worker, "_GRACE", 0.0)
    bad(tmp_path, near)  # imports take longer than the deadline
    job = Job(store(tmp_path, "stuck", rows=0), tmp_path / "out", RunOptions(Limits(deadline=2)))
    outcome = near.run(job, lambda *_: None)
    assert outcome.problems == (
        f"{job.params_file}: read: took over 2 s; raise --deadline if it needs longer",
    )
    monkeypatch.undo()
    assert "nowhere.yml" in bad(tmp_path, near)


def test_a_run_without_memory_says_so(tmp_path, near):
    job = Job(store(tmp_path, "little"), tmp_path / "out", RunOptions(Limits(memory=1 * MEGABYTE)))
    outcome = near.run(job, lambda *_: None)
    assert not outcome.made
    assert "memory" in outcome.problems[0].lower() or "died" in outcome.problems[0]
    assert "nowhere.yml" in bad(tmp_path, near)


def test_a_job_does_not_see_what_it_is_to_be_hidden_from(tmp_path, near, monkeypatch):
    monkeypatch.setenv("MAIL_SECRET", "pa55word")

    def seen(**more):
        near.run(Job(tmp_path / "nowhere.yml", tmp_path / "out", **more), lambda *_: None)
        return b"pa55word" in Path(f"/proc/{near._process.pid}/environ").read_bytes()

    near.close()
    assert seen() and not seen(hide=("MAIL_SECRET",)) and seen()


def test_a_worker_imports_no_more_than_its_job_needs(tmp_path, near):
    def mapped():
        return Path(f"/proc/{near._process.pid}/maps").read_text().count("typst")

    near.close()
    near.run(Job(tmp_path / "nowhere.yml", tmp_path / "out", task=Task("lists")), lambda *_: None)
    assert not mapped()
    bad(tmp_path, near)
    assert mapped()
    pid = near._process.pid
    near.run(Job(tmp_path / "nowhere.yml", tmp_path / "out", task=Task("lists")), lambda *_: None)
    assert near._process.pid == pid, "what knows more serves as well"


def test_closing_a_worker_ends_all_that_it_started(tmp_path):
    one = Worker()
    seen = threading.Event()
    job = Job(store(tmp_path, "stuck", rows=0), tmp_path / "out")
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(one.run(job, lambda *_: seen.set())))
    thread.start()
    assert seen.wait(60)
    pids = [one._process.pid, *children(one._process.pid)]
    assert len(pids) == 2
    one._kill()
    thread.join(10)
    assert not outcomes[0].made
    time.sleep(0.5)
    assert not [pid for pid in pids if _lives(pid)]


def _lives(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_outcomes_come_in_the_order_given(tmp_path):
    paths = [tmp_path / f"none-{name}.yml" for name in "dbca"]
    told = []
    outcomes = run_fleet(paths, tmp_path / "out", jobs=2, on_step=lambda *each: told.append(each))
    assert [outcome.params_file for outcome in outcomes] == paths
    assert sorted(told) == sorted((str(path), "failed") for path in paths)


def test_no_dealerships_are_no_error(tmp_path):
    assert run_fleet([], tmp_path) == []


@pytest.mark.slow
def test_every_dealership_has_its_own_numbers_and_charts(tmp_path):
    """Two stores one after the other in one worker, a third that fails between them."""
    first, second = store(tmp_path, "aspen"), store(tmp_path, "birch", rows=30)
    outcomes = run_fleet([first, tmp_path / "gone.yml", second], tmp_path / "out", jobs=1)
    assert [outcome.made for outcome in outcomes] == [True, False, True], outcomes
    for own, other in (("aspen", "birch"), ("birch", "aspen")):
        place = tmp_path / "out" / own / "2026"
        for path in (place / "report.html", place / "metrics.json", place / "notebooks/first_service.ipynb"):
            words = path.read_text(encoding="utf-8")
            assert f"MODEL-{own.upper()}" in words, path
            assert f"MODEL-{other.upper()}" not in words, path
            assert other not in words.lower().replace(str(tmp_path).lower(), ""), path
