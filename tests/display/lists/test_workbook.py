"""The workbook: text stays text, dates are dates, and there is room to fill in."""

import openpyxl
import pandas as pd
import pytest

from csanalysis.chapters.work_lists import LISTS
from csanalysis.display.lists.row_keys import row_keys
from csanalysis.display.lists.workbook import write_workbook
from csanalysis.schema.workbook import MARKER, META_SHEET, About, RowKey

ROWS = pd.DataFrame(
    {
        "rank": [1, 2],
        "customer_name": ["=cmd|'/c calc'!A1", None],
        "phone": ["+8613800000000", "@SUM(A1)"],
        "sale_date": pd.to_datetime(["2025-10-01", "2025-11-30"]),
        "owner": ["-1", "\t=1"],
        "chance": [0.25, None],
        "worth": [120.0, None],
    }
)


@pytest.fixture(params=["zh", "en"])
def sheet(request, tmp_path):
    path = tmp_path / "lists.xlsx"
    about = About("demo", 2026, "2025-12-31", request.param)
    write_workbook(path, LISTS, {"first_service_invitations": ROWS}, about=about, title="A & B")
    book = openpyxl.load_workbook(path)
    label = {"zh": "首保邀约", "en": "First-service invitations"}[request.param]
    assert book.sheetnames == [label, META_SHEET]
    assert book[META_SHEET].sheet_state == "veryHidden"
    return book.worksheets[0]


def test_no_text_becomes_a_formula(sheet):
    assert sheet["B2"].value == "=cmd|'/c calc'!A1" and sheet["B2"].data_type == "s"
    assert [sheet[cell].data_type for cell in ("C2", "C3", "E2", "E3")] == ["s"] * 4


def test_dates_and_numbers_keep_their_kind(sheet):
    assert sheet["D2"].is_date and str(sheet["D2"].value.date()) == "2025-10-01"
    assert sheet["F2"].value == 0.25 and sheet["F2"].number_format == "0%"
    assert sheet["G2"].value == 120 and sheet["F3"].value is None and sheet["B3"].value is None


def test_it_is_ready_to_filter_print_and_fill_in(sheet):
    assert sheet.freeze_panes == "D2"
    # The row key in K is hidden, and inside the filter: sorting takes it along.
    assert sheet.auto_filter.ref == "A1:K3" and sheet.column_dimensions["K"].hidden
    assert sheet.print_title_rows == "$1:$1" and sheet.page_setup.orientation == "landscape"
    choices, dates = sheet.data_validations.dataValidation
    assert str(choices.sqref) == "H2:H3" and (str(dates.sqref), dates.type) == ("I2:I3", "date")
    assert sheet["H1"].value in ("联系结果", "Result") and sheet["H2"].value is None


def test_only_the_answers_can_be_written(sheet):
    assert sheet.protection.sheet and not sheet.protection.password
    assert not sheet.protection.autoFilter and not sheet.protection.sort  # False: not forbidden
    assert all(sheet[f"{column}2"].protection.locked for column in "ABCDEFGK")
    assert not any(sheet.column_dimensions[column].protection.locked for column in "HIJ")


def test_each_row_has_a_key_of_its_own_that_tells_nobody(sheet):
    keys = [sheet["K2"].value, sheet["K3"].value]
    assert len(set(keys)) == 2 and all(key.startswith("first_service_invitations.") for key in keys)
    assert not any("1380" in key for key in keys)


def test_an_empty_list_still_has_its_sheet(tmp_path):
    path = tmp_path / "lists.xlsx"
    about = About("demo", 2026, "2025-12-31", "zh")
    write_workbook(path, LISTS, {"contact_window": ROWS.iloc[:0]}, about=about, title="")
    assert openpyxl.load_workbook(path)["联络窗口"].max_row == 1


def test_the_hidden_sheet_says_what_contact_an_answer_is(workbook):
    sheet = openpyxl.load_workbook(workbook.path)[META_SHEET]
    lines = dict(sheet.iter_rows(values_only=True))
    assert lines == {
        MARKER: "3",
        "dealership": "demo",
        "plan_year": "2026",
        "as_of": "2025-12-31",
        "language": "zh",
        "purpose.service_due": "maintenance",
        "purpose.defeated_leads": "lead",
    }, "of the call lists in it, and of no other sheet"


def test_a_list_to_look_things_up_in_has_nothing_to_fill_in(workbook):
    heads = {
        sheet.title: [cell.value for cell in sheet[1]] for sheet in openpyxl.load_workbook(workbook.path)
    }
    assert "联系结果" not in heads["客户分配"] and "联系结果" in heads["弱项整改"]


def test_the_same_rows_have_the_same_keys_and_twins_have_two():
    about = About("demo", 2026, "2025-12-31", "zh")
    rows = pd.DataFrame({"vin": ["A", "B", "A"], "worth": [1.0, 2.0, 1.0]})
    keys = list(row_keys("win_back", rows, about))
    assert len(set(keys)) == 3 and keys == list(row_keys("win_back", rows, about))
    later = list(row_keys("win_back", rows, About("demo", 2027, "2026-12-31", "zh")))
    assert not set(later) & set(keys)
    assert all(RowKey.parsed(key) is not None and str(RowKey.parsed(key)) == key for key in keys)


def test_a_long_reason_has_room(tmp_path):
    path = tmp_path / "lists.xlsx"
    rows = pd.DataFrame({"vin": ["A", "B"], "reason": ["短", "预计到期" * 20]})
    write_workbook(path, LISTS, {"win_back": rows}, about=About("demo", 2026, "2025-12-31", "zh"), title="")
    heights = openpyxl.load_workbook(path)["流失招揽"].row_dimensions
    # 80 characters of two columns each in 46 columns: four lines.
    assert heights[2].height is None and heights[3].height == 60


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_list_longer_than_a_sheet_loses_no_row_and_says_so(tmp_path, language):
    """Every row stands on one of its sheets, under the key it has on a sheet for all; twins too."""
    about = About("demo", 2026, "2025-12-31", language)
    rows = pd.concat([ROWS, ROWS, ROWS.iloc[:1]], ignore_index=True)
    columns = {}
    for name, most in (("whole", 9), ("parts", 2)):
        path = tmp_path / f"{name}.xlsx"
        lists = {"first_service_invitations": rows, "contact_window": ROWS.iloc[:2]}
        write_workbook(path, LISTS, lists, about=about, title="", most=most)
        book = openpyxl.load_workbook(path)
        sheets = [sheet for sheet in book.worksheets if sheet.title != META_SHEET]
        columns[name] = (
            sheets,
            [[cell.value for cell in row] for sheet in sheets for row in sheet.iter_rows(min_row=2)],
        )
    (whole, rows_of_whole), (parts, rows_of_parts) = columns.values()
    assert (len(whole), len(parts)) == (2, 4)
    assert rows_of_parts == rows_of_whole and len(rows_of_parts) == len(rows) + 2
    said = [sheet["A1"].comment and sheet["A1"].comment.text for sheet in parts]
    assert sum(comment is not None for comment in said) == 3 and all(
        comment is None or ("5" in comment and "3" in comment) for comment in said
    )
    assert not any(sheet["A1"].comment for sheet in whole)
