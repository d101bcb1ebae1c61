"""The workbook that callers work from: this week, a sheet a caller, who is not called, the other lists."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from csanalysis.catalogue import text
from csanalysis.display.lists.columns import (
    CASE_IDS,
    CASE_SHEET,
    COLUMNS,
    LAST_PRINTED,
    OPEN,
    ListColumn,
    Style,
)
from csanalysis.display.lists.columnwise import ColumnSheet
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
from csanalysis.display.lists.week_sheet import Block, write_week
from csanalysis.display.lists.workbook import (
    WORDS_FROM,
    date_rule,
    hide_keys,
    result_word,
    write_about,
    write_list,
)
from csanalysis.display.lists.worklist import WorkList, purposes
from csanalysis.schema.workbook import (
    CASE_LIST,
    CASES_SHEET,
    LOOK_UP_SHEETS,
    META_SHEET,
    About,
    RowKey,
    case_place,
    cell_text,
    digest,
    results_for,
)


@dataclass(frozen=True)
class CallBook:
    """All that stands in the workbook.

    Parameters
    ----------
    title : str
        Printed at the head of every page.
    week : sequence of Block
        The first sheet.
    callers : mapping of name to DataFrame
        A caller's rows in order: columns of :data:`~csanalysis.display.lists.columns.CASE_SHEET` and
        :data:`~csanalysis.display.lists.columns.CASE_IDS`, then ``case`` and ``purpose_key``.
    looked_up : mapping of str to DataFrame
        Sheets where nothing is filled in, by their key in :data:`~csanalysis.schema.workbook.LOOK_UP_SHEETS`.
    lists : sequence of (WorkList, DataFrame)
        The sheets that are no call lists.
    cases : DataFrame
        A line a case: :data:`~csanalysis.schema.workbook.CASE_COLUMNS`.
    """

    title: str
    week: Sequence[Block]
    callers: Mapping[str, pd.DataFrame]
    cases: pd.DataFrame
    looked_up: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    lists: Sequence[tuple[WorkList, pd.DataFrame]] = ()


def write_call_workbook(path: Path, book: CallBook, about: About, *, most: int = MOST_ROWS) -> None:
    """Write the workbook to ``path``.

    Parameters
    ----------
    path : Path
        Where to.
    book : CallBook
        What stands in it.
    about : About
        Whose it is, of which day; told on a hidden sheet.
    most : int
        Rows of a sheet; what is more goes on on the next, which is numbered.

    Notes
    -----
    All cells but those of the calls and notes are locked, without a password.
    """
    language = about.language
    with xlsxwriter.Workbook(str(path), OPTIONS) as workbook:
        workbook.set_properties({"title": book.title, "author": "csanalysis"})
        pens, names, words = Pens(workbook), [LOOK_UP_SHEETS["this_week"][language]], _Words(about)
        write_week(workbook, names[0], book.title, book.week, pens)
        # Sheets of ours keep their names, whatever a caller is called.
        ours = [LOOK_UP_SHEETS[key][language] for key in book.looked_up]
        ours += [sheet_name(text(f"list.{each.name}", language)) for each, _ in book.lists]
        for owner, rows in book.callers.items():
            for part in parts(rows, most):
                names.append(sheet_name(owner, [*names, *ours, META_SHEET, CASES_SHEET]))
                _write_caller(workbook, names[-1], part, pens, words, book.title)
        for key, rows in book.looked_up.items():
            for part in parts(rows, most):
                names.append(sheet_name(LOOK_UP_SHEETS[key][language], names))
                _write_looked_up(workbook, names[-1], part, pens, about, book.title)
        for each, rows in book.lists:
            names += write_list(workbook, each, rows, pens, about, book.title, taken=names, most=most)
        write_about(workbook, about, purposes(each for each, _ in book.lists), words.columns)
        _write_cases(workbook, book.cases, most)


class _Words:
    """The sets of words that drop-downs offer, each written once."""

    def __init__(self, about: About) -> None:
        self.about = about
        self.columns: list[list[str]] = []

    def source(self, purpose: str, *, vehicle: bool) -> str:
        """Where the words that fit a call stand."""
        words = [result_word(each, self.about.language) for each in results_for(purpose, vehicle=vehicle)]
        if words not in self.columns:
            self.columns.append(words)
        letter = chr(ord("A") + WORDS_FROM + self.columns.index(words))
        return f"='{META_SHEET}'!${letter}$1:${letter}${len(words)}"


def _write_caller(
    workbook: Any, name: str, rows: pd.DataFrame, pens: Pens, words: _Words, title: str
) -> None:
    sheet, language = workbook.add_worksheet(name, ColumnSheet), words.about.language
    before = [COLUMNS[column] for column in CASE_SHEET if column in rows]
    columns = [*before, *OPEN.values(), *(COLUMNS[column] for column in CASE_IDS)]
    last_row, last_place = max(len(rows), 1), len(columns)
    empty = pd.Series([None] * len(rows), dtype=object)
    for place, column in enumerate(columns):
        answer = column.name in OPEN
        form = pens.cell(column.style, answer=answer)
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, heading(column.name, language), pens.header)
        write_column(sheet, place, column.style, empty if answer else rows[column.name], form)
        if answer and column.style == "date":
            sheet.data_validation(1, place, last_row, place, date_rule())
    _offer_words(sheet, rows, [place for place, each in enumerate(columns) if each.style == "choice"], words)
    hide_keys(sheet, last_place, case_keys(rows, words.about), pens, language)
    fit_rows(sheet, rows, columns)
    new_day = {"type": "formula", "criteria": "=$A2<>$A1", "format": pens.new_day}
    sheet.conditional_format(1, 0, last_row, last_place - 1, new_day)
    dress(sheet, title=title, label=name, last_row=last_row, last_place=last_place, frozen=3)
    sheet.print_area(0, 0, last_row, columns.index(OPEN[LAST_PRINTED]))


def _offer_words(sheet: Any, rows: pd.DataFrame, places: Sequence[int], words: _Words) -> None:
    """A drop-down for each result: of the words that fit the row's purpose."""
    ranges: dict[str, list[list[int]]] = {}
    of = [
        (purpose, isinstance(vin, str)) for purpose, vin in zip(rows["purpose_key"], rows["vin"], strict=True)
    ]
    row = 1
    for (purpose, vehicle), run in groupby(of):
        last = row + len(list(run)) - 1
        source = words.source(purpose, vehicle=vehicle)
        ranges.setdefault(source, []).extend([row, place, last, place] for place in places)
        row = last + 1
    for source, cells in ranges.items():
        rule = {"validate": "list", "source": source, "other_cells": cells[1:]}
        sheet.data_validation(*cells[0], rule)


def case_keys(rows: pd.DataFrame, about: About) -> Iterator[str]:
    """The key of each row of a caller's sheet: whom, which case of the day, what nobody may change."""
    locked = [rows[name].tolist() for name in (*CASE_SHEET, *CASE_IDS) if name in rows]
    cells = zip(*locked, strict=True)
    for case, vin, lead, row in zip(rows["case"], rows["vin"], rows["lead_id"], cells, strict=True):
        whom = cell_text(vin) if isinstance(vin, str) else cell_text(lead)
        place = case_place(case, dealership=about.dealership, plan_year=about.plan_year, day=about.day)
        texts = ("" if pd.isna(cell) else cell_text(cell) for cell in row)
        rest = digest(*sorted(filter(None, texts)), length=4)
        yield str(RowKey(CASE_LIST, digest(whom), place, rest))


def _write_looked_up(
    workbook: Any, name: str, rows: pd.DataFrame, pens: Pens, about: About, title: str
) -> None:
    """A sheet where nothing is filled in."""
    sheet = workbook.add_worksheet(name, ColumnSheet)
    columns: list[ListColumn] = [COLUMNS[str(column)] for column in rows]
    for place, column in enumerate(columns):
        form = pens.cell(column.style)
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, heading(column.name, about.language), pens.header)
        write_column(sheet, place, column.style, rows[column.name], form)
    fit_rows(sheet, rows, columns)
    last_row = max(len(rows), 1)
    dress(sheet, title=title, label=name, last_row=last_row, last_place=len(columns) - 1, frozen=3)


def _write_cases(workbook: Any, cases: pd.DataFrame, most: int) -> None:
    for number, part in enumerate(parts(cases, most), start=1):
        name = CASES_SHEET if number == 1 else f"{CASES_SHEET}{number}"
        sheet = workbook.add_worksheet(name, ColumnSheet)
        for place, column in enumerate(part):
            sheet.write_string(0, place, column)
            style: Style = "count" if column in ("planned", "worth") else "text"
            write_column(sheet, place, style, part[column], None)
        sheet.very_hidden()
        sheet.protect()
