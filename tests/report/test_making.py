"""A run that comes to nothing leaves the last report, and says in a line what to do."""

import errno
import json
import os
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from csanalysis.errors import IngestError
from csanalysis.fleet.job import Job
from csanalysis.fleet.outcome import run_here
from csanalysis.metrics.results import Results, tidy
from csanalysis.report import build, failure, finishing, running
from csanalysis.report.making import make_report
from csanalysis.report.options import RunOptions
from csanalysis.report.running import Chapters

PARAMS = """\
dealership: {id: small}
plan_year: 2026
language: en
sources: {vehicle_sales: sales.csv, service_visits: visits.csv}
"""
WHOLE = {"report.html", "report.pdf", "metrics.json", "lists.xlsx", "run.json", "notebooks"}


@pytest.fixture
def store(tmp_path, monkeypatch, least_exports):
    """A small store whose report is made without its notebooks; the folder with its exports."""

    results = Results({"new_vehicle_sales": tidy(["2025"], value=[24])})

    def one_chapter(names, params_file, folder, **_):
        (folder / "notebooks").mkdir()
        about = {"csanalysis": {"chapter": "plan"}}
        return Chapters([new_notebook(cells=[new_markdown_cell("# Summary")], metadata=about)], results)

    monkeypatch.setattr(build, "run_chapters", one_chapter)
    monkeypatch.setattr(running, "typeset", lambda document, standard: b"%PDF-1.7")
    monkeypatch.setattr(finishing, "refuse_breaches", lambda *_, **__: None)
    (tmp_path / "small.yml").write_text(PARAMS, encoding="utf-8")
    least_exports(tmp_path)
    return tmp_path


def made(store, **options):
    return make_report(store / "small.yml", store / "out", RunOptions(**options))


@pytest.fixture
def place(store):
    """The report of the store as it is, with a plan frozen beside it."""
    place = made(store).place
    (place / "plan.json").write_text("the frozen plan")
    return made(store).place


def contents(place):
    return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}


def beside(place):
    return {path.name for path in place.parent.iterdir()}


def another_visit(store):
    with (store / "visits.csv").open("a", encoding="utf-8") as stream:
        stream.write("R90,V9,2025-12-30,首保\n")


def row_without_date(store):
    with (store / "sales.csv").open("a", encoding="utf-8") as stream:
        stream.write("VX,no date\n")


def test_what_is_unchanged_is_not_made_again_unless_forced(store, place):
    before = contents(place)
    since = json.loads(before["run.json"])["finished"]
    assert made(store).unchanged_since == since and contents(place) == before
    assert made(store, force=True).unchanged_since is None
    assert {path.name for path in place.iterdir()} >= WHOLE
    assert (place / "plan.json").read_text() == "the frozen plan"


def test_a_run_keeps_its_report_under_its_day_and_is_unchanged_the_next_time(store, place):
    with (store / "small.yml").open("a", encoding="utf-8") as params:
        params.write("history: 2\n")
    assert made(store).unchanged_since is None
    kept = place.parent / "history" / "2026" / "2025-12-31"
    assert {path.name for path in kept.iterdir()} == {"report.html", "metrics.json"}
    assert (kept / "report.html").read_bytes() == (place / "report.html").read_bytes()
    assert made(store).unchanged_since


def test_a_change_of_an_export_makes_it_again(store, place):
    another_visit(store)
    assert made(store).unchanged_since is None
    assert made(store).unchanged_since is not None


@pytest.mark.parametrize("text", ["", "[]", '{"made_from": {}}'], ids=["empty", "a list", "of nothing"])
def test_a_damaged_manifest_is_made_again(store, place, text):
    (place / "run.json").write_text(text)
    assert made(store).unchanged_since is None
    assert made(store).unchanged_since is not None


def test_what_a_killed_run_left_is_gone_after_the_next(store, place):
    before = contents(place)
    (place.parent / ".2026-old-a1b2").mkdir()
    place.rename(place.parent / ".2026-old-a1b2" / "2026")
    (place.parent / ".2026-c3d4").mkdir()
    kept = store / "out" / ".cache" / "chapters" / "small" / "2026" / ".part-x1"
    kept.mkdir(parents=True)
    assert made(store).unchanged_since == json.loads(before["run.json"])["finished"]
    assert contents(place) == before and beside(place) == {"2026"}
    assert kept.exists(), "it is tidied up by a run that makes something"
    made(store, force=True)
    assert not kept.exists()


REFUSED = [
    "sources.vehicle_sales: 1 row set aside (sale_date unreadable: 1)",
    "--strict makes no report of such data; 'csanalysis check {}' shows more",
]


@pytest.mark.parametrize("options", [{}, {"force": True}], ids=["changed", "forced"])
def test_strict_leaves_the_last_report_and_says_what_to_do(store, place, options):
    before = contents(place)
    row_without_date(store)
    with pytest.raises(IngestError) as error:
        made(store, strict=True, **options)
    assert error.value.problems == [REFUSED[0], REFUSED[1].format(store / "small.yml")]
    assert contents(place) == before and beside(place) == {"2026"}


def test_strict_refuses_also_what_is_unchanged_since_it_was_made_without(store):
    row_without_date(store)
    place = made(store).place
    before = contents(place)
    outcome = run_here(Job(store / "small.yml", store / "out", RunOptions(strict=True)))
    path = store / "small.yml"
    assert outcome.problems == (f"{path}: {REFUSED[0]}", f"{path}: {REFUSED[1].format(path)}")
    assert not outcome.made and contents(place) == before
    page = outcome.page.read_text(encoding="utf-8")
    assert "sale_date unreadable: 1" in page and "../2026/report.html" in page
    assert made(store).unchanged_since, "without --strict it is as good as it was"


def test_strict_makes_a_report_of_data_with_nothing_to_warn_of(store):
    place = made(store, strict=True).place
    assert json.loads((place / "run.json").read_text(encoding="utf-8"))["warnings"] == []
    assert made(store, strict=True).unchanged_since is not None


def full(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full_at(monkeypatch, name):
    """The disk has room for half of the draft's file ``name``."""
    for method in ("write_text", "write_bytes"):
        write = getattr(Path, method)

        def half(self, data, *args, write=write, **named):
            if self.name != name:
                return write(self, data, *args, **named)
            write(self, data[: len(data) // 2], *args, **named)
            return full()

        monkeypatch.setattr(Path, method, half)


@pytest.mark.parametrize("name", ["report.html", "report.pdf", "metrics.json", "run.json"])
def test_a_disk_full_half_way_leaves_the_last_report(store, place, monkeypatch, name):
    before = contents(place)
    another_visit(store)
    with monkeypatch.context() as patch:
        full_at(patch, name)
        outcome = run_here(Job(store / "small.yml", store / "out"))
    assert outcome.problems == (
        f"{store / 'small.yml'}: {place}: the report could not be written (No space left on device)",
    )
    assert outcome.place is None and contents(place) == before
    assert beside(place) == {"2026", "failed"}
    page = outcome.page.read_text(encoding="utf-8")
    assert "No space left on device" in page and "../2026/report.html" in page

    after = run_here(Job(store / "small.yml", store / "out"))
    assert after.made and after.unchanged is None and beside(place) == {"2026"}
    assert contents(place)["metrics.json"] == before["metrics.json"]


def test_a_disk_full_while_a_chapter_is_run(store, place, monkeypatch):
    before = contents(place)
    another_visit(store)
    monkeypatch.setattr(build, "run_chapters", running.run_chapters)
    monkeypatch.setattr(running, "execute", full)
    outcome = run_here(Job(store / "small.yml", store / "out"))
    assert [line.count("No space left on device") for line in outcome.problems] == [1]
    assert contents(place) == before and beside(place) == {"2026", "failed"}


def test_a_disk_with_no_room_for_a_page_either_still_says_so(store, place, monkeypatch):
    before = contents(place)
    another_visit(store)
    full_at(monkeypatch, "report.html")
    monkeypatch.setattr(failure, "write_whole", full)
    outcome = run_here(Job(store / "small.yml", store / "out"))
    assert len(outcome.problems) == 1 and "No space left on device" in outcome.problems[0]
    assert outcome.page is None and contents(place) == before


def test_a_first_report_on_a_full_disk_leaves_no_draft(store, monkeypatch):
    full_at(monkeypatch, "report.html")
    assert not run_here(Job(store / "small.yml", store / "out")).made
    assert {path.name for path in (store / "out" / "small").iterdir()} == {"failed"}


@pytest.mark.parametrize("text", ["", "[]", "null", "{}"], ids=["empty", "a list", "null", "no parts"])
def test_damaged_notes_of_a_failure_keep_nobody_from_making_the_report(store, text):
    notes = store / "out" / "small" / "failed" / failure.NOTES
    notes.parent.mkdir(parents=True)
    notes.write_text(text)
    place = made(store).place
    assert beside(place) == {"2026"}
