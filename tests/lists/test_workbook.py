"""The workbook: text stays text, dates are dates, and there is room to fill in."""

import openpyxl
import pandas as pd
import pytest

from csanalysis.lists.workbook import write_workbook

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
    write_workbook(path, {"first_service_invitations": ROWS}, language=request.param, title="A & B")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [{"zh": "首保邀约", "en": "First-service invitations"}[request.param]]
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
    assert sheet.auto_filter.ref == "A1:J3"
    assert sheet.print_title_rows == "$1:$1" and sheet.page_setup.orientation == "landscape"
    (choices,) = sheet.data_validations.dataValidation
    assert str(choices.sqref) == "H2:H3"
    assert sheet["H1"].value in ("联系结果", "Result") and sheet["H2"].value is None


def test_an_empty_list_still_has_its_sheet(tmp_path):
    path = tmp_path / "lists.xlsx"
    write_workbook(path, {"contact_window": ROWS.iloc[:0]}, language="zh", title="")
    assert openpyxl.load_workbook(path)["联络窗口"].max_row == 1
