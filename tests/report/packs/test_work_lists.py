"""The work lists alone: written whole, beside what a report left, and never over somebody's answers."""

import json
from datetime import date

import openpyxl
import pandas as pd
import pytest

from csanalysis.errors import BusyError, ReportError
from csanalysis.ingest import load
from csanalysis.messages import said
from csanalysis.report.files.filled import keep_filled, written_in
from csanalysis.report.files.lock import only_run
from csanalysis.report.packs.work_lists import build_lists

DAY = date(2026, 1, 5)
STAFF = "姓名,岗位\n李/雷,客服专员\n李:雷,客服专员\n王工,技师\n"


@pytest.fixture
def store(tmp_path, least_exports):
    """A params file of 24 vehicles and two callers, and the folder of its reports."""
    least_exports(tmp_path)
    (tmp_path / "staff.csv").write_text(STAFF, encoding="utf-8")
    return tmp_path / "small.yml", tmp_path / "outputs"


def params(path, *, staff=True, more=""):
    named = "staff: staff.csv" if staff else ""
    path.write_text(
        "dealership: {id: small}\nplan_year: 2026\nlanguage: en\n"
        f"sources:\n  vehicle_sales: sales.csv\n  service_visits: visits.csv\n  {named}\n{more}",
        encoding="utf-8",
    )
    return path


def test_the_workbook_lies_in_the_stores_folder_and_a_part_for_each_caller(store):
    path, output = store
    made = build_lists(params(path), output, day=DAY, split=True)
    names = [each.relative_to(output).as_posix() for each in made.paths]
    assert names == [f"small/2026/{name}.xlsx" for name in ("lists", "lists-李-雷", "lists-李-雷-2")]
    assert {each.name for each in (output / "small" / "2026").iterdir()} == {each.name for each in made.paths}
    book = openpyxl.load_workbook(made.paths[0])
    assert book.sheetnames[:3] == ["This week", "李 雷", "李 雷 2"]
    days = {cell.value for name in book.sheetnames[1:3] for cell in book[name]["A"][1:] if cell.value}
    assert days and days <= set(pd.date_range("2026-01-05", "2026-01-09")), "a working week"
    known = dict(book["_csanalysis"].iter_rows(max_col=2, values_only=True))
    assert (known["as_of"], known["day"], known["until"]) == ("2026-01-04", "2026-01-04", "2026-01-11")


def test_only_what_was_known_counts(store):
    path, output = store
    made = build_lists(params(path), output, day=DAY, as_of=date(2025, 12, 5))
    book = openpyxl.load_workbook(made.paths[0])
    assert dict(book["_csanalysis"].iter_rows(max_col=2, values_only=True))["as_of"] == "2025-12-05"
    assert "5 Dec 2025" in str(list(book["This week"].iter_rows(values_only=True)))
    (note,) = made.notes
    assert "the last visit in the exports is of 2025-12-05" in note and "2025-12-05" in said(note, "zh")


@pytest.mark.parametrize(
    ("staff", "more", "said_so"),
    [
        (False, "", "no staff table is given: all calls are planned for Customer service"),
        (True, "calls: {roles: [dreamer]}\n", "nobody on the staff calls (calls.roles: dreamer)"),
        (True, "calls: {per_day: 0}\n", "callers have 0 calls a day (calls.per_day): no call is planned"),
    ],
    ids=["no staff", "no caller", "no capacity"],
)
def test_who_cannot_call_is_told_and_the_lists_are_made_all_the_same(store, staff, more, said_so):
    path, output = store
    made = build_lists(params(path, staff=staff, more=more), output, day=DAY)
    assert any(note.startswith(said_so) for note in made.notes) and made.paths[0].is_file()
    assert all(said(note, "zh") != note for note in made.notes)
    book = openpyxl.load_workbook(made.paths[0])
    if "per_day" in more:
        assert book["Not planned"].max_row > 1 and book["李 雷"].max_row == 1


def test_a_week_of_holidays_has_no_call(store):
    path, output = store
    made = build_lists(params(path), output, day=date(2026, 2, 14))
    assert not any("no working day" in note for note in made.notes), "a Saturday that is worked"
    made = build_lists(path, output, day=date(2026, 2, 15))
    (note,) = (note for note in made.notes if "no working day up to 2026-02-21" in note)
    assert "--weeks" in note


def test_what_was_filled_in_is_kept(store):
    path, output = store
    (first,) = build_lists(params(path), output, day=DAY).paths
    assert not written_in(first) and not build_lists(path, output, day=DAY).kept
    book = openpyxl.load_workbook(first)
    sheet = book["李 雷"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, heads["Note"], "rings back on Friday")
    book.save(first)
    (kept,) = build_lists(path, output, day=DAY).kept
    assert kept.name.startswith("lists-filled-") and not written_in(first)
    assert openpyxl.load_workbook(kept)["李 雷"].cell(2, heads["Note"]).value == "rings back on Friday"
    assert build_lists(path, output, day=DAY).kept == []
    (output / "next").mkdir()
    assert keep_filled(first.parent, output / "next") == []
    assert [each.name for each in (output / "next").iterdir()] == [kept.name], "a new report takes it along"


def test_a_filled_in_workbook_comes_back_as_contacts(store):
    path, output = store
    (first,) = build_lists(params(path), output, day=DAY).paths
    book = openpyxl.load_workbook(first)
    heads = {cell.value: cell.column for cell in book["李 雷"][1]}
    vin = book["李 雷"].cell(2, heads["VIN"]).value
    book["李 雷"].cell(2, heads["Call 1 result"], "Booked")
    book["李 雷"].cell(2, heads["Call 1 date"], pd.Timestamp("2026-01-05").to_pydatetime())
    book.save(path.parent / "filled.xlsx")
    params(path, more="  contacts: filled.xlsx\n")
    contacts = load(path, as_of=date(2026, 1, 6)).tables["contacts"]
    assert contacts[["vin", "result", "agent"]].to_numpy().tolist() == [[vin, "booked", "李/雷"]]
    (again,) = build_lists(path, output, day=date(2026, 1, 7)).paths
    book = openpyxl.load_workbook(again)
    called = {
        row[heads["VIN"] - 1]
        for name in ("李 雷", "李 雷 2")
        for row in book[name].iter_rows(values_only=True)
    }
    why = [
        cell.value
        for cell in book["Not planned"]["A"]
        if vin in {each.value for each in book["Not planned"][cell.row]}
    ]
    assert vin not in called and len(why) == 1 and "No call left" not in why[0], "booked, so it waits"


def test_a_report_that_is_being_made_is_not_disturbed(store, monkeypatch):
    path, output = store
    monkeypatch.setattr("csanalysis.report.files.lock._PATIENCE", 0.1)
    with only_run(output, output / "small" / "2026"), pytest.raises(BusyError, match="is being made by"):
        build_lists(params(path), output, day=DAY)


def test_a_folder_that_cannot_be_written_is_named(store):
    path, output = store
    output.write_text("no folder")
    with pytest.raises(ReportError, match="outputs: cannot be written"):
        build_lists(params(path), output, day=DAY)


def test_what_a_report_left_stays(store):
    path, output = store
    place = output / "small" / "2026"
    place.mkdir(parents=True)
    (place / "run.json").write_text(json.dumps({"dealership": "small"}))
    build_lists(params(path), output, day=DAY)
    assert json.loads((place / "run.json").read_text()) == {"dealership": "small"}
