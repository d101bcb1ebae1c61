"""A report appears whole or not at all."""

import os

import pytest

from csanalysis.errors import ReportError
from csanalysis.report.publishing import staged


def test_what_is_written_is_moved_into_place_whole(tmp_path):
    place = tmp_path / "store" / "2026"
    with staged(place) as folder:
        (folder / "report.html").write_text("new")
        assert not place.exists()
    assert (place / "report.html").read_text() == "new"
    assert [path.name for path in place.parent.iterdir()] == ["2026"]


def test_a_newer_run_replaces_every_file_of_the_older(tmp_path):
    place = tmp_path / "2026"
    place.mkdir()
    (place / "old.html").write_text("old")
    with staged(place) as folder:
        (folder / "new.html").write_text("new")
    assert [path.name for path in place.iterdir()] == ["new.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["2026"]


def test_a_failure_leaves_the_older_report_and_nothing_else(tmp_path):
    place = tmp_path / "2026"
    place.mkdir()
    (place / "report.html").write_text("last good")
    with pytest.raises(ZeroDivisionError), staged(place) as folder:
        (folder / "report.html").write_text("half")
        raise ZeroDivisionError
    assert (place / "report.html").read_text() == "last good"
    assert [path.name for path in tmp_path.iterdir()] == ["2026"]


def test_an_output_folder_that_cannot_be_is_said_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ReportError, match="choose another --output"),
        staged(tmp_path / "file" / "x" / "2026"),
    ):
        pass


def test_a_full_disk_is_said_in_one_line(tmp_path):
    with pytest.raises(ReportError, match="No space left"), staged(tmp_path / "2026"):
        raise OSError(28, os.strerror(28))
    assert not list(tmp_path.iterdir())
