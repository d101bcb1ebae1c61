"""Write the work lists as one workbook: a sheet a list, ready to filter, print, fill in and be read back."""

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import pandas as pd
import xlsxwriter

from csanalysis.catalogue import Language, text
from csanalysis.display.lists.columns import COLUMNS, FILLED_IN, ListColumn
from csanalysis.display.lists.row_keys import row_keys
from csanalysis.display.lists.worklist import WorkList, purposes
from csanalysis.schema.workbook import HEADINGS, MARKER, META_SHEET, PURPOSE_OF, RESULT_WORDS, VERSION, About

_FORMATS: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True},
    "choice": {},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "count": {"num_format": "#,##0"},
    "amount": {"num_format": "¥#,##0"},
    "percent": {"num_format": "0%"},
}
_HEADER = {
    "bold": True,
    "text_wrap": True,
    "valign": "vcenter",
    "bg_color": "#1F4E5F",
    "font_color": "#FFFFFF",
}
_ANSWER: dict[str, Any] = {"bg_color": "#FFF8E1", "locked": False}
_LINE = 15.0  # points
_RAGGED = 1.15  # lines break before they are full
_MAY = {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}


def write_workbook(
    path: Path, lists: Sequence[WorkList], rows: Mapping[str, pd.DataFrame], *, about: About, title: str
) -> None:
    """Write each list that there are rows of as a sheet of ``path``.

    Parameters
    ----------
    path : Path
        Where to.
    lists : sequence of WorkList
        In order of their sheets.
    rows : mapping of name to DataFrame
        By name of the list, with columns of :data:`~csanalysis.display.lists.columns.COLUMNS`; an empty one
        still gets its sheet.
    about : About
        Whose lists they are; told on a hidden sheet, by which a filled-in workbook is known again. It also
        says what contact an answer on each call list is.
    title : str
        Printed at the head of every page.

    Notes
    -----
    All cells but those to be filled in are locked, without a password. The last column, hidden, holds each
    row's key: it is inside the filter, so that it stays with its row when the sheet is sorted.
    """
    # Text from data stays text: a name that begins with '=' must never become a formula.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"title": title, "author": "csanalysis"})
        formats = {
            (style, answer): workbook.add_format({"valign": "top", **form, **(_ANSWER if answer else {})})
            for style, form in _FORMATS.items()
            for answer in (False, True)
        }
        header = workbook.add_format(_HEADER)
        written = [each for each in lists if each.name in rows]
        for each in written:
            _write_sheet(workbook, each, rows[each.name], formats, header, about, title)
        _write_about(workbook, about, purposes(written))


def heading(column: str, language: Language) -> str:
    """What a column is headed."""
    return HEADINGS[column][language] if column in HEADINGS else text(f"list_column.{column}", language)


def _write_sheet(
    workbook: Any,
    work_list: WorkList,
    rows: pd.DataFrame,
    formats: Mapping[tuple[str, bool], Any],
    header: Any,
    about: About,
    title: str,
) -> None:
    language = about.language
    label = text(f"list.{work_list.name}", language)
    sheet = workbook.add_worksheet(label)
    open_columns = FILLED_IN if work_list.answers else ()
    columns = [COLUMNS[column] for column in (*rows.columns, *open_columns)]
    last_row, last_place = max(len(rows), 1), len(columns)
    for place, column in enumerate(columns):
        answer = column.name in open_columns
        form = formats[column.style, answer]
        sheet.set_column(place, place, column.width, form)  # which an empty cell has from its column
        sheet.write_string(0, place, heading(column.name, language), header)
        if answer:
            _open_column(sheet, place, last_row, column, work_list.answers, language)
        else:
            _write_column(sheet, place, column, rows[column.name], form)
    sheet.set_column(last_place, last_place, 12, None, {"hidden": True})
    sheet.write_string(0, last_place, heading("row_id", language), header)
    for row, key in enumerate(row_keys(work_list.name, rows, about), start=1):
        sheet.write_string(row, last_place, key)
    for row, lines in enumerate(_lines(rows, columns), start=1):
        if lines > 1:
            sheet.set_row(row, lines * _LINE)
    sheet.set_row(0, 30)
    sheet.freeze_panes(1, min(3, len(columns)))
    sheet.autofilter(0, 0, last_row, last_place)
    sheet.protect("", _MAY)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{_print_text(title)}&R{_print_text(label)}")
    sheet.set_footer("&C&P / &N")


def _open_column(
    sheet: Any, place: int, last_row: int, column: ListColumn, answers: Sequence[str], language: Language
) -> None:
    if column.style == "choice":
        words = [_result_word(result, language) for result in answers]
        sheet.data_validation(1, place, last_row, place, {"validate": "list", "source": words})
    elif column.style == "date":
        since = pd.Timestamp(2000, 1, 1).to_pydatetime()
        rule = {"validate": "date", "criteria": ">=", "value": since, "error_type": "warning"}
        sheet.data_validation(1, place, last_row, place, rule)


def _result_word(result: str, language: Language) -> str:
    known = RESULT_WORDS.get(result)
    return known[language] if known else text(f"call_result.{result}", language)


def _write_about(workbook: Any, about: About, purposes: Mapping[str, str]) -> None:
    sheet = workbook.add_worksheet(META_SHEET)
    rows = {
        MARKER: VERSION,
        "dealership": about.dealership,
        "plan_year": str(about.plan_year),
        "as_of": about.as_of,
        "language": about.language,
        **{f"{PURPOSE_OF}{name}": purpose for name, purpose in purposes.items()},
    }
    for row, (name, value) in enumerate(rows.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()
    sheet.protect()


def _lines(rows: pd.DataFrame, columns: Sequence[ListColumn]) -> list[int]:
    """Lines that each row takes, for programs that do not make room for wrapped text by themselves."""
    wide = [column for column in columns if column.name in rows and column.style == "text"]
    cells = [rows[column.name].fillna("").astype("str").tolist() for column in wide]
    return [
        max(
            (ceil(_width(words) * _RAGGED / column.width) for column, words in zip(wide, line, strict=True)),
            default=1,
        )
        for line in zip(*cells, strict=True)
    ]


def _width(words: str) -> int:
    """Width in columns; a Chinese character takes two."""
    return (
        len(words)
        if words.isascii()
        else sum(2 if east_asian_width(letter) in "WF" else 1 for letter in words)
    )


def _print_text(words: str) -> str:
    return words.replace("&", "&&")


def _write_column(sheet: Any, place: int, column: ListColumn, cells: pd.Series, form: Any) -> None:
    known = [(row, cell) for row, cell in enumerate(cells.tolist(), start=1) if not pd.isna(cell)]
    if column.style == "date":
        for row, cell in known:
            sheet.write_datetime(row, place, pd.Timestamp(cell).to_pydatetime(), form)
    elif column.style in ("count", "amount", "percent"):
        for row, cell in known:
            sheet.write_number(row, place, float(cell), form)
    else:
        for row, cell in known:
            sheet.write_string(row, place, str(cell), form)
