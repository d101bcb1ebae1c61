import datetime as dt
import io
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from csanalysis.ingest.coded import plain_cells
from csanalysis.ingest.files import read_sheets
from csanalysis.ingest.sheets import UnreadableFileError, text_cells

DATA = Path(__file__).parent / "data"
ROWS = [["车架号", "备注"], ["V1", "换，机油"], ["V2", "a"]]


def rows_of(sheet):
    return plain_cells(sheet.cells).fillna("").to_numpy().tolist()


def workbook(**sheets):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for place, row in enumerate(rows):
                page.write_row(place, 0, row)
    return data.getvalue()


def parquet(frame):
    data = io.BytesIO()
    frame.to_parquet(data)
    return data.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_text_in_every_encoding_and_separator(encoding, separator, newline):
    data = newline.join(separator.join(row) for row in ROWS).encode(encoding)
    (sheet,) = read_sheets("a.csv", data)
    assert rows_of(sheet) == ROWS


def test_a_character_only_gb18030_has():
    (sheet,) = read_sheets("a.csv", "姓名\n㐂\n".encode("gb18030"))
    assert rows_of(sheet) == [["姓名"], ["㐂"]]


def test_quoted_cells_hold_separators_quotes_and_line_breaks():
    (sheet,) = read_sheets("a.csv", b'a,b\n"1,280.00","say ""hi""\nthere"\nx,y\n')
    assert rows_of(sheet) == [["a", "b"], ["1,280.00", 'say "hi"\nthere'], ["x", "y"]]


def test_semicolons_win_over_thousands_separators():
    (sheet,) = read_sheets("a.csv", b"vin;price\nV1;1,280,000.00\nV2;900.00\nV3;1,000.00\n")
    assert sheet.cells.shape == (4, 2)


def test_rows_of_unequal_length_and_blank_lines_keep_their_places():
    (sheet,) = read_sheets("a.csv", "台账\n\nvin,date,model\nV1,2025-01-01\n".encode())
    assert rows_of(sheet) == [
        ["台账", "", ""],
        ["", "", ""],
        ["vin", "date", "model"],
        ["V1", "2025-01-01", ""],
    ]


def test_text_that_looks_like_nothing_to_pandas_stays_text():
    (sheet,) = read_sheets("a.csv", b"id,code\nNA,001\nTrue,1e5\n")
    assert rows_of(sheet)[1:] == [["NA", "001"], ["True", "1e5"]]


def test_excel_cells_become_text():
    values = [1001.0, 0.85, dt.date(2023, 5, 7), dt.datetime(2023, 5, 7, 9, 17), True, None, "x", 10**12]
    assert text_cells([values]).fillna("").to_numpy().tolist() == [
        ["1001", "0.85", "2023-05-07", "2023-05-07 09:17:00", "True", "", "x", "1000000000000"]
    ]


def test_xlsx_sheets_all_one_or_several():
    data = workbook(说明=[["导出"]], **{"2024年": [["a"], [1]], "2025年": [["a"], [dt.date(2025, 1, 2)]]})
    assert [sheet.name for sheet in read_sheets("a.xlsx", data)] == ["说明", "2024年", "2025年"]
    assert [sheet.name for sheet in read_sheets("a.xlsx", data, ["*"])] == ["说明", "2024年", "2025年"]
    (sheet,) = read_sheets("a.xlsx", data, ["2025年"])
    assert rows_of(sheet) == [["a"], ["2025-01-02"]]


def test_an_xlsx_row_keeps_its_place_below_empty_rows():
    data = workbook(Sheet1=[[], [], ["", "a"], ["", 1]])
    (sheet,) = read_sheets("a.xlsx", data)
    assert rows_of(sheet) == [["", ""], ["", ""], ["", "a"], ["", "1"]]


def test_xls():
    (sheet,) = read_sheets("visits.xls", (DATA / "visits.xls").read_bytes())
    assert sheet.name == "维修"
    assert rows_of(sheet)[2] == ["1001", "LSVTEST0000000001", "2025-01-05", "首保", "5255", "190.13"]


def test_text_saved_with_the_ending_of_excel_is_read_as_text():
    (sheet,) = read_sheets("a.xls", "车架号\t备注\nV1\tx\n".encode("gbk"))
    assert rows_of(sheet) == [["车架号", "备注"], ["V1", "x"]]


def test_parquet_of_every_type():
    frame = pd.DataFrame(
        {
            "vin": ["V1", "", None],
            "id": [123456789012.0, 0.85, float("nan")],
            "count": pd.array([1, 2, None], dtype="Int64"),
            "when": pd.to_datetime(["2023-05-07 09:17:00", "2024-01-01 00:00:00", None]),
            "day": [dt.date(2023, 5, 7), None, dt.date(2024, 2, 29)],
            "yes": [True, False, None],
            "kind": pd.Categorical(["a", "b", "a"]),
        }
    )
    (sheet,) = read_sheets("a.parquet", parquet(frame))
    assert sheet.headers == tuple(frame.columns)
    assert rows_of(sheet) == [
        ["V1", "123456789012", "1", "2023-05-07 09:17:00", "2023-05-07", "true", "a"],
        ["", "0.85", "2", "2024-01-01 00:00:00", "", "false", "b"],
        ["", "", "", "", "2024-02-29", "", "a"],
    ]


GOOD_XLSX, GOOD_PARQUET = workbook(Sheet1=[["a"]]), parquet(pd.DataFrame({"a": range(1000)}))


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b" \r\n \n", "is empty"),
        ("a.xlsx", b"", "is empty"),
        ("a.csv", "车架号".encode() + b"\xff\xfe\xfa" * 3, "UTF-8, GBK or GB18030 (line 1)"),
        ("a.csv", "a\nb\n车架".encode("utf-16-le"), "UTF-8, GBK or GB18030"),
        ("a.csv", ("车架号\n" * 9 + "车").encode()[:-1], "(line 10)"),
        ("a.xls", b"<html><table><tr><td>a</td></tr></table></html>", "web page"),
        ("a.docx", b"PK", "no kind that can be read"),
        ("a", b"a,b\n1,2\n", "no kind that can be read"),
        ("a.xlsx", GOOD_XLSX[: len(GOOD_XLSX) // 2], "no whole Excel workbook"),
        ("a.xlsx", b"not a zip", "no whole Excel workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 600, "no whole Excel workbook"),
        ("a.xls", (DATA / "visits.xls").read_bytes()[:3000], "no whole Excel workbook"),
        ("a.parquet", GOOD_PARQUET[: len(GOOD_PARQUET) // 2], "no whole Parquet file"),
        ("a.parquet", b"PAR1 and nothing more", "no whole Parquet file"),
        ("a.xlsx", (DATA / "protected.xlsx").read_bytes(), "protected by a password"),
    ],
)
def test_what_cannot_be_read_says_why(name, data, what):
    with pytest.raises(UnreadableFileError) as caught:
        read_sheets(name, data)
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_sheet_is_named_with_those_there_are():
    with pytest.raises(UnreadableFileError, match="has no sheet 2026年; it has 2024年, 2025年"):
        read_sheets("a.xlsx", workbook(**{"2024年": [["a"]], "2025年": [["a"]]}), ["2025年", "2026年"])
