"""Write work lists as one workbook: a sheet a list, ready to filter, print, fill in and be read back."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from csanalysis.catalogue import Language, text
from csanalysis.display.lists.columns import COLUMNS, FILLED_IN, ListColumn
from csanalysis.display.lists.columnwise import ColumnSheet
from csanalysis.display.lists.row_keys import row_keys
from csanalysis.display.lists.sheet_names import sheet_name
from csanalysis.display.lists.sheets import (
    MOST_ROWS,
    OPTIONS,
    Pens,
    dress,
    fit_rows,
    heading,
    parts,
    write_column,
)
from csanalysis.display.lists.worklist import WorkList, purposes
from csanalysis.schema.workbook import (
    MARKER,
    META_SHEET,
    PURPOSE_OF,
    RESULT_WORDS,
    VERSION,
    About,
)


def write_workbook(
    path: Path,
    lists: Sequence[WorkList],
    rows: Mapping[str, pd.DataFrame],
    *,
    about: About,
    title: str,
    most: int = MOST_ROWS,
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
    most : int
        Rows of a sheet; what is more goes on on the next, which is numbered, as the first cell of each says.

    Notes
    -----
    All cells but those to be filled in are locked, without a password. The last column, hidden, holds each
    row's key: it is inside the filter, so that it stays with its row when the sheet is sorted.
    """
    with xlsxwriter.Workbook(str(path), OPTIONS) as workbook:
        workbook.set_properties({"title": title, "author": "csanalysis"})
        pens, written = Pens(workbook), [each for each in lists if each.name in rows]
        names: list[str] = []
        for each in written:
            names += write_list(workbook, each, rows[each.name], pens, about, title, taken=names, most=most)
        write_about(workbook, about, purposes(written))


def write_list(
    workbook: Any,
    work_list: WorkList,
    rows: pd.DataFrame,
    pens: Pens,
    about: About,
    title: str,
    *,
    taken: Sequence[str] = (),
    most: int = MOST_ROWS,
) -> list[str]:
    """Write one list, on several sheets where one does not hold it; returns their names."""
    language, names = about.language, list[str]()
    keys = iter(row_keys(work_list.name, rows, about))  # of the whole list: twins may stand on two sheets
    sheets = ceil(len(rows) / most)
    open_columns = FILLED_IN if work_list.answers else ()
    columns = [COLUMNS[column] for column in (*rows.columns, *open_columns)]
    for part in parts(rows, most):
        names.append(sheet_name(text(f"list.{work_list.name}", language), [*taken, *names]))
        sheet = workbook.add_worksheet(names[-1], ColumnSheet)
        last_row, last_place = max(len(part), 1), len(columns)
        for place, column in enumerate(columns):
            answer = column.name in open_columns
            form = pens.cell(column.style, answer=answer)
            # An empty cell to be filled in has its look from its column.
            sheet.set_column(place, place, column.width, form if answer else None)
            sheet.write_string(0, place, heading(column.name, language), pens.header)
            if answer:
                _open_column(sheet, place, last_row, column, work_list.answers, language)
            else:
                write_column(sheet, place, column.style, part[column.name], form)
        hide_keys(sheet, last_place, islice(keys, len(part)), pens, language)
        if sheets > 1:
            said = text("list_parts.goes_on", language, sheet=len(names), sheets=sheets, rows=len(rows))
            sheet.write_comment(0, 0, said, {"author": "csanalysis", "x_scale": 2})
        fit_rows(sheet, part, columns)
        dress(
            sheet,
            title=title,
            label=names[-1],
            last_row=last_row,
            last_place=last_place,
            frozen=min(3, len(columns)),
        )
    return names


def write_about(
    workbook: Any,
    about: About,
    purposes: Mapping[str, str],
    words: Sequence[Sequence[str]] = (),
) -> None:
    """The hidden sheet that says whose workbook it is; from its fourth column on, the words of drop-downs."""
    sheet = workbook.add_worksheet(META_SHEET)
    rows = {
        MARKER: VERSION,
        "dealership": about.dealership,
        "plan_year": str(about.plan_year),
        "as_of": about.as_of,
        "language": about.language,
        **({"day": about.day, "until": about.until} if about.day else {}),
        **({"owner": about.owner} if about.owner else {}),
        **{f"{PURPOSE_OF}{name}": purpose for name, purpose in purposes.items()},
    }
    for row, (name, value) in enumerate(rows.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    for place, column in enumerate(words, start=WORDS_FROM):
        for row, word in enumerate(column):
            sheet.write_string(row, place, word)
    sheet.very_hidden()
    sheet.protect()


WORDS_FROM = 3
"""The column of the hidden sheet, counted from 0, in which words of drop-downs begin."""


def hide_keys(sheet: ColumnSheet, place: int, keys: Iterable[str], pens: Pens, language: Language) -> None:
    """Write the rows' keys into a hidden column."""
    sheet.set_column(place, place, 12, None, {"hidden": True})
    sheet.write_string(0, place, heading("row_id", language), pens.header)
    sheet.put_column(place, [*keys])


def date_rule() -> dict[str, Any]:
    """The validation of a column of dates: what is none is asked about."""
    since = pd.Timestamp(2000, 1, 1).to_pydatetime()
    return {"validate": "date", "criteria": ">=", "value": since, "error_type": "warning"}


def result_word(result: str, language: Language) -> str:
    """What a result is called in a drop-down."""
    known = RESULT_WORDS.get(result)
    return known[language] if known else text(f"call_result.{result}", language)


def _open_column(
    sheet: Any, place: int, last_row: int, column: ListColumn, answers: Sequence[str], language: Language
) -> None:
    if column.style == "choice":
        words = [result_word(result, language) for result in answers]
        sheet.data_validation(1, place, last_row, place, {"validate": "list", "source": words})
    elif column.style == "date":
        sheet.data_validation(1, place, last_row, place, date_rule())
