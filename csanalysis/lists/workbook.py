"""Write the work lists as one workbook: a sheet a list, ready to filter, print and fill in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from csanalysis.catalogue import text
from csanalysis.catalogue.formats import Language
from csanalysis.lists.columns import COLUMNS, FILLED_IN, LISTS, RESULTS, ListColumn

_FORMATS = {
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


def write_workbook(path: Path, lists: Mapping[str, pd.DataFrame], *, language: Language, title: str) -> None:
    """Write every list as a sheet of ``path``.

    Parameters
    ----------
    lists : mapping of name to DataFrame
        Columns of :data:`~csanalysis.lists.columns.COLUMNS`; an empty list still gets its sheet.
    title : str
        Printed at the head of every page.
    """
    # Text from data stays text: a name that begins with '=' must never become a formula.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"title": title, "author": "csanalysis"})
        formats = {style: workbook.add_format({"valign": "top", **form}) for style, form in _FORMATS.items()}
        header = workbook.add_format(_HEADER)
        for name in (*LISTS, *(extra for extra in lists if extra not in LISTS)):
            if name in lists:
                _write_sheet(workbook, name, lists[name], formats, header, language, title)


def _write_sheet(
    workbook: Any,
    name: str,
    rows: pd.DataFrame,
    formats: Mapping[str, Any],
    header: Any,
    language: Language,
    title: str,
) -> None:
    label = text(f"list.{name}", language)
    sheet = workbook.add_worksheet(label)
    columns = [COLUMNS[column] for column in (*rows.columns, *FILLED_IN)]
    last_row = max(len(rows), 1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, text(f"list_column.{column.name}", language), header)
        if column.name in rows:
            _write_column(sheet, place, column, rows[column.name], formats[column.style])
        elif column.style == "choice":
            words = [text(f"call_result.{result}", language) for result in RESULTS]
            sheet.data_validation(1, place, last_row, place, {"validate": "list", "source": words})
    sheet.set_row(0, 30)
    sheet.freeze_panes(1, min(3, len(columns)))
    sheet.autofilter(0, 0, last_row, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{_print_text(title)}&R{_print_text(label)}")
    sheet.set_footer("&C&P / &N")


def _print_text(words: str) -> str:
    return words.replace("&", "&&")


def _write_column(sheet: Any, place: int, column: ListColumn, cells: pd.Series, form: Any) -> None:
    for row, cell in enumerate(cells, start=1):
        if pd.isna(cell):
            sheet.write_blank(row, place, None, form)
        elif column.style == "date":
            sheet.write_datetime(row, place, pd.Timestamp(cell).to_pydatetime(), form)
        elif column.style in ("count", "amount", "percent"):
            sheet.write_number(row, place, float(cell), form)
        else:
            sheet.write_string(row, place, str(cell), form)
