"""What all sheets of a workbook have in common: how cells look, how rows are written and printed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from math import ceil
from typing import Any
from unicodedata import east_asian_width

import pandas as pd

from csanalysis.catalogue import Language, text
from csanalysis.display.lists.columns import ListColumn, Style
from csanalysis.display.lists.columnwise import ColumnSheet
from csanalysis.schema.workbook import HEADINGS

LINE = 15.0
"""Height of a line of text [points]."""

MOST_ROWS = 1_048_575
"""Rows that a sheet holds below its header."""

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Text from data stays text: a name that begins with '=' must never become a formula."""

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
    "border": 1,
    "border_color": "#FFFFFF",
}
_ANSWER: dict[str, Any] = {"bg_color": "#FFF8E1", "locked": False, "border": 1, "border_color": "#E0D7B8"}
_LINES = {"border": 1, "border_color": "#D9E0E2"}
_RAGGED = 1.15  # lines break before they are full
_MAY = {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}


class Pens:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[Any, ...], Any] = {}
        self.header = workbook.add_format(_HEADER)
        self.header_of_numbers = workbook.add_format({**_HEADER, "align": "right"})
        self.title = workbook.add_format({"bold": True, "font_size": 15, "valign": "vcenter"})
        self.heading = workbook.add_format({"bold": True, "font_size": 12, "font_color": "#1F4E5F"})
        self.prose = workbook.add_format({"text_wrap": True, "valign": "top"})

        self.new_day = workbook.add_format({"top": 1, "top_color": "#1F4E5F"})

    def cell(self, style: Style, *, answer: bool = False) -> Any:
        """Of a cell in a list; one to be filled in is tinted and not locked."""
        return self._pen({"valign": "top", **_FORMATS[style], **(_ANSWER if answer else _LINES)})

    def boxed(self, style: Style, *, bold: bool = False) -> Any:
        """Of a cell in a short table."""
        box = {**_LINES, "valign": "vcenter", "bold": bold}
        return self._pen({**_FORMATS[style], **box})

    def _pen(self, form: Mapping[str, Any]) -> Any:
        key = tuple(sorted(form.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(dict(form))
        return self._made[key]


def heading(column: str, language: Language) -> str:
    """What a column is headed."""
    return HEADINGS[column][language] if column in HEADINGS else text(f"list_column.{column}", language)


def parts(rows: pd.DataFrame, most: int = MOST_ROWS) -> Iterator[pd.DataFrame]:
    """The rows in pieces that a sheet holds; one without rows where there are none."""
    for start in range(0, max(len(rows), 1), most):
        yield rows.iloc[start : start + most]


def write_cell(sheet: Any, row: int, place: int, cell: Any, style: Style, form: Any) -> None:
    """Write one value; an empty one is written as an empty cell of that look."""
    if cell is None or cell != cell or cell is pd.NaT or cell is pd.NA:
        sheet.write_blank(row, place, None, form)
        return
    match _value(cell, style):
        case datetime() as day:
            sheet.write_datetime(row, place, day, form)
        case str() as words:
            sheet.write_string(row, place, words, form)
        case number:
            sheet.write_number(row, place, number, form)


def write_column(sheet: ColumnSheet, place: int, style: Style, cells: pd.Series, form: Any) -> None:
    """Write a column's cells below the header."""
    known = cells.notna().to_numpy().tolist()
    values = zip(cells.tolist(), known, strict=True)
    sheet.put_column(place, [_value(cell, style) if there else None for cell, there in values], form)


def _value(cell: Any, style: Style) -> str | float | datetime:
    if style == "date":
        return pd.Timestamp(cell).to_pydatetime()
    return str(cell) if style in ("text", "choice") else float(cell)


def fit_rows(sheet: Any, rows: pd.DataFrame, columns: Sequence[ListColumn]) -> None:
    """Make room for wrapped text, for programs that do not do so by themselves."""
    wide = [column for column in columns if column.name in rows and column.style == "text"]
    cells = [rows[each.name].astype(object).where(rows[each.name].notna(), "").tolist() for each in wide]
    for row, line in enumerate(zip(*cells, strict=True), start=1):
        lines = max(
            (
                ceil(width_of(words) * _RAGGED / column.width)
                for column, words in zip(wide, line, strict=True)
            ),
            default=1,
        )
        if lines > 1:
            sheet.set_row(row, lines * LINE)


def dress(sheet: Any, *, title: str, label: str, last_row: int, last_place: int, frozen: int) -> None:
    """Header, filter, protection without a password and print setup of a list."""
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, last_row, last_place)
    sheet.protect("", _MAY)
    sheet.repeat_rows(0)
    _print_setup(sheet, title, label)


def plain_sheet(sheet: Any, title: str, label: str) -> None:
    """Protection and print setup of a sheet that is no list."""
    sheet.hide_gridlines(2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    _print_setup(sheet, title, label)


def _print_setup(sheet: Any, title: str, label: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.set_header(f"&L{_print_text(title)}&R{_print_text(label)}")
    sheet.set_footer("&C&P / &N")


@cache
def width_of(words: str) -> int:
    """Width in columns; a Chinese character takes two."""
    return (
        len(words)
        if words.isascii()
        else sum(2 if east_asian_width(letter) in "WF" else 1 for letter in words)
    )


def _print_text(words: str) -> str:
    return words.replace("&", "&&")
