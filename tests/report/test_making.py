"""A run that comes to nothing leaves the last report, and says in a line what to do."""

import builtins
import errno
import io
import os
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from csanalysis.errors import IngestError
from csanalysis.fleet.outcome import Job, run_here
from csanalysis.metrics.results import Results
from csanalysis.report import build, running
from csanalysis.report.making import make_report
from csanalysis.report.options import RunOptions
from csanalysis.report.running import Chapters

PARAMS = """\
dealership: {id: small}
plan_year: 2026
language: en
sources: {vehicle_sales: sales.csv, service_visits: visits.csv}
"""
SALES = "VIN,sale_date\n" + "".join(f"V{n},2025-{n % 12 + 1:02d}-10\n" for n in range(24))
VISITS = "RO,VIN,date in,job type\n" + "".join(f"R{n},V{n},2025-12-{n + 1:02d},首保\n" for n in range(20))
WHOLE = {"report.html", "report.pdf", "metrics.json", "lists.xlsx", "run.json", "notebooks"}


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A small store whose report is made without its notebooks; the folder with its exports."""

    def one_chapter(names, params_file, folder, **_):
        (folder / "notebooks").mkdir()
        about = {"csanalysis": {"chapter": "plan"}}
        return Chapters([new_notebook(cells=[new_markdown_cell("# Summary")], metadata=about)], Results())

    monkeypatch.setattr(build, "run_chapters", one_chapter)
    monkeypatch.setattr(running, "typeset", lambda document, standard: b"%PDF-1.7")
    monkeypatch.setattr(build, "refuse_breaches", lambda *_, **__: None)
    (tmp_path / "small.yml").write_text(PARAMS, encoding="utf-8")
    (tmp_path / "sales.csv").write_text(SALES, encoding="utf-8")
    (tmp_path / "visits.csv").write_text(VISITS, encoding="utf-8")
    return tmp_path


def made(store, **options):
    return make_report(store / "small.yml", store / "out", RunOptions(**options))


def contents(place):
    return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}


def test_probe(store):
    first = made(store)
    assert {path.name for path in first.place.iterdir()} >= WHOLE
