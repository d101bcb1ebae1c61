"""Reports in an object store: what is fetched, what is sent, and that nothing is done twice."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.delivery.delivering import deliver_all
from csanalysis.errors import BusyError, StoreError
from csanalysis.fleet import cluster, store_lock, stored
from csanalysis.fleet.addressed import report_at
from csanalysis.fleet.job import Job, Outcome, Task
from csanalysis.fleet.objects import Objects
from csanalysis.fleet.outcome import Jobs
from csanalysis.fleet.stored import Stored
from csanalysis.messages import Message
from csanalysis.report.options import USUAL

URL = "memory://bucket/reports"
ROOT = "/bucket/reports"
PARAMS = "dealership: {{id: {id}, name: {id} motors}}\nplan_year: 2026\nsources: {{vehicle_sales: sales.csv, service_visits: visits.csv}}\n"
RUN = {
    "dealership": "west",
    "name": "west motors",
    "plan_year": 2026,
    "as_of": "2025-12-31",
    "language": "en",
}


@pytest.fixture
def west(tmp_path):
    path = tmp_path / "west.yml"
    path.write_text(PARAMS.format(id="west"))
    return Job(path, Path(), url=URL)


@pytest.fixture
def calls(monkeypatch):
    """The paths that were written and deleted, in order."""
    made = []
    for name in ("pipe_file", "rm_file"):
        does = getattr(MemoryFileSystem, name)

        def spied(files, path, *more, name=name, does=does, **options):
            if "/.locks/" not in path:
                made.append((name, path.removeprefix(f"{ROOT}/")))
            return does(files, path, *more, **options)

        monkeypatch.setattr(MemoryFileSystem, name, spied)
    return made


def writes(job, seen=None, **files):
    """A run that leaves these files in the report, and notes what it found there."""
    place = job.output / "west" / "2026"
    if seen is not None:
        seen |= {path.name: path.read_text() for path in place.rglob("*") if path.is_file()}
    for path in [path for path in place.rglob("*") if path.is_file() and not path.name.startswith("plan")]:
        path.unlink()
    place.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (place / name.replace("_", ".")).write_text(text)
    (place.parent / "failed").mkdir(exist_ok=True)
    (place.parent / "failed").rmdir()
    return Outcome(job.params_file, place)


def finds(job, seen):
    """A run that finds the report unchanged."""
    place = job.output / "west" / "2026"
    seen |= {path.name: path.read_text() for path in place.iterdir()}
    return Outcome(job.params_file, place, unchanged="then")


def fails(job):
    page = job.output / "west" / "failed" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("why")
    return Outcome(job.params_file, problems=(f"open {page}",), page=page)


def everything(bucket):
    return {path.removeprefix(f"{ROOT}/"): bucket.cat_file(path).decode() for path in bucket.find(ROOT)}


def test_a_report_is_sent_whole_and_its_manifest_last(bucket, machine, west, calls):
    home = Stored(URL)
    outcome = home.made(west, partial(writes, run_json="1", report_html="page", lists_xlsx="lists"))
    assert everything(bucket) == {
        "west/2026/run.json": "1",
        "west/2026/report.html": "page",
        "west/2026/lists.xlsx": "lists",
    }
    assert calls[-1] == ("pipe_file", "west/2026/run.json")
    assert home.shown(outcome.place / "report.html") == f"{URL}/west/2026/report.html"


@pytest.mark.parametrize("name", ["first", "second"])
def test_an_unchanged_report_is_at_hand_on_any_machine_and_nothing_is_sent(
    bucket, machine, west, calls, name
):
    Stored(URL).made(west, partial(writes, run_json="1", report_html="page"))
    calls.clear()
    machine(name)
    seen = {}
    Stored(URL).made(west, partial(finds, seen=seen))
    assert seen == {"run.json": "1", "report.html": "page"}
    assert not calls


def test_only_what_changed_is_sent_and_what_is_gone_is_deleted(bucket, machine, west, calls):
    Stored(URL).made(
        west, partial(writes, run_json="1", report_html="page", rejects_csv="rows", lists_xlsx="same")
    )
    calls.clear()
    Stored(URL).made(west, partial(writes, run_json="2", report_html="new", lists_xlsx="same"))
    assert calls == [
        ("pipe_file", "west/2026/report.html"),
        ("pipe_file", "west/2026/run.json"),
        ("rm_file", "west/2026/rejects.csv"),
    ]


def test_what_another_machine_made_since_is_fetched_first(bucket, machine, west):
    Stored(URL).made(west, partial(writes, run_json="1", report_html="old", rejects_csv="rows"))
    machine("second")
    Stored(URL).made(west, partial(writes, run_json="2", report_html="new"))
    machine("first")
    seen = {}
    Stored(URL).made(west, partial(finds, seen=seen))
    assert seen == {"run.json": "2", "report.html": "new"}


def test_a_report_deleted_from_the_store_is_gone_here_too(bucket, machine, west):
    Stored(URL).made(west, partial(writes, run_json="1", report_html="page"))
    bucket.rm(f"{ROOT}/west", recursive=True)
    seen = {}
    Stored(URL).made(west, partial(writes, seen=seen, run_json="2"))
    assert seen == {}
    assert everything(bucket) == {"west/2026/run.json": "2"}


def test_a_frozen_plan_in_the_store_is_fetched_and_never_deleted(bucket, machine, west):
    Stored(URL).made(west, partial(writes, run_json="1"))
    bucket.pipe_file(f"{ROOT}/west/2026/plan.json", b"frozen")
    seen = {}
    Stored(URL).made(west, partial(writes, seen=seen, run_json="2"))
    assert seen == {"run.json": "1", "plan.json": "frozen"}
    assert everything(bucket) == {"west/2026/run.json": "2", "west/2026/plan.json": "frozen"}


def test_the_page_of_a_failure_is_sent_and_deleted_by_success(bucket, machine, west):
    Stored(URL).made(west, partial(writes, run_json="1"))
    outcome = Stored(URL).made(west, fails)
    assert everything(bucket) == {"west/2026/run.json": "1", "west/failed/index.html": "why"}
    assert outcome.problems == (f"open {URL}/west/failed/index.html",)

    def succeeds(job):
        (job.output / "west" / "failed" / "index.html").unlink()
        return writes(job, run_json="2")

    machine("second")
    Stored(URL).made(west, succeeds)
    assert everything(bucket) == {"west/2026/run.json": "2"}


def test_what_cannot_be_sent_is_the_stores_problem(bucket, machine, west, monkeypatch):
    def refuses(*_, **__):
        raise PermissionError("Access Denied")

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", refuses)
    outcome = Stored(URL).made(west, partial(writes, run_json="1"))
    assert not outcome.made
    assert outcome.problems == (
        f"{west.params_file}: {URL}/west/2026: is not open to these credentials (Access Denied); "
        "check them in the environment, and the rights",
    )
    result = CliRunner().invoke(app, ["run", str(west.params_file), "--output", URL])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{URL}: is not open to these credentials")
    assert "Traceback" not in result.output


def test_a_report_is_made_by_one_process_of_a_machine(bucket, machine, west):
    inner = []

    def again(job):
        inner.append(Stored(URL).made(west, fails))
        return writes(job, run_json="1")

    assert Stored(URL).made(west, again).made
    assert f"{URL}/west/2026: is being made by another process" in inner[0].problems[0]


def test_no_name_leads_out_of_the_copy(monkeypatch, machine):
    names = ["a.txt", "../../x", "b/../../x", "..\\..\\x", "/x", "", "b/c.txt"]
    monkeypatch.setattr(MemoryFileSystem, "find", lambda *_: [f"{ROOT}/west/2026/{name}" for name in names])
    assert Objects(URL).names("west/2026") == {"a.txt", "b/c.txt"}


def test_the_index_lists_what_is_stored(bucket, machine):
    for name, data in {
        "west/2026/run.json": json.dumps(RUN),
        "west/2026/metrics.json": '{"metrics": []}',
        "west/2026/report.html": "",
        "west/review/2026-03/run.json": json.dumps({"month": "2026-03", "counts": {"alerts": 1}}),
        "east/failed/failure.json": '{"dealership": "east", "name": "east motors", "language": "en"}',
    }.items():
        bucket.pipe_file(f"{ROOT}/{name}", data.encode())
    assert Stored(URL).write_index() == f"{URL}/index.html"
    page = everything(bucket)["index.html"]
    assert "west/2026/report.html" in page and "west/review/2026-03/report.html" in page
    assert "report.pdf" not in page, "is not stored"
    assert "east motors" in page
    assert Stored(URL).known() == [("west", "west motors")]
    bucket.rm(f"{ROOT}/west", recursive=True)
    Stored(URL).write_index()
    assert "west motors" not in everything(bucket)["index.html"]


def test_reports_in_the_store_are_no_others_business(bucket, machine, tmp_path):
    bucket.pipe_file(f"{ROOT}/west/2026/run.json", json.dumps(RUN).encode())
    paths = []
    for id in ("west", "east"):
        paths.append(tmp_path / f"{id}.yml")
        paths[-1].write_text(PARAMS.format(id=id))
    jobs = Jobs(paths[1:], tmp_path, USUAL, Stored(URL))
    assert [(job.others, job.url) for job in jobs] == [((("west", "west motors"),), URL)]
    assert Job.from_json(json.loads(json.dumps(jobs[0].to_json()))) == jobs[0]


def test_a_worker_of_a_cluster_says_whether_it_sees_the_store(bucket, tmp_path):
    with Stored(f"file://{tmp_path}/new").probe() as probe:
        assert cluster._fits(probe)[1] is None
    assert "there is no such object" in cluster._fits(probe)[1]
    assert "is of no known kind" in cluster._fits("s4://bucket/x")[1]


def test_a_store_that_is_not_there_is_not_made(machine, monkeypatch):
    def nowhere(*_, **__):
        raise FileNotFoundError("The specified bucket does not exist")

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", nowhere)
    with pytest.raises(StoreError, match="there is no such object; check the bucket"), Stored(URL).probe():
        pass


def test_a_reader_fetches_what_it_asks_for_and_writes_nothing(bucket, machine, calls):
    for name in ("run.json", "metrics.json", "report.html"):
        bucket.pipe_file(f"{ROOT}/west/2026/{name}", b"{}")
    calls.clear()
    folder, home = report_at(f"{URL}/west/2026/", frozenset({"run.json", "metrics.json"}))
    assert {path.name for path in folder.iterdir()} == {"run.json", "metrics.json"}
    assert home.with_address(f"{folder}: so") == f"{URL}/west/2026: so"
    (folder / "left-half-written").touch()
    report_at(f"{URL}/west/2026")
    assert {path.name for path in folder.iterdir()} == {"run.json", "metrics.json", "report.html"}
    assert calls == []


def test_a_report_that_is_being_made_or_replaced_is_not_read(bucket, machine, monkeypatch):
    monkeypatch.setattr(stored.time, "sleep", lambda seconds: None)
    bucket.pipe_file(f"{ROOT}/west/2026/run.json", b"1")
    with (
        store_lock.locked(URL, "west/2026", patience=0, told="west"),
        pytest.raises(BusyError, match=r"bucket/reports/west/2026: is being made by process \d+"),
    ):
        report_at(f"{URL}/west/2026")
    assert report_at(f"{URL}/west/2026")[0].joinpath("run.json").read_text() == "1"
    cat, count = MemoryFileSystem.cat_file, iter(range(99))

    def replaced(files, path, *more, **options):
        return str(next(count)).encode() if path.endswith("run.json") else cat(files, path, *more, **options)

    monkeypatch.setattr(MemoryFileSystem, "cat_file", replaced)
    with pytest.raises(BusyError, match="west/2026: keeps changing"):
        report_at(f"{URL}/west/2026")


def test_a_review_is_not_sent_while_its_store_is_worked_on(bucket, machine, west, monkeypatch):
    """A review is made under the lock of the store's report, which lies elsewhere."""
    monkeypatch.setattr(stored.time, "sleep", lambda seconds: None)
    bucket.pipe_file(f"{ROOT}/west/review/2026-02/run.json", b"1")
    reports = Stored(URL)
    made = Outcome(west.params_file, reports.folder / "west/review/2026-02", kind="review")
    with store_lock.locked(URL, "west/2026", patience=0, told="west"):
        told = [str(told.line) for told in deliver_all([made], reports.folder, reports)]
    assert len(told) == 1 and "west/review/2026-02: is being made by process" in told[0]
    assert not made.place.exists()
    assert not list(deliver_all([made], reports.folder, reports))
    assert (made.place / "run.json").read_text() == "1"


def test_what_is_stored_is_listed_once(bucket, machine, monkeypatch):
    """A list of a place is what a store takes longest for, and is paid for."""
    bucket.pipe_file(f"{ROOT}/west/2026/run.json", b"1")
    listed, find = [], MemoryFileSystem.find

    def noted(files, path, *more, **options):
        listed.append(path)
        return find(files, path, *more, **options)

    monkeypatch.setattr(MemoryFileSystem, "find", noted)
    folder = Stored(URL).fetch("west/2026")
    assert (folder / "run.json").read_text() == "1"
    assert [path.rpartition("reports/")[2].rstrip("/") for path in listed] == ["west/2026"]


def test_what_was_fetched_in_part_is_not_taken_from_the_store(bucket, machine, west):
    Stored(URL).made(west, partial(writes, run_json="1", report_html="page", metrics_json="{}"))
    machine("second")
    Stored(URL).fetch("west/2026", {"run.json", "metrics.json"})
    seen = {}
    Stored(URL).made(west, partial(finds, seen=seen))
    assert seen == {"run.json": "1", "report.html": "page", "metrics.json": "{}"}
    assert everything(bucket).keys() == {f"west/2026/{name}" for name in seen}


def test_a_group_is_laid_out_over_numbers_that_are_stored_and_its_report_sent(
    bucket, machine, west, tmp_path
):
    """Nothing of a store's own report is fetched but its numbers, and nothing of it is sent or deleted."""
    east = tmp_path / "east.yml"
    east.write_text(PARAMS.format(id="east"))
    old = ("west/2026/run.json", "west/2026/metrics.json", "west/2026/report.pdf", "east/2026/metrics.json")
    for name in (*old, "network/2026/old.html"):
        bucket.pipe_file(f"{ROOT}/{name}", b"{}")
    seen = set()

    def lays(job):
        files = (path for path in job.output.rglob("*") if path.is_file())
        seen.update(path.relative_to(job.output).as_posix() for path in files)
        place = job.output / "network" / "2026"
        (place / "old.html").unlink()
        (place / "report.html").write_text("page")
        return Outcome(job.params_file, place, kind="group")

    stores = (str(west.params_file), str(east))
    made = Stored(URL).made(replace(west, task=Task("group", stores=stores)), lays)
    assert seen == {*old, "network/2026/old.html"} - {"west/2026/report.pdf"}
    assert Stored(URL).shown(made.place) == f"{URL}/network/2026"
    assert everything(bucket).keys() == {*old, "network/2026/report.html"}


def test_a_part_of_a_group_reads_and_sends_nothing(bucket, machine, west, calls):
    bucket.pipe_file(f"{ROOT}/west/2026/metrics.json", b"{}")
    calls.clear()

    def reads(job):
        place = job.output / "west" / "2026"
        (place / "metrics.json").unlink()
        return Outcome(job.params_file, place, told=(Message(f"{place}", ""),))

    outcome = Stored(URL).made(replace(west, task=Task("network")), reads)
    assert outcome.told == (f"{URL}/west/2026",)
    assert calls == []


def test_the_page_of_a_check_is_stored(bucket, machine, tmp_path, least_exports):
    least_exports(tmp_path)
    path = tmp_path / "west.yml"
    path.write_text(PARAMS.format(id="west"))
    told = CliRunner().invoke(app, ["check", str(path), "--html", "--output", URL])
    assert told.exit_code == 0 and f"{URL}/west/check.html" in told.stdout, told.output
    assert list(everything(bucket)) == ["west/check.html"]


def test_a_stored_report_is_shown_by_its_address(bucket, machine):
    numbers = {"dealership": "west", "plan_year": 2026, "as_of": "2025-12-31", "metrics": []}
    bucket.pipe_file(f"{ROOT}/west/2026/run.json", json.dumps(RUN).encode())
    bucket.pipe_file(f"{ROOT}/west/2026/metrics.json", json.dumps(numbers).encode())
    told = CliRunner().invoke(app, ["show", f"{URL}/west/2026"])
    assert told.exit_code == 0 and f"csanalysis show {URL}/west/2026 METRIC" in told.stderr, told.output
    bucket.pipe_file(f"{ROOT}/west/2026/metrics.json", b"damaged")
    bucket.pipe_file(f"{ROOT}/west/2026/run.json", b"{}")
    told = CliRunner().invoke(app, ["--language", "en", "show", f"{URL}/west/2026"])
    assert told.exit_code == 2
    assert told.stderr.startswith(f"{URL}/west/2026/metrics.json: no numbers of a report"), told.stderr


def test_a_proof_is_of_the_working_copy_and_told_by_its_address(bucket, machine, monkeypatch):
    bucket.pipe_file(f"{ROOT}/west/2026/run.json", b"{}")

    def proves(places, *_, **__):
        (place,) = places
        assert (place / "run.json").read_bytes() == b"{}"
        return [Outcome(place, place, kind="verify", told=(Message(f"{place}: the same", ""),))]

    monkeypatch.setattr("csanalysis.fleet.anywhere.run_fleet", proves)
    told = CliRunner().invoke(app, ["--language", "en", "verify", f"{URL}/west/2026"])
    assert (told.exit_code, told.stdout) == (0, f"{URL}/west/2026: the same\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["verify", f"{URL}/west/2026"], f"{URL}/west/2026: there is no such object; check the bucket"),
        (["show", f"{URL}/west/2026"], f"{URL}/west/2026: there is no such object; check the bucket"),
        (["verify", f"{URL}/west/2026", "--scheduler", "tcp://x:1"], "leave --scheduler out"),
        (["verify", "nosuch://x/y/west/2026"], "is of no known kind"),
        *(
            ([*command, "--output", "nosuch://x/y"], "nosuch://x/y: is of no known kind")
            for command in (
                *(["plan", "west.yml"], ["network", "west.yml", "east.yml"], ["check", "west.yml", "--html"]),
                *(["schedule", "west.yml"], ["run", "west.yml"], ["convert", "west.yml", "--to", "lake"]),
            )
        ),
        (["run", "west.yml", "--output", "s3:/bucket"], "s3:/bucket: is neither a folder nor an address"),
        (["run", "west.yml", "--output", "S3://k:secret@b"], "S3://b: is neither a folder nor an address"),
        (["convert", "west.yml", "--to", "s3:/bucket"], "s3:/bucket: is neither a folder nor an address"),
        (["convert", "west.yml", "--to", "s3://"], "s3://: names no place of its own"),
        (["init", "west", "--params", URL], f"{URL}: a folder of this machine is needed"),
        (["demo", URL], f"{URL}: a folder of this machine is needed"),
        (["notebooks", "s3:/bucket"], "s3:/bucket: a folder of this machine is needed"),
    ],
    ids=lambda given: " ".join(given[:1]) if isinstance(given, list) else "",
)
def test_an_address_that_gives_nothing_is_told_in_a_line(
    bucket, machine, tmp_path, monkeypatch, least_exports, arguments, said
):
    least_exports(tmp_path)
    for name in ("west", "east"):
        (tmp_path / f"{name}.yml").write_text(PARAMS.format(id=name))
    monkeypatch.chdir(tmp_path)
    before = {*tmp_path.iterdir()}
    result = CliRunner().invoke(app, ["--language", "en", *arguments])
    assert result.exit_code == 2 and said in result.stderr and "secret" not in result.output, result.output
    assert len(result.stderr.splitlines()) == 1
    assert {*tmp_path.iterdir()} - before <= {tmp_path / "first"}


def test_a_review_finds_the_report_the_plans_and_the_reviews_before_and_is_sent(bucket, machine, west):
    for name in ("2026/run.json", "2026/plan.json", "2025/plan.json", "review/2026-01/run.json"):
        bucket.pipe_file(f"{ROOT}/west/{name}", b"{}")
    seen = set()

    def reviews(job):
        store = job.output / "west"
        seen.update(path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file())
        (store / "review" / "2026-02").mkdir()
        (store / "review" / "2026-02" / "report.html").write_text("page")
        return Outcome(job.params_file, store / "review" / "2026-02", kind="review")

    asked = replace(west, task=Task("review", period="2026-02"))
    assert Stored(URL).made(asked, reviews).made
    assert seen == {"2026/run.json", "2026/plan.json", "2025/plan.json", "review/2026-01/run.json"}
    assert everything(bucket)["west/review/2026-02/report.html"] == "page"
    assert everything(bucket)["west/2026/plan.json"] == "{}" and len(everything(bucket)) == 5


def test_two_machines_do_not_make_one_report_at_once(bucket, machine, west):
    """The second is told so, and nothing of its own is sent; the first's report is whole."""
    seen = []

    def while_another_begins(job):
        machine("second")
        seen.append(Stored(URL).made(west, partial(writes, run_json="2", report_html="other")))
        machine("first")
        return writes(job, run_json="1", report_html="page")

    Stored(URL).made(west, while_another_begins)
    assert everything(bucket) == {"west/2026/run.json": "1", "west/2026/report.html": "page"}
    (outcome,) = seen
    assert outcome.place is None and "is being made by process" in str(outcome.problems)


def test_a_report_that_took_longer_than_its_lock_is_not_sent(bucket, machine, west, monkeypatch):
    monkeypatch.setattr(store_lock, "LIFE", 0.0)
    outcome = Stored(URL).made(west, partial(writes, run_json="1", report_html="page"))
    assert "took longer than its lock holds" in str(outcome.problems) and everything(bucket) == {}
