"""Dask workers started apart make the same files in the same order; a cluster that cannot is refused at once."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import csanalysis
from csanalysis.errors import ClusterError
from csanalysis.fleet import run_fleet


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


def test_a_cluster_without_workers_is_refused(tmp_path, dask):
    dask("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(tmp_path / "scheduler.json"))
    with pytest.raises(ClusterError, match="has no workers; start some with"):
        run_fleet([tmp_path / "x.yml"], tmp_path / "out", scheduler=address(tmp_path, 0))


def test_no_scheduler_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("csanalysis.fleet.cluster._PATIENCE", 1)
    with pytest.raises(ClusterError, match="no Dask scheduler answers there"):
        run_fleet([tmp_path / "x.yml"], tmp_path / "out", scheduler="tcp://127.0.0.1:1")
