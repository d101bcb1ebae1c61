"""A report appears whole or not at all."""

import os
import shutil
from pathlib import Path

import pytest

from csanalysis.errors import BusyError, ReportError
from csanalysis.report.files import lock
from csanalysis.report.files.publishing import alone, recover, staged


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


def files(folder):
    """Every file in it, hidden ones too, and what it says."""
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


def write(folder, **texts):
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / {"run": "run.json", "plan": "plan.json"}.get(name, f"{name}.html")).write_text(text)


class Killed(BaseException):
    """Stands for the end of the process."""


def killed_while_moving(place, monkeypatch, *, at):
    """Replace the report in ``place``, killed before the move number ``at``; nothing tidies up after it."""
    moves, move = [], Path.replace

    def replace(self, target):
        moves.append(target)
        if len(moves) == at:
            raise Killed
        return move(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(Killed), staged(place) as folder:
            (folder / "run.json").write_text("new")
            (folder / "report.html").write_text("new")


@pytest.mark.parametrize("at", [1, 2], ids=["before the older one leaves", "between the two moves"])
def test_a_run_killed_while_moving_gives_the_older_report_back(tmp_path, monkeypatch, at):
    place = tmp_path / "store" / "2026"
    write(place, run="old", report="old", plan="the frozen plan")
    before = files(tmp_path)
    killed_while_moving(place, monkeypatch, at=at)
    assert place.exists() == (at == 1) and len([*place.parent.iterdir()]) > 1
    recover(place)
    assert files(tmp_path) == before
    assert [path.name for path in place.parent.iterdir()] == ["2026"]


def test_a_plan_frozen_after_the_kill_stays_with_the_report_that_comes_back(tmp_path, monkeypatch):
    place = tmp_path / "store" / "2026"
    write(place, run="old", report="old", plan="first plan")
    killed_while_moving(place, monkeypatch, at=2)
    write(place, plan="second plan")
    (place / "plan-20260105-101010.json").write_text("a plan put aside")
    recover(place)
    assert files(tmp_path / "store") == {
        "2026/run.json": "old",
        "2026/report.html": "old",
        "2026/plan.json": "second plan",
        "2026/plan-20260105-101010.json": "a plan put aside",
    }


def test_with_a_whole_report_in_place_the_older_copy_is_thrown_away(tmp_path):
    place = tmp_path / "2026"
    write(place, run="new", report="new")
    write(tmp_path / ".2026-old-a1b2" / "2026", run="old", report="old", plan="old plan")
    recover(place)
    assert files(tmp_path) == {"2026/run.json": "new", "2026/report.html": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["2026"]


def test_drafts_are_thrown_away_also_where_there_never_was_a_report(tmp_path):
    write(tmp_path / ".2026-x1y2" / "notebooks", run="half")
    write(tmp_path / ".2026-old-a1b2")  # killed before anything was moved there
    recover(tmp_path / "2026")
    assert not list(tmp_path.iterdir())


def test_recovering_touches_nothing_of_another_year_nor_what_is_not_hidden(tmp_path):
    write(tmp_path / "2026", run="whole")
    for other in ("2025", ".2025-x1y2", ".2025-old-a1b2/2025", ".20261-x1y2", "2026-copy", "failed"):
        write(tmp_path / other, run=other)
    before = files(tmp_path)
    recover(tmp_path / "2026")
    assert files(tmp_path) == before


def test_nothing_to_recover_is_no_error(tmp_path):
    recover(tmp_path / "store" / "2026")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("at", [1, 2], ids=["the older one cannot leave", "the new one cannot come"])
def test_a_move_that_the_system_refuses_leaves_the_older_report_in_place(tmp_path, monkeypatch, at):
    place = tmp_path / "2026"
    write(place, run="old", report="old", plan="the frozen plan")
    before, moves, move = files(tmp_path), [], Path.replace

    def replace(self, target):
        moves.append(target)
        if len(moves) == at:
            raise PermissionError(13, "Permission denied")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(ReportError) as error, staged(place) as folder:
        (folder / "run.json").write_text("new")
    assert str(error.value) == f"{place}: the report could not be written (Permission denied)"
    assert files(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["2026"]


def test_a_plan_frozen_between_the_two_moves_is_not_lost(tmp_path, monkeypatch):
    place, move = tmp_path / "2026", Path.replace
    write(place, run="old", report="old", plan="first plan")

    def replace(self, target):
        moved = move(self, target)
        if self == place:
            write(place, plan="second plan")
        return moved

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(ReportError, match="could not be written"), staged(place) as folder:
        (folder / "run.json").write_text("new")
    assert files(tmp_path) == {
        "2026/run.json": "old",
        "2026/report.html": "old",
        "2026/plan.json": "second plan",
    }


def test_who_writes_alone_undoes_what_a_killed_one_left_and_keeps_others_out(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "_PATIENCE", 0.05)
    place = tmp_path / "alder" / "review" / "2026-03"
    draft = place.parent / ".2026-03-killed"
    draft.mkdir(parents=True)
    with alone(tmp_path, place) as folder:
        assert not draft.exists()
        (folder / "report.html").write_text("March", encoding="utf-8")
        with pytest.raises(BusyError, match="is being made by process"), alone(tmp_path, place):
            pytest.fail("two at once")
        with alone(tmp_path, place.with_name("2026-04")):
            pass  # another month is nobody's business
    assert (place / "report.html").read_text(encoding="utf-8") == "March"
