"""The page of all reports is written again where something that it lists changed, and nowhere else."""

import json
import os
import shutil

import pytest

from csanalysis.report.listed import list_reports


@pytest.fixture
def output(tmp_path):
    place = tmp_path / "east" / "2026"
    (tmp_path / "east" / "history" / "2026").mkdir(parents=True)
    place.mkdir(parents=True)
    run = {"dealership": "east", "name": "East", "plan_year": 2026, "as_of": "2025-12-31", "language": "en"}
    (place / "run.json").write_text(json.dumps(run | {"summary": None}))
    (place / "metrics.json").write_text('{"metrics": []}')
    list_reports(tmp_path)
    os.utime(tmp_path / "index.html", (0, 0))  # so that it shows when it is written again
    return tmp_path


def written_again(output):
    return list_reports(output).stat().st_mtime > 0


def test_nothing_new_leaves_the_page(output):
    assert not written_again(output)


def test_a_new_manifest_writes_it(output):
    path = output / "east" / "2026" / "run.json"
    path.write_text(path.read_text().replace("East", "Far East"))
    assert written_again(output)
    assert "Far East" in (output / "index.html").read_text(encoding="utf-8")


def test_a_report_taken_away_writes_it(output):
    shutil.rmtree(output / "east")
    assert written_again(output)


def test_a_file_taken_out_of_a_report_writes_it(output):
    (output / "east" / "2026" / "metrics.json").unlink()
    assert written_again(output)


def test_a_kept_day_writes_it(output):
    (output / "east" / "history" / "2026" / "2025-11-30").mkdir()
    assert written_again(output)


def test_a_failure_writes_it(output):
    (output / "west" / "failed").mkdir(parents=True)
    (output / "west" / "failed" / "failure.json").write_text("{}")
    assert written_again(output)


def test_a_page_that_somebody_wrote_over_is_written(output):
    (output / "index.html").write_text("mine")
    os.utime(output / "index.html", (0, 0))
    assert written_again(output)


def test_another_program_writes_it(output, monkeypatch):
    monkeypatch.setattr("csanalysis.report.listed.program_fingerprint", lambda: {"code": "another"})
    assert written_again(output)


@pytest.mark.parametrize("name", ["east/meetings/2026-03/report.html", "east/2026/lists.xlsx", "status.html"])
def test_whatever_else_it_shows_writes_it(output, name):
    (output / name).parent.mkdir(parents=True, exist_ok=True)
    (output / name).touch()
    assert written_again(output)
