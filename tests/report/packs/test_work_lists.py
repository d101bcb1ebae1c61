"""The work lists alone: written whole, beside what a report left, and never over somebody's answers."""

import json
from datetime import date
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest

from csanalysis.errors import BusyError, IngestError, ReportError
from csanalysis.ingest import load
from csanalysis.messages import said
from csanalysis.metrics.results import Results, tidy
from csanalysis.report.build import write_lists
from csanalysis.report.files.filled import keep_filled, written_in
from csanalysis.report.files.lock import only_run
from csanalysis.report.files.metrics_table import write_metrics_table
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


SPOKEN = [
    "=1+1 说太贵了",
    "儿子王大伟会修，打 13912345678",
    *(f"说了第 {n} 个理由，以后再看" for n in range(20)),
]


@pytest.fixture
def declined(store):
    """The same with declined work, of which every customer says something of its own."""
    path, output = store
    rows = "".join(f"R{n % 20},=轮胎{n},B,{100 + n},拒绝,{words}\n" for n, words in enumerate(SPOKEN))
    (path.parent / "items.csv").write_text("RO,item,grade,quote,outcome,reason\n" + rows, encoding="utf-8")
    params(path)
    path.write_text(
        path.read_text("utf-8").replace("visits.csv\n", "visits.csv\n  upsell_items: items.csv\n"), "utf-8"
    )
    return path, output


def spoken_in(book):
    """All texts of a workbook, and whether one of its cells is a formula."""
    cells = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)
    ]
    return "\n".join(cell.value for cell in cells), any(cell.data_type == "f" for cell in cells)


def test_callers_read_what_customers_said_and_nobody_else_does(declined, tmp_path):
    path, output = declined
    store = load(path)
    assert set(store.tables["upsell_items"]["decline_reason"]) == {"other"}
    (made,) = build_lists(path, output, day=DAY).paths
    whole = tmp_path / "lists.xlsx"
    write_lists(whole, store, SimpleNamespace(lists={}), [])
    for book in (made, whole):
        text, calculated = spoken_in(openpyxl.load_workbook(book))
        assert all(words in text for words in SPOKEN) and "other" not in text and not calculated


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


@pytest.fixture
def spoilt(store):
    """The same with visits of which one in eleven has no date."""
    with (store[0].parent / "visits.csv").open("a", encoding="utf-8") as visits:
        visits.write("R90,V1,soon,首保\nR91,V2,later,首保\n")
    return store


def test_no_list_is_made_of_exports_that_make_no_report(spoilt):
    path, output = spoilt
    with pytest.raises(IngestError, match="2 of 22 rows are lost") as refused:
        build_lists(params(path), output, day=DAY)
    assert any("accept: [{check: rows_lost" in line for line in refused.value.problems)
    assert not (output / "small" / "2026").exists()


def test_what_is_accepted_stands_on_the_first_sheet(spoilt):
    path, output = spoilt
    reason = "accept: [{check: rows_lost, reason: they were cancelled}]\n"
    made = build_lists(params(path, more=reason), output, day=DAY, split=True)
    for each in made.paths:
        week = str(list(openpyxl.load_workbook(each)["This week"].iter_rows(values_only=True)))
        assert "2 of 22 rows are lost" in week and "Accepted: they were cancelled" in week, each.name


def test_old_exports_are_said_and_keep_no_week_from_being_planned(store):
    path, output = store
    made = build_lists(params(path), output, day=date(2026, 6, 1))
    assert any("export anew" in note for note in made.notes), "the report's own exports may end here"
    with pytest.raises(IngestError, match="days before as_of 2026-05-31"):
        build_lists(path, output, day=date(2026, 6, 1), as_of=date(2026, 5, 31))


def test_weak_items_are_those_of_the_last_report_with_todays_actions(store):
    path, output = store
    place = output / "small" / "2026"
    place.mkdir(parents=True)
    weak = {"programme": "css", "item_code": "C2"}
    told = Results(
        {
            "item_gap": tidy(["2024", "2025"], value=[-9.0, -12.5], **weak),
            "weak_item": tidy(["2025"], value=[1.0], **weak),
            "item_rebate_gain": tidy(["2026"], value=[4100.0], **weak),
        }
    )
    write_metrics_table(place / "metrics.parquet", told)
    book = openpyxl.load_workbook(build_lists(params(path), output, day=DAY).paths[0])
    (row,) = list(book["Rectification"].iter_rows(min_row=2, values_only=True))
    assert "C2" in row and 4100 in row and any("12.5" in str(cell) for cell in row)
    (place / "metrics.parquet").write_bytes(b"no table")
    book = openpyxl.load_workbook(build_lists(path, output, day=DAY).paths[0])
    assert book["Rectification"].max_row == 1, "no survey: nothing is weak"
