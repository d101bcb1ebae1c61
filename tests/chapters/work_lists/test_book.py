"""The workbook says what the call plan says: every case once, on its day, with its caller."""

from datetime import date

import openpyxl
import pandas as pd
import pytest

from csanalysis.chapters.work_lists.book import Books
from csanalysis.chapters.work_lists.call_plan import CallPlan
from csanalysis.chapters.work_lists.days import day_kinds
from csanalysis.display.lists.call_workbook import write_call_workbook
from csanalysis.schema.workbook import CASES_SHEET

DAY, UNTIL = pd.Timestamp("2025-12-31"), pd.Timestamp("2026-01-07")
WORKED = pd.DatetimeIndex(["2026-01-04", "2026-01-05", "2026-01-06", "2026-01-07"])
KINDS = {
    "zh": ["元旦", "调休放假", "周末", "调休上班", "上班"],
    "en": ["New Year's Day", "Day off, moved", "Weekend", "Working day, moved", "Working day"],
}


def case(number, name, purpose, *, day=None, owner=None, why="", lead=None, lists=None, **more):
    return {
        "case": f"C{number}", "vin": None if lead else f"V{number}", "lead_id": lead, "list": name,
        "purpose": purpose, "duty": False, "lists": (name, *(lists or ())), "reason": f"reason {number}",
        "offer": f"offer {number}", "from": DAY, "until": UNTIL, "calls": 1.5, "gain": 0.1, "low": 0.0,
        "high": 0.2, "proof": "matched", "amount": 500.0, "worth": 50.0 + number, "tries": number,
        "owner": owner, "day": pd.Timestamp(day) if day else pd.NaT, "planned": owner is not None,
        "why_not": why, **more,
    }  # fmt: skip


CASES = [
    case(1, "service_due", "maintenance", day="2026-01-05", owner="甲"),
    case(2, "win_back", "win_back", day="2026-01-04", owner="甲", lists=("trade_in",)),
    case(3, "insurance_due", "insurance", day="2026-01-05", owner="甲", duty=True, worth=None, proof="none"),
    case(4, "defeated_leads", "lead", day="2026-01-06", owner="乙", lead="L1"),
    case(5, "defeated_leads", "lead", day="2026-01-07", owner="乙", lead="L2"),
    case(6, "win_back", "win_back", why="holdout"),
    case(7, "win_back", "win_back", why="capacity"),
    case(8, "service_due", "maintenance", why="do_not_call"),
    case(9, "service_due", "maintenance", why="wrong_number"),
]


@pytest.fixture(scope="module")
def tables(clean_table):
    vehicles = [number for number in range(1, 10) if number not in (4, 5)]
    return {
        "vehicle_sales": clean_table(
            "vehicle_sales",
            [{"vin": f"V{n}", "sale_date": "2023-01-01", "model": "朗逸", "customer_id": f"K{n}"} for n in vehicles],
        ),
        "service_visits": clean_table(
            "service_visits",
            [
                {"ro_number": f"R{n}{month}", "vin": f"V{n}", "visit_date": f"2025-0{month}-01",
                 "mileage_km": 1000 * month, "plate": "鲁N0000" + str(n) if month == 3 else None}
                for n in vehicles for month in (3, 6)
            ],
        ),
        "customers": clean_table(
            "customers",
            [{"customer_id": f"K{n}", "name": f"客户{n}", "phone": f"1380000000{n}"} for n in range(1, 10)],
        ),
        "leads": clean_table(
            "leads",
            [
                {"lead_id": "L1", "created_date": "2025-01-01", "status": "defeated", "name": "潜客",
                 "phone": "13911111111", "model": "途观"},
                {"lead_id": "L2", "created_date": "2025-01-01", "status": "defeated", "customer_id": "K4"},
            ],
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def plan():
    cases = pd.DataFrame(CASES)
    texts = ["vin", "lead_id", "owner", "why_not"]
    cases[texts] = cases[texts].astype("str")
    callers = pd.DataFrame({"owner": ["甲", "乙", "丙"], "per_day": [3.0, 2.0, 1.0]})
    return CallPlan(cases, callers, WORKED, pd.Series(0.5, WORKED), DAY, UNTIL)


@pytest.fixture(params=["zh", "en"])
def books(request, plan, params_of, tables):
    return Books(plan, params_of(language=request.param, value={"holdout_share": 0.1}), tables)


@pytest.fixture
def sheets(books, tmp_path):
    path = tmp_path / "lists.xlsx"
    write_call_workbook(path, books.whole(), books.about)
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_every_planned_case_stands_once_with_its_caller_by_day_duties_first(sheets, plan):
    listed = {
        owner: [(row[0], row[-3] or row[-2]) for row in sheets[owner][1:]] for owner in ("甲", "乙", "丙")
    }
    assert listed == {
        "甲": [(pd.Timestamp("2026-01-04"), "V2"), (WORKED[1], "V3"), (WORKED[1], "V1")],
        "乙": [(WORKED[2], "L1"), (WORKED[3], "L2")],
        "丙": [],
    }
    assert {day for rows in listed.values() for day, _ in rows} <= set(WORKED), "none on a day off"
    worth = sum(row[11] or 0 for owner in listed for row in sheets[owner][1:])
    assert worth == plan.planned["worth"].sum()


def test_a_row_says_whom_to_call_about_what(sheets):
    row = sheets["甲"][3]
    assert row[1:5] == ("客户1", "13800000001", "鲁N00001", "朗逸")
    assert row[5:7] == (pd.Timestamp("2025-06-01"), 6000)
    assert row[7:9] == ("reason 1", "offer 1") and row[9] and row[10] == 1 and row[11] == 51
    leads = [row[1:5] for row in sheets["乙"][1:]]
    assert leads == [("潜客", "13911111111", None, "途观"), ("客户4", "13800000004", None, None)]


def test_everybody_else_stands_behind_with_the_reason(sheets, books):
    name = {"zh": "未排入", "en": "Not planned"}[books.params.language]
    rows = {row[-2]: row for row in sheets[name][1:]}
    assert set(rows) == {"V6", "V7", "V8", "V9"} and all(row[0] for row in rows.values())
    assert rows["V7"][2:5] == ("客户7", "13800000007", "鲁N00007")
    for vin in ("V6", "V8"):
        assert rows[vin][2:5] == (None, None, None), "who must not be called has no name and no phone"


def test_wrong_and_missing_phones_are_to_be_mended(books, tables):
    assert list(books.whole().looked_up["to_mend"]["vin"]) == ["V9"]
    without = {**tables, "customers": tables["customers"].assign(phone=pd.NA)}
    mend = Books(books.plan, books.params, without).whole().looked_up["to_mend"]
    assert set(mend["vin"].dropna()) == {"V1", "V2", "V3", "V7", "V9"} and list(mend["lead_id"].dropna()) == [
        "L2"
    ]


def test_the_holdout_has_its_sheet_and_is_explained(sheets, books):
    name, line = {
        "zh": ("对照组（勿拨打）", "1 位客户随机抽作对照组"),
        "en": ("Holdout (do not call)", "who are not to be called this year: 1."),
    }[books.params.language]
    assert [row[0] for row in sheets[name][1:]] == ["V6"] and "V6" in str(sheets[name])
    assert "客户6" not in str(sheets) and "13800000006" not in str(sheets)
    assert line in str(next(iter(sheets.values())))


def test_the_first_sheet_counts_what_the_sheets_hold(sheets, books):
    first = [row for row in next(iter(sheets.values())) if row[0]]
    totals = {row[0]: row[1:] for row in first}
    assert totals["甲"][:4] == (3, 4, 12, 3) and totals["丙"][3] == 0
    kinds = KINDS[books.params.language]
    days = [row[1:3] for row in first if row[1] in kinds]
    assert days == list(zip([*kinds, kinds[-1], kinds[-1]], [0, 0, 0, 1, 2, 1, 1], strict=True))


def test_a_callers_own_workbook_holds_that_callers_calls_alone(books, tmp_path):
    path = tmp_path / "own.xlsx"
    write_call_workbook(path, books.of("乙"), books.about)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[1] == "乙" and "甲" not in book.sheetnames
    whole = tmp_path / "whole.xlsx"
    write_call_workbook(whole, books.whole(), books.about)
    keys = [
        [cell.value for cell in list(openpyxl.load_workbook(each)["乙"].columns)[-1]]
        for each in (path, whole)
    ]
    assert keys[0] == keys[1], "a row is known again by the same key"
    assert [row[0] for row in book[CASES_SHEET].iter_rows(min_row=2, values_only=True)] == ["C4", "C5"]


def test_the_hidden_sheet_says_of_every_case_whether_it_is_planned(sheets, plan):
    lines = sheets[CASES_SHEET]
    assert len(lines) == len(CASES) + 1 and sum(line[6] for line in lines[1:]) == plan.cases["planned"].sum()
    planned = {line[0]: line[3:5] for line in lines[1:] if line[6]}
    assert planned["C2"] == ("2026-01-04", "甲")
    assert {line[3:5] for line in lines[1:] if not line[6]} == {(None, None)}


def test_old_exports_are_told(plan, params_of, tables):
    block = Books(plan, params_of(language="en"), tables, known=date(2025, 12, 1)).whole().week[-1]
    assert "1 Dec 2025" in block.lines[0] and "213 days ago" in block.lines[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_days_off_are_called_by_their_names(params_of, language):
    known = day_kinds(DAY, pd.Timestamp("2026-01-05"), params_of(language=language))
    assert list(known.values()) == KINDS[language] and next(iter(known)) == pd.Timestamp("2026-01-01")
