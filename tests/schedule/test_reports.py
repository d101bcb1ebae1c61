"""A service whose reports lie in an object store: what it keeps there, and from where it tells."""

import json

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from csanalysis.fleet import working_copy
from csanalysis.fleet.stored import Stored
from csanalysis.schedule.reports import Reports

URL, ROOT = "memory://bucket/reports", "/bucket/reports"
RUN = {"dealership": "anhai", "name": "Anhai", "plan_year": 2026, "as_of": "2025-12-31", "language": "en"}


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """The working copy's folder of reports."""
    monkeypatch.setattr(working_copy, "user_cache_path", lambda program: tmp_path / "cache" / program)
    home = Stored(URL)
    home.prepare()
    home.folder.mkdir()
    return home.folder


@pytest.fixture
def report(bucket):
    """A report that another machine has made."""
    for name, data in (("run.json", RUN), ("metrics.json", {"metrics": []})):
        bucket.pipe_file(f"{ROOT}/anhai/2026/{name}", json.dumps(data).encode())


def test_a_service_tells_of_what_another_machine_made_and_keeps_its_pages_in_the_store(
    house, copy, bucket, report
):
    house.output, told = copy, []
    house.store("anhai")

    def send(outcome, **_):
        told.append({path.name for path in outcome.place.iterdir()})
        return []

    with house.serving(trigger=house.every(0.3), url=URL, send=send):
        house.wait_for(lambda: told and bucket.exists(f"{ROOT}/index.html"))
        house.wait_for(lambda: b"Store anhai" in bucket.cat_file(f"{ROOT}/status.html"))
    assert told[0] == {"run.json", "metrics.json"}
    assert b"anhai/2026" in bucket.cat_file(f"{ROOT}/index.html")


def test_the_index_waits_while_runs_go_on_and_is_tried_again(copy, bucket, report, monkeypatch):
    reports, page = Reports(copy, URL), f"{ROOT}/index.html"
    reports._listed = float("inf")
    reports.relist()
    assert reports.catch_up(busy=True) == [] and not bucket.exists(page)
    with monkeypatch.context() as refusing:

        def refuses(*_, **__):
            raise PermissionError("Access Denied")

        refusing.setattr(MemoryFileSystem, "pipe_file", refuses)
        (line,) = reports.catch_up(busy=False)
        assert line.startswith(f"{URL}/overview: is not open to these credentials")
    assert reports.catch_up(busy=False) == [] and bucket.exists(page)
    bucket.rm_file(page)
    assert reports.catch_up(busy=False) == [] and not bucket.exists(page), "nothing new to list"
