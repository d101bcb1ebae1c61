"""A store that did not change is told so before anything is started or imported that makes reports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import csanalysis
from csanalysis.errors import CsanalysisError
from csanalysis.fleet import anywhere, local
from csanalysis.fleet.beforehand import unchanged_outcome
from csanalysis.fleet.job import Outcome
from csanalysis.ingest.inputs import input_hashes
from csanalysis.params import read_params
from csanalysis.report.files.fingerprint import file_sha256, origin_of
from csanalysis.report.options import USUAL, RunOptions

PARAMS = """\
dealership: {{id: {id}}}
plan_year: 2026
language: en
sources: {{vehicle_sales: sales.csv, service_visits: visits.csv}}
"""
HEAVY = (
    *("pandas", "numpy", "scipy", "pyarrow", "matplotlib", "nbformat", "nbconvert", "IPython", "papermill"),
    *("typer.rich_utils", "rich.markdown"),
)
NAMED = ("dask", "distributed", "fsspec", "s3fs", "sqlalchemy")
SUMMARY = dict.fromkeys(
    ("first_service_return_rate_average", "first_service_planned", "churn_rate_planned"), 1
)


def finished(params_file: Path, output: Path, **more) -> Path:
    """A report as a run leaves it, without having been made."""
    params = read_params(params_file)
    place = output / params.dealership.id / "2026"
    place.mkdir(parents=True)
    for name in ("report.html", "report.pdf", "metrics.json"):
        (place / name).write_text(name)
    run = {
        "dealership": params.dealership.id,
        "name": params.dealership.id,
        "plan_year": 2026,
        "as_of": "2025-12-31",
        "language": "en",
        "finished": "2026-01-05T08:00:00+08:00",
        "warnings": [],
        "summary": SUMMARY,
        "made_from": origin_of(
            params, params_file, input_hashes(params, params_file), USUAL, place / "plan.json"
        ),
        "files": {path.name: file_sha256(path) for path in place.iterdir()},
    }
    (place / "run.json").write_text(json.dumps(run | more), encoding="utf-8")
    return place


@pytest.fixture
def stores(tmp_path, least_exports):
    """Two stores of the same exports, each with a report; their params files."""
    least_exports(tmp_path)
    paths = [tmp_path / "east.yml", tmp_path / "west.yml"]
    for path in paths:
        path.write_text(PARAMS.format(id=path.stem), encoding="utf-8")
        finished(path, tmp_path / "out")
    return paths


def asked(path, **options):
    return unchanged_outcome(path, path.parent / "out", RunOptions(**options))


def test_an_unchanged_store_is_told_without_what_makes_reports(stores, tmp_path):
    code = (
        "import sys\nfrom csanalysis.cli import app\n"
        "try:\n    app(sys.argv[1:])\n"
        f"finally:\n    print('loaded', [name for name in {HEAVY + NAMED!r} if name in sys.modules])\n"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(csanalysis.__file__).parents[1])}
    ended = subprocess.run(
        [sys.executable, "-c", code, "run", *map(str, stores), "--output", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        env=env,
        timeout=120,
        check=True,
    )
    assert "east: unchanged since 2026-01-05T08:00:00+08:00" in ended.stdout
    assert ended.stdout.rstrip().endswith("loaded []")
    assert "west/2026/report.html" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_no_worker_is_started_where_nothing_changed(stores, tmp_path, monkeypatch):
    monkeypatch.setattr(local, "Worker", lambda *_: pytest.fail("a worker was started"))
    steps = []
    outcomes = anywhere.run_fleet(stores, tmp_path / "out", on_step=lambda *step: steps.append(step))
    assert [outcome.place for outcome in outcomes] == [
        tmp_path / "out" / path.stem / "2026" for path in stores
    ]
    assert all(outcome.unchanged for outcome in outcomes)
    assert steps == [(str(path), step) for path in stores for step in ("read", "done")]


def test_only_what_changed_is_run_and_outcomes_keep_their_order(stores, tmp_path, monkeypatch):
    class Worker:
        def __init__(self, threads=1):
            pass

        def run(self, job, on_step):
            jobs.append(job)
            return Outcome(job.params_file, tmp_path)

        def close(self):
            pass

    jobs = []
    monkeypatch.setattr(local, "Worker", Worker)
    (tmp_path / "out" / "east" / "2026" / "metrics.json").write_text("edited")
    outcomes = anywhere.run_fleet(stores, tmp_path / "out")
    assert [job.params_file for job in jobs] == stores[:1]
    assert jobs[0].others == (("west", "west"),), "the unchanged one is known too"
    assert [(outcome.params_file, bool(outcome.unchanged)) for outcome in outcomes] == [
        (stores[0], False),
        (stores[1], True),
    ]


def another_row(path, place):
    with (path.parent / "visits.csv").open("a", encoding="utf-8") as stream:
        stream.write("R90,V9,2025-12-30,首保\n")


CHANGES = {
    "an export": another_row,
    "no export": lambda path, place: (path.parent / "visits.csv").unlink(),
    "params": lambda path, place: path.write_text(PARAMS.format(id="east") + "as_of: 2025-11-30\n", "utf-8"),
    "bad params": lambda path, place: path.write_text("dealership: 3\n"),
    "no params": lambda path, place: path.unlink(),
    "a page": lambda path, place: (place / "report.html").write_text("edited"),
    "a file gone": lambda path, place: (place / "report.pdf").unlink(),
    "a plan": lambda path, place: (place / "plan.json").write_text("{}"),
    "no manifest": lambda path, place: (place / "run.json").unlink(),
    "a damaged manifest": lambda path, place: (place / "run.json").write_text("[]"),
    "an empty manifest": lambda path, place: (place / "run.json").write_text(""),
    "a failure": lambda path, place: (place.parent / "failed").mkdir(),
    "a draft": lambda path, place: (place.parent / ".2026-a1b2").mkdir(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_else_there_is_to_tell_its_own_run_tells(stores, tmp_path, change):
    assert asked(stores[0]).unchanged
    change(stores[0], tmp_path / "out" / "east" / "2026")
    assert asked(stores[0]) is None


def test_a_run_that_goes_on_is_left_to_say_so(stores, tmp_path):
    from csanalysis.report.files.lock import only_run

    with only_run(tmp_path / "out", tmp_path / "out" / "east" / "2026"):
        assert asked(stores[0]) is None and asked(stores[1]).unchanged
    assert asked(stores[0]).unchanged


def test_options_that_ask_for_more_are_heard(stores, tmp_path):
    assert asked(stores[0], strict=True).unchanged
    assert asked(stores[0], force=True) is None
    assert asked(stores[0], pdf_standard="a-2a") is None
    manifest = tmp_path / "out" / "east" / "2026" / "run.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"warnings": ["a row"]}))
    assert asked(stores[0]).unchanged and asked(stores[0], strict=True) is None


def test_a_broken_library_is_its_own_run_s_to_tell(stores, monkeypatch):
    from csanalysis.fleet import beforehand

    def fail(*_):
        raise CsanalysisError("no")

    monkeypatch.setattr(beforehand, "input_hashes", fail)
    assert asked(stores[0]) is None
