"""What staff fill in comes back as contacts, whatever they do to the sheet; what cannot is said in a line."""

import openpyxl
import pandas as pd
import pytest

from csanalysis.errors import IngestError
from csanalysis.ingest.answer_rows import refused_rows
from csanalysis.ingest.answers import workbook_answers
from csanalysis.ingest.settling import settled
from csanalysis.schema import TABLES
from csanalysis.schema.frames import check_frame
from csanalysis.schema.workbook import MARKER, META_SHEET, PURPOSE_OF, RESULT_WORDS
from tests.answers import read_answers


def warned(path):
    found = workbook_answers(path.name, path.read_bytes())
    return {kind: count for kind, count in found.warnings.items() if count}


def told(path):
    with pytest.raises(IngestError) as caught:
        read_answers(path)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def refused(path):
    """Where and why answers are not read: column, problem, row and line of each."""
    ((_, found),) = settled([(path.name, workbook_answers(path.name, path.read_bytes()))])
    return [
        (row["column"], row["problem"], row["row"], row["reason"])
        for row in refused_rows([(path.name, found)]).to_dict("records")
    ]


def test_nothing_filled_in(workbook):
    rows = read_answers(workbook.path)
    assert rows.empty
    check_frame(TABLES["contacts"], rows)
    assert warned(workbook.path) == {}


@pytest.mark.parametrize("workbook", ["zh", "en"], indirect=True)
def test_answers_are_contacts(workbook):
    words = RESULT_WORDS["booked"][workbook.language], RESULT_WORDS["wrong_number"][workbook.language]
    workbook.answer("service_due", 2, result=words[0], day="2026-01-12 15:30")
    workbook.answer("defeated_leads", 1, result=words[1])
    rows = read_answers(workbook.path)
    check_frame(TABLES["contacts"], rows)
    vehicle, lead = (row for _, row in rows.iterrows())
    assert vehicle[["vin", "purpose", "agent", "reached", "phone_valid", "result"]].tolist() == [
        "LSVAA0000000002", "maintenance", "乙", True, True, "booked",
    ]  # fmt: skip
    assert vehicle["contact_date"] == pd.Timestamp("2026-01-12 15:30")
    assert lead[["customer_id", "purpose", "reached", "phone_valid"]].tolist() == [
        "L000001",
        "lead",
        False,
        False,
    ]
    assert pd.isna(lead["vin"]) and rows["attempt"].isna().all()


def test_reading_twice_changes_nothing(workbook):
    workbook.answer("service_due", 1, result="已预约")
    pd.testing.assert_frame_equal(read_answers(workbook.path), read_answers(workbook.path))


def filled(workbook):
    workbook.answer("service_due", 1, result="已预约")
    workbook.answer("service_due", 3, result="无人接听", day="2026-01-13")
    return read_answers(workbook.path).sort_values("contact_id", ignore_index=True)


def put(sheet, row, column, value):
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl takes a text that begins with = for a formula


def sort_rows(book):
    sheet = book["保养到期"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for place, row in enumerate(reversed(rows), start=2):
        for column, value in enumerate(row, start=1):
            put(sheet, place, column, value)


def insert_blank_rows(book):
    book["保养到期"].insert_rows(1)
    book["保养到期"].insert_rows(4, 2)


def move_columns(book):
    sheet = book["保养到期"]
    rows = [[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
    for place, row in enumerate(rows, start=1):
        for column, (value, form) in enumerate(row[::-1], start=1):
            put(sheet, place, column, value)
            sheet.cell(place, column).number_format = form


def english_heads(book):
    for cell in book["保养到期"][1]:
        cell.value = {
            "联系结果": " RESULT",
            "联系日期": "contact_date",
            "车架号": "vin",
            "行标识": "Row  key",
        }.get(cell.value, cell.value)
    book["保养到期"]["A1"].value = None
    heads = {cell.value: cell for cell in book["保养到期"][1]}
    heads["contact_date"].value = "Contact date"


def rename_the_sheet(book):
    book["保养到期"].title = "1月"


def delete_a_row(book):
    book["保养到期"].delete_rows(3)


@pytest.mark.parametrize(
    "change", [sort_rows, insert_blank_rows, move_columns, english_heads, rename_the_sheet, delete_a_row],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_the_same_answers_come_back(workbook, change):
    before = filled(workbook)
    workbook.edit(change)
    after = read_answers(workbook.path).sort_values("contact_id", ignore_index=True)
    pd.testing.assert_frame_equal(after, before)
    assert warned(workbook.path) == {}


def head(book, name):
    return next(cell for cell in book["保养到期"][1] if cell.value == name)


@pytest.mark.parametrize("name", ["联系结果", "联系日期", "车架号", "行标识"])
@pytest.mark.parametrize("how", ["renamed", "gone"])
def test_a_key_column_renamed_or_gone_is_told(workbook, name, how):
    filled(workbook)

    def change(book):
        if how == "renamed":
            head(book, name).value = "自己起的名字"
        else:
            book["保养到期"].delete_cols(head(book, name).column)

    workbook.edit(change)
    line = told(workbook.path)
    assert line.startswith("lists.xlsx: sheet 保养到期 lacks the column") and name in line


def test_a_word_that_is_no_result_is_told_and_the_rest_is_read(workbook):
    workbook.answer("service_due", 1, result="已预约")
    workbook.answer("service_due", 2, result="想想")
    workbook.answer("service_due", 3, result="请打13912345678")
    (first, second) = refused(workbook.path)
    assert first[:3] == ("result", "unknown_word", 3) and "'想想' is no result" in first[3]
    assert "已预约/Booked" in first[3] and "139" not in second[3]
    assert len(read_answers(workbook.path)) == 1


def test_a_word_of_the_store_is_taken_for_the_result_that_it_means(workbook):
    workbook.answer("service_due", 1, result="空号")
    assert read_answers(workbook.path)["result"].tolist() == ["wrong_number"]


def test_another_vin_in_the_row_is_told_and_the_rest_is_read(workbook):
    filled(workbook)
    workbook.edit(
        lambda book: setattr(book["保养到期"].cell(2, head(book, "车架号").column), "value", "LSVXX")
    )
    ((column, _, row, line),) = refused(workbook.path)
    assert (column, row) == ("vin", 2) and "the VIN or lead is not that of the row" in line
    assert "LSVXX" not in line and len(read_answers(workbook.path)) == 1


def test_no_workbook_of_ours(tmp_path):
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    assert "is no workbook of work lists" in told(path)
    assert "cannot be read" in told(tmp_path / "gone.xlsx")


@pytest.mark.parametrize(
    ("day", "counts", "told_of"), [("2026-01-20", "declined", 2), ("2026-01-01", "booked", 9)]
)
def test_of_a_row_copied_and_answered_differently_the_later_answer_counts(workbook, day, counts, told_of):
    filled(workbook)

    def change(book):
        sheet = book["保养到期"]
        for column in range(1, sheet.max_column + 1):
            put(sheet, 9, column, sheet.cell(2, column).value)
        sheet.cell(9, head(book, "联系结果").column, "拒绝")
        sheet.cell(9, head(book, "联系日期").column, pd.Timestamp(day).to_pydatetime())

    workbook.edit(change)
    ((_, problem, row, line),) = refused(workbook.path)
    assert (problem, row) == ("disagrees", told_of) and f"row {11 - told_of};" in line
    assert sorted(read_answers(workbook.path)["result"]) == sorted([counts, "no_answer"])


def test_what_cannot_be_read_back_is_counted(workbook):
    filled(workbook)

    def change(book):
        sheet = book["保养到期"]
        sheet.cell(8, head(book, "联系结果").column, "已预约")  # a row without a key
        sheet.cell(3, 2, "another name")  # locked
        actions = (
            book["弱项整改"]
            if "弱项整改" in book.sheetnames
            else next(
                page
                for page in book
                if any(cell.value == "每周例会" for row in page.iter_rows() for cell in row)
            )
        )
        column = next(cell.column for cell in actions[1] if cell.value == "联系结果")
        actions.cell(2, column, "已完成")
        book.create_sheet("我的备注")["A1"] = "remember"

    workbook.edit(change)
    assert warned(workbook.path) == {
        "answers_in_added_rows": 1,
        "cells_changed_by_hand": 1,
        "answers_that_are_no_calls": 1,
        "sheets_added": 1,
    }
    assert len(read_answers(workbook.path)) == 2


def test_an_answer_without_a_date_is_set_aside_by_ingest(workbook):
    workbook.answer("service_due", 1, result="已预约")
    workbook.edit(
        lambda book: setattr(book["保养到期"].cell(2, head(book, "联系日期").column), "value", None)
    )
    assert "contact_date" in told(workbook.path)


def old(book):
    """The workbook as the version before wrote it: its hidden sheet says no purposes."""
    sheet = book[META_SHEET]
    for row in sheet.iter_rows():
        if row[0].value == MARKER:
            row[1].value = "1"
        elif row[0].value.startswith(PURPOSE_OF):
            row[0].value = row[1].value = None


def test_a_workbook_of_the_version_before_is_read_by_the_lists_it_had(workbook):
    before = filled(workbook)
    workbook.edit(old)
    assert read_answers(workbook.path).sort_values("contact_id", ignore_index=True).equals(before)
    assert set(before["purpose"]) == {"maintenance"}


def test_the_workbook_itself_says_what_contact_an_answer_is(workbook):
    filled(workbook)

    def change(book):
        for row in book[META_SHEET].iter_rows():
            if row[0].value == f"{PURPOSE_OF}service_due":
                row[1].value = "insurance"

    workbook.edit(change)
    assert set(read_answers(workbook.path)["purpose"]) == {"insurance"}


def test_a_list_without_a_purpose_is_no_call_list(workbook):
    filled(workbook)

    def change(book):
        for row in book[META_SHEET].iter_rows():
            if row[0].value == f"{PURPOSE_OF}service_due":
                row[0].value = row[1].value = None

    workbook.edit(change)
    assert read_answers(workbook.path).empty
    assert warned(workbook.path) == {"answers_that_are_no_calls": 2}


def test_a_purpose_that_is_none_is_told(workbook):
    filled(workbook)

    def change(book):
        for row in book[META_SHEET].iter_rows():
            if row[0].value == f"{PURPOSE_OF}service_due":
                row[1].value = "chat"

    workbook.edit(change)
    assert "purpose" in told(workbook.path) and "chat" in told(workbook.path)
