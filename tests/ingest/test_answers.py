"""A filled-in workbook of work lists as a source of contacts, beside the call log."""

import pandas as pd
import pytest

from csanalysis.chapters import data_quality
from csanalysis.ingest import check
from csanalysis.ingest.answers import WARNINGS, workbook_answers
from csanalysis.schema.workbook import (
    HEADINGS,
    MARKER,
    META_SHEET,
    PURPOSE_OF,
    RESULT_WORDS,
    VERSION,
    RowKey,
    cell_text,
    digest,
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


def test_two_copies_that_disagree_are_told_with_their_rows(dealership):
    names = [
        lists(dealership, name, row("service_due", "VIN1"), row("service_due", "VIN2", result, "2025-04-01"))
        for name, result in (("one", "拒绝"), ("two", "已预约"))
    ]
    dealership.source("contacts", path=names)
    (line,) = dealership.problems()
    assert "one.xlsx 保养到期 row 3" in line and "two.xlsx 保养到期 row 3" in line and "differ in" in line


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
