"""Dask workers started apart make the same files in the same order; a cluster that cannot is refused at once."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import csanalysis
from csanalysis.errors import ClusterError
from csanalysis.fleet import Task, run_fleet
from csanalysis.fleet.driving import Retrying
from csanalysis.fleet.run_table import RunTable


@pytest.fixture
def dask(tmp_path):
    """Starts ``dask`` commands, each a process of its own, and ends them."""
    started = []
    environment = {**os.environ, "PYTHONPATH": str(Path(csanalysis.__file__).parents[1])}

    def start(*command):
        with (tmp_path / f"dask-{len(started)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *command], stdout=log, stderr=log, env=environment
            )
        started.append(process)
        return process

    yield start
    for process in reversed(started):
        process.terminate()
    for process in started:
        process.wait(30)


def address(folder, workers):
    """Of the scheduler, once so many workers are with it."""
    from distributed import Client

    file = folder / "scheduler.json"
    deadline = time.monotonic() + 120
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.2)
    found = json.loads(file.read_text())["address"]
    with Client(found, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=120) if workers else None
    return found


def wait_for_worker(scheduler):
    from distributed import Client

    with Client(scheduler, set_as_default=False, timeout=120) as client:
        client.wait_for_workers(1, timeout=120)


@pytest.mark.slow
def test_two_workers_started_apart_make_what_this_machine_makes(tmp_path, dask, least_exports):
    file = str(tmp_path / "scheduler.json")
    dask("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", file)
    for name in "ab":
        place = str(tmp_path / name)
        dask(
            "worker",
            "--scheduler-file",
            file,
            "--nthreads",
            "1",
            "--no-dashboard",
            "--local-directory",
            place,
        )
    least_exports(tmp_path)
    paths = []
    for store, visits in (("west", "visits.csv"), ("bad", "nowhere.csv"), ("east", "visits.csv")):
        paths.append(tmp_path / f"{store}.yml")
        sources = f"{{vehicle_sales: sales.csv, service_visits: {visits}}}"
        paths[-1].write_text(f"dealership: {{id: {store}}}\nplan_year: 2026\nsources: {sources}\n")
    told = []
    far = run_fleet(
        paths,
        tmp_path / "far",
        scheduler=address(tmp_path, 2),
        on_step=lambda path, step: told.append((Path(path).stem, step)),
    )
    near = run_fleet(paths[:2], tmp_path / "near", jobs=1)
    assert [outcome.made for outcome in far] == [True, False, True]
    assert [outcome.problems for outcome in far[:2]] == [outcome.problems for outcome in near]
    for here, there in zip(near, far[:2], strict=True):
        if not here.made:
            continue
        files = [sorted(p.relative_to(o.place) for p in o.place.rglob("*")) for o in (here, there)]
        assert files[0] == files[1]
        assert (here.place / "metrics.json").read_bytes() == (there.place / "metrics.json").read_bytes()
    assert {("west", "done"), ("bad", "failed"), ("east", "done"), ("west", "read")} <= set(told)


@pytest.mark.slow
def test_a_killed_worker_and_a_killed_scheduler_lose_no_job_and_do_none_twice(tmp_path, dask, least_exports):
    """Both are started again, as a service manager would; a worker ends by itself with its scheduler."""
    least_exports(tmp_path)
    paths = [tmp_path / f"s{number}.yml" for number in range(6)]
    sources = "{vehicle_sales: sales.csv, service_visits: visits.csv}"
    for path in paths:
        path.write_text(f"dealership: {{id: {path.stem}}}\nplan_year: 2026\nsources: {sources}\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    scheduler = f"tcp://127.0.0.1:{port}"
    alone = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(tmp_path / "dask")]

    def start(*kinds):
        commands = {
            "scheduler": ["scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"],
            "worker": ["worker", scheduler, *alone],
        }
        up.update({kind: dask(*commands[kind]) for kind in kinds})

    up, ended, killed = {}, [], []

    def on_step(path, step):
        if step in ("done", "failed"):
            ended.append((Path(path).stem, step))
        victim = {1: "worker", 3: "scheduler"}.get(len(ended))
        if step == "done" and victim:
            killed.append(victim)
            up[victim].send_signal(signal.SIGKILL)
            start(*(["worker"] if victim == "worker" else ["scheduler", "worker"]))

    start("scheduler", "worker")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("csanalysis.fleet.cluster._PATIENCE", 60)  # as slow as a busy machine starts them
        wait_for_worker(scheduler)
        task, output = Task("lists", day="2026-01-05"), tmp_path / "out"
        retrying = Retrying(5, first=0.5)
        outcomes = run_fleet(
            paths, output, task=task, scheduler=scheduler, on_step=on_step, retrying=retrying
        )
    assert killed == ["worker", "scheduler"] and [outcome.made for outcome in outcomes] == [True] * 6
    assert sorted(ended) == [(path.stem, "done") for path in paths]
    table = RunTable(output, task)
    notes = [json.loads(line) for line in table.path.read_text("utf-8").splitlines()]
    done = sorted(Path(note["store"]).stem for note in notes if note["state"] == "done")
    assert done == [path.stem for path in paths], "each once"
    assert any(note["tries"] > 1 for note in notes), "what was going on was begun again"
    assert sorted(book.parent.parent.name for book in output.glob("*/2026/lists.xlsx")) == done
    resumed = run_fleet(paths, output, task=task, scheduler="tcp://127.0.0.1:1", resume=True)
    assert [outcome.place for outcome in resumed] == [outcome.place for outcome in outcomes]


def test_a_cluster_without_workers_is_refused(tmp_path, dask):
    dask("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(tmp_path / "scheduler.json"))
    with pytest.raises(ClusterError, match="has no workers; start some with"):
        run_fleet([tmp_path / "x.yml"], tmp_path / "out", scheduler=address(tmp_path, 0))


def test_no_scheduler_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("csanalysis.fleet.cluster._PATIENCE", 1)
    with pytest.raises(ClusterError, match="no Dask scheduler answers there"):
        run_fleet([tmp_path / "x.yml"], tmp_path / "out", scheduler="tcp://127.0.0.1:1")
