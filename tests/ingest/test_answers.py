"""A filled-in workbook of work lists as a source of contacts, beside the call log."""

import pandas as pd
import pytest

from csanalysis.chapters import data_quality
from csanalysis.ingest import check
from csanalysis.ingest.answers import WARNINGS, workbook_answers
from csanalysis.schema.workbook import (
    CASE_COLUMNS,
    CASE_LIST,
    CASES_SHEET,
    HEADINGS,
    MARKER,
    META_SHEET,
    PURPOSE_OF,
    RESULT_WORDS,
    VERSION,
    RowKey,
    case_place,
    cell_text,
    digest,
    try_column,
)

CALLS = [
    ["回访编号", "回访时间", "回访类型", "车架号", "结果"],
    ["H1", "2025-03-01 09:00", "定保提醒", "VIN1", "已预约"],
]


def row(name, vin, result="", day="", owner="甲", key=None):
    """A row of a work list: its locked cells are the VIN and the owner."""
    rest = digest(*sorted([vin, owner]), length=4)
    return [key or str(RowKey(name, digest(vin), digest(name, vin), rest)), vin, owner, result, day]


HEADER = [HEADINGS[name]["zh"] for name in ("row_id", "vin", "owner", "result", "result_date")]


def lists(dealership, name, *rows):
    """A workbook of ours in the dealership's folder; returns its name."""
    pages = {
        "保养到期": [HEADER, *rows],
        META_SHEET: [[MARKER, VERSION], [f"{PURPOSE_OF}service_due", "maintenance"]],
    }
    path = dealership.xlsx(name, pages)
    del dealership.params["sources"][name]
    return path.name


def contacts(dealership):
    return dealership.load().tables["contacts"]


def test_beside_the_call_log(dealership):
    path = lists(
        dealership, "filled", row("service_due", "VIN2", "拒绝", "2025-04-01"), row("service_due", "VIN1")
    )
    dealership.csv("contacts", CALLS)
    dealership.source("contacts", path=["contacts.csv", path], words={"result": {"已预约": "appointment"}})
    rows = contacts(dealership)
    assert rows["contact_id"].tolist()[0] == "H1" and rows["contact_id"].tolist()[1].startswith("W")
    assert rows["vin"].tolist() == ["VIN1", "VIN2"] and rows["result"].tolist() == ["appointment", "declined"]
    assert rows["purpose"].tolist() == ["maintenance", "maintenance"]
    report = dealership.report("contacts")
    assert (report.read, report.kept, report.rejected) == (2, 2, 0)
    assert not any(report.warnings.values())


def test_two_copies_that_agree_are_one(dealership):
    answered = row("service_due", "VIN2", "拒绝", "2025-04-01")
    names = [lists(dealership, name, answered) for name in ("one", "two")]
    dealership.source("contacts", path=names)
    assert len(contacts(dealership)) == 1 and dealership.report("contacts").repeated == 1


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_of_two_copies_that_disagree_the_later_answer_counts(dealership, order):
    said = {"one": ("拒绝", "2025-04-09"), "two": ("已预约", "2025-04-01")}
    names = [
        lists(dealership, name, row("service_due", "VIN1"), row("service_due", "VIN2", *said[name]))
        for name in order
    ]
    dealership.source("contacts", path=names)
    store = dealership.load()
    assert store.tables["contacts"]["result"].tolist() == ["declined"]
    (reject,) = store.rejects.to_dict("records")
    assert (reject["file"], reject["sheet"], reject["row"]) == ("two.xlsx", "保养到期", 3)
    assert reject["problem"] == "disagrees" and "one.xlsx 保养到期 row 3" in reject["reason"]
    assert "one.xlsx 保养到期 第 3 行" in reject["reason_zh"]
    report = dealership.report("contacts")
    assert (report.read, report.rejected, report.kept) == (2, 1, 1)
    assert report.rejected_reasons == {"result disagrees": 1}


def test_a_result_gives_way_to_none_without_one(dealership):
    said = {"one": ("已预约", "2025-04-01"), "two": ("", "2025-04-09")}
    names = [lists(dealership, name, row("service_due", "VIN2", *said[name])) for name in said]
    dealership.source("contacts", path=names)
    assert contacts(dealership)["result"].tolist() == ["booked"]


def test_a_word_nobody_knows_leaves_the_rest(dealership):
    rows = [row("service_due", vin, word, "2025-04-01") for vin, word in (("VIN1", "拒绝"), ("VIN2", "嗯嗯"))]
    dealership.source("contacts", path=lists(dealership, "filled", *rows))
    store = dealership.load()
    assert store.tables["contacts"]["vin"].tolist() == ["VIN1"]
    (reject,) = store.rejects.to_dict("records")
    assert (reject["file"], reject["row"], reject["column"], reject["value"]) == (
        "filled.xlsx",
        3,
        "result",
        "嗯嗯",
    )
    assert "是“嗯嗯”" in reject["reason_zh"] or "“嗯嗯”不是结果选项" in reject["reason_zh"]


def test_a_vehicle_that_is_in_no_export_any_more_is_told_with_its_row(dealership):
    rows = [row("service_due", vin, "拒绝", "2025-04-01") for vin in ("VIN1", "VIN9")]
    dealership.csv("contacts", [*CALLS, ["H2", "2025-03-01 09:00", "定保提醒", "VIN8", "已预约"]])
    dealership.source("contacts", path=["contacts.csv", lists(dealership, "filled", *rows)])
    for _ in ("read", "kept"):
        store = dealership.load()
        assert store.tables["contacts"]["vin"].tolist() == ["VIN1", "VIN8", "VIN1"]
        (reject,) = store.rejects.to_dict("records")
        assert (reject["file"], reject["row"], reject["problem"]) == ("filled.xlsx", 3, "not_in_exports")
        report = dealership.report("contacts")
        assert (report.read, report.kept, report.rejected) == (4, 3, 1)


def test_a_workbook_that_is_not_filled_in_yet_has_no_contacts(dealership):
    dealership.source("contacts", path=lists(dealership, "filled", row("service_due", "VIN1")))
    assert contacts(dealership).empty and dealership.report("contacts").read == 0


def test_one_copy_half_filled_in_each_is_whole(dealership):
    rows = [row("service_due", "VIN1"), row("service_due", "VIN2", "拒绝", "2025-04-01")]
    other = [row("service_due", "VIN1", "已预约", "2025-04-02"), row("service_due", "VIN2")]
    dealership.source("contacts", path=[lists(dealership, "one", *rows), lists(dealership, "two", *other)])
    assert sorted(contacts(dealership)["result"]) == ["booked", "declined"]


def test_an_answer_without_a_date_is_set_aside_with_its_row(dealership):
    path = lists(
        dealership,
        "filled",
        row("service_due", "VIN1", "拒绝", "2025-04-01"),
        row("service_due", "VIN2", "拒绝"),
    )
    dealership.source("contacts", path=path)
    (reject,) = dealership.load().rejects.to_dict("records")
    assert (reject["sheet"], reject["row"], reject["column"]) == ("保养到期", 3, "contact_date")


def test_a_sheet_named_for_the_call_log_does_not_hide_ours(dealership):
    path = lists(dealership, "filled", row("service_due", "VIN2", "拒绝", "2025-04-01"))
    dealership.xlsx("contacts", {"2025": CALLS, "remarks": [["x"]]})
    dealership.source("contacts", path=["contacts.xlsx", path], sheet=2025)
    assert len(contacts(dealership)) == 2


def test_answers_after_as_of_are_left_out_and_counted(dealership):
    dealership.source(
        "contacts", path=lists(dealership, "filled", row("service_due", "VIN2", "拒绝", "2026-04-01"))
    )
    assert contacts(dealership).empty and dealership.report("contacts").after_as_of == 1


@pytest.mark.parametrize("cache", [True, False], ids=["kept", "read anew"])
def test_what_cannot_be_read_back_is_told(dealership, tmp_path, cache):
    rows = [
        row("service_due", "VIN1", "拒绝", "2025-04-01"),
        ["", "VIN9", "乙", "拒绝", "2025-04-01"],
        [*row("service_due", "VIN2", owner="甲")[:2], "somebody else", "", ""],
        row("allocation", "VIN2", "拒绝", "2025-04-01"),
    ]
    dealership.source("contacts", path=lists(dealership, "filled", *rows))
    if cache:
        dealership.load_from(tmp_path / "cache")
    report = next(
        report
        for report in dealership.load_from(tmp_path / "cache" if cache else None).quality
        if report.table == "contacts"
    )
    told = {kind: count for kind, count in report.warnings.items() if count}
    assert told == {"answers_in_added_rows": 1, "cells_changed_by_hand": 1, "answers_that_are_no_calls": 1}
    assert set(told) < set(WARNINGS)
    results = data_quality.measure(dealership.load())
    assert results.value("data_warnings", "2025-12-31", warning="answers_in_added_rows") == 1
    assert results.value("data_warnings", "2025-12-31", warning="sheets_added") is None
    (summary,) = [table for table in check(dealership.params_file)["tables"] if table["table"] == "contacts"]
    assert sum(summary["warnings"].values()) == 3


def test_another_file_is_none_of_ours(dealership):
    path = dealership.xlsx("contacts", {"Sheet1": CALLS})
    assert workbook_answers(path.name, path.read_bytes()) is None
    assert workbook_answers("calls.csv", b"a,b") is None
    assert workbook_answers("broken.xlsx", b"PK\x03\x04 broken") is None
    dealership.xlsx("contacts", {"Sheet1": CALLS, META_SHEET: [["somebody else's"]]})
    assert len(contacts(dealership)) == 1


def test_words_and_keys_are_told_apart():
    words = [word for words in RESULT_WORDS.values() for word in words.values()]
    assert len(set(words)) == len(words)
    assert RowKey.parsed("a.b.c") is None and RowKey.parsed("a.b..d") is None
    key = RowKey("service_due", "0f", "1a", "2b")
    assert RowKey.parsed(str(key)) == key


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1 / 3, "0.333333"), (3, "3"), (3.0, "3"), (pd.Timestamp("2025-04-01 10:00"), "2025-04-01"), (None, ""),
        (float("nan"), ""), (" two\nlines ", "two lines"), ("\t=1", "=1"),
    ],
    ids=str,
)  # fmt: skip
def test_a_cell_counts_the_same_whoever_saved_it(value, written):
    assert cell_text(value) == written


CASE_HEADER = [
    *(HEADINGS[name]["en"] for name in ("vin", "lead_id", "tries")),
    *(HEADINGS[try_column(part, n)]["en"] for n in (1, 2, 3) for part in ("date", "result", "next")),
    HEADINGS["note"]["en"],
    HEADINGS["row_id"]["en"],
]
PLAN = {"dealership": "demo", "plan_year": 2026, "day": "2025-05-05"}


def case(whom, *tries, lead=False, called=0, owner="Ann"):
    """A row of a caller's sheet, and its line in the hidden sheet of cases."""
    vin, lead_id = ("", whom) if lead else (whom, "")
    locked = sorted(filter(None, (vin, lead_id, str(called))))
    key = RowKey(CASE_LIST, digest(whom), case_place(f"case {whom}", **PLAN), digest(*locked, length=4))
    cells = [cell for call in (*tries, *[("", "", "")] * (3 - len(tries))) for cell in call]
    purpose = "lead" if lead else "maintenance"
    line = [f"case {whom}", vin, lead_id, "2025-05-06", owner, purpose, 1, 120.5]
    return [vin, lead_id, called, *cells, "", str(key)], line


def callers(dealership, name, *cases, **without):
    pages = {
        "This week": [["Calls", 12]],
        "Ann": [CASE_HEADER, *(row for row, _ in cases)],
        META_SHEET: [[MARKER, VERSION], *([name, str(value)] for name, value in PLAN.items())],
        CASES_SHEET: [list(CASE_COLUMNS), *(line for _, line in cases)],
    }
    path = dealership.xlsx(
        name, {page: rows for page, rows in pages.items() if page not in without.get("lack", ())}
    )
    del dealership.params["sources"][name]
    return path.name


def test_each_try_of_a_case_is_a_contact(dealership):
    tries = [("2025-05-06", "No answer", ""), ("2025-05-13 10:05", "Booked", "2025-05-20")]
    filled = callers(
        dealership,
        "calls",
        case("VIN1", *tries, called=2),
        case("VIN2"),
        case("L1", ("2025-05-07", "Call later", "2025-06-01"), lead=True),
    )
    dealership.source("contacts", path=[filled, filled])
    rows = contacts(dealership).sort_values(["vin", "attempt"], ignore_index=True)
    told = (
        rows[["vin", "customer_id", "purpose", "agent", "result"]]
        .astype(object)
        .fillna("")
        .to_numpy()
        .tolist()
    )
    assert told == [
        ["VIN1", "", "maintenance", "Ann", "no_answer"],
        ["VIN1", "", "maintenance", "Ann", "booked"],
        ["", "L1", "lead", "Ann", "later"],
    ]
    assert rows["attempt"].tolist() == [3, 4, 1] and rows["reached"].tolist() == [False, True, True]
    assert rows["next_date"].dt.strftime("%m-%d").fillna("").tolist() == ["", "05-20", "06-01"]
    assert rows["contact_date"].iloc[1] == pd.Timestamp("2025-05-13 10:05")
    assert rows["contact_id"].str.match(r"W[0-9a-f]{16}T[12]$").all()
    assert not any(dealership.report("contacts").warnings.values())


def test_two_callers_copies_of_one_plan_come_together_in_any_order(dealership):
    one = callers(dealership, "one", case("VIN1", ("2025-05-06", "No answer", "")))
    two = callers(
        dealership,
        "two",
        case("VIN1", ("2025-05-08", "Declined", ""), ("2025-05-09", "hm", "")),
    )
    found = []
    for path in ([one, two], [two, one, two]):
        dealership.source("contacts", path=path)
        store = dealership.load()
        found.append(store.tables["contacts"][["contact_id", "result"]].to_numpy().tolist())
        assert set(store.rejects["problem"]) == {"disagrees", "unknown_word"}
    assert found[0] == found[1] and [result for _, result in found[0]] == ["declined"]


def test_a_case_that_the_hidden_sheet_does_not_know_is_told(dealership):
    row, _ = case("VIN1", ("2025-05-06", "Booked", ""))
    _, other = case("VIN2")
    dealership.source("contacts", path=callers(dealership, "calls", (row, other)))
    (reject,) = dealership.load().rejects.to_dict("records")
    assert (reject["column"], reject["row"]) == ("row_id", 2)
    gone = callers(dealership, "gone", case("VIN1", ("2025-05-06", "Booked", "")), lack=(CASES_SHEET,))
    dealership.source("contacts", path=gone)
    (line,) = dealership.problems()
    assert "the hidden sheet of cases is gone" in line


@pytest.mark.parametrize(
    ("day", "warned"), [("2025-03-01", {"visits_after_last_contact": 2}), ("2025-04-01", {})]
)
def test_a_log_that_ends_long_before_the_visits_is_told(dealership, day, warned):
    dealership.csv("contacts", [CALLS[0], ["H1", f"{day} 09:00", "定保提醒", "VIN1", "已卖"]])
    assert {kind: count for kind, count in dealership.report("contacts").warnings.items() if count} == warned
