"""The sheets of a workbook of ours as somebody gives them back, and what its hidden sheets say of them."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from csanalysis.messages import Message, joined
from csanalysis.schema import folded
from csanalysis.schema.workbook import (
    ANSWERS,
    CASE_COLUMNS,
    CASE_LIST,
    HEADINGS,
    MARKER,
    META_SHEET,
    OPEN_COLUMNS,
    PURPOSE_OF,
    PURPOSES_BEFORE_2,
    TRIES,
    RowKey,
    case_place,
    cell_text,
    digest,
    try_column,
)

_SEARCHED_ROWS = 30
_ZIP = b"PK\x03\x04"


class CallColumns(NamedTuple):
    """A call that a row has room for: its number (0 where a row has one call), and what its columns are."""

    number: int
    result: str
    date: str
    agreed: str | None


_ONE_CALL = (CallColumns(0, "result", "result_date", None),)
_TRIES = tuple(
    CallColumns(number, *(try_column(part, number) for part in ("result", "date", "next")))
    for number in range(1, TRIES + 1)
)


@dataclass(frozen=True)
class Book:
    """What the hidden sheets say: the purposes of its call lists, and of each case its line, by its place."""

    purposes: Mapping[str, str]
    cases: Mapping[str, Mapping[str, str]] | None

    def is_call(self, key: RowKey) -> bool:
        """Whether an answer in a row with this key is a call."""
        return key.list in self.purposes or key.list == CASE_LIST


@dataclass(frozen=True)
class Page:
    """One sheet: its cells, the place of its header and of the columns in it; the workbook it is of."""

    name: str
    cells: list[list[Any]]
    header: int
    columns: dict[str, int]
    book: Book

    def cell(self, row: int, column: str) -> Any:
        """The cell of a row in one of our columns; None where the sheet lacks it."""
        place = self.columns.get(column)
        line = self.cells[row]
        return line[place] if place is not None and place < len(line) else None

    def text(self, row: int, column: str) -> str:
        """That cell as text; empty where there is nothing."""
        return cell_text(self.cell(row, column))

    def rest(self, row: int, key: RowKey) -> str:
        """The digest of the cells that nobody may change, in whatever order the columns stand."""
        open_columns = OPEN_COLUMNS if key.list == CASE_LIST else ANSWERS
        open_places = {self.columns.get(name) for name in (*open_columns, "row_id")}
        locked = [cell_text(cell) for place, cell in enumerate(self.cells[row]) if place not in open_places]
        return digest(*sorted(filter(None, locked)), length=4)

    def said(self, row: int, key: RowKey | None) -> list[CallColumns]:
        """The calls that are filled in in a row."""
        calls = _TRIES if key is not None and key.list == CASE_LIST else _ONE_CALL
        return [call for call in calls if any(self.text(row, column) for column in call[1:] if column)]


def told_about(path: Path) -> dict[str, str]:
    """What the hidden sheet of a workbook of ours says of it; nothing where it is none."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(META_SHEET)
    except (CalamineError, OSError):
        return {}
    about = _said_in(sheet.to_python())
    return about if MARKER in about else {}


def _said_in(about: list[list[Any]]) -> dict[str, str]:
    """The hidden sheet's lines: a name and what it says."""
    return {cell_text(line[0]): cell_text(line[1]) for line in about if len(line) > 1}


def our_sheets(data: bytes) -> dict[str, list[list[Any]]] | None:
    """The cells of every sheet; None where our hidden one is not among them."""
    from python_calamine import CalamineError, CalamineWorkbook

    if not data.startswith(_ZIP):
        return None
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
        if META_SHEET not in names:
            return None
        cells = {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (CalamineError, OSError):
        return None  # the ordinary reader says what is wrong with the file
    about = cells[META_SHEET]
    return cells if about and about[0] and about[0][0] == MARKER else None


def book_of(about: list[list[Any]], cases: list[list[Any]] | None) -> Book:
    """What a workbook's hidden sheets say; version 1 does not say its purposes, 2 has no cases."""
    lines = _said_in(about)
    purposes = {
        name.removeprefix(PURPOSE_OF): purpose
        for name, purpose in lines.items()
        if name.startswith(PURPOSE_OF)
    }
    if lines.get(MARKER) == "1":
        purposes = dict(PURPOSES_BEFORE_2)
    if cases is None:
        return Book(purposes, None)
    plan = lines.get("dealership", ""), lines.get("plan_year", ""), lines.get("day", "")
    header = [cell_text(cell) for cell in cases[0]] if cases else list(CASE_COLUMNS)
    known = [dict(zip(header, map(cell_text, line), strict=False)) for line in cases[1:]]
    return Book(purposes, {_place(line.get("case", ""), *plan): line for line in known})


def _place(case: str, dealership: str, plan_year: str, day: str) -> str:
    year = int(plan_year) if plan_year.isdecimal() else 0
    return case_place(case, dealership=dealership, plan_year=year, day=day)


def page_of(name: str, cells: list[list[Any]], book: Book) -> "Page | Message | None":
    """A sheet with a header of ours; a line where that lacks a column; None for a sheet that is not ours."""
    known = {folded(word): column for column, words in HEADINGS.items() for word in (column, *words.values())}
    for place, line in enumerate(cells[:_SEARCHED_ROWS]):
        columns: dict[str, int] = {}
        for where, cell in enumerate(line):
            column = known.get(folded(cell_text(cell)))
            if column:
                columns.setdefault(column, where)
        page = Page(name, cells, place, columns, book)
        if "row_id" in columns:
            return page
        if len(columns) >= 3 and {"result", "result_date", "try1_date", "try1_result"} & set(columns):
            return lacking_columns(page, ["row_id"])
    return None


def lacking_columns(page: Page, columns: Sequence[str]) -> Message:
    """What to do about columns that a sheet lacks."""
    return Message(
        "sheet {sheet} lacks the column {missing}; name it so again, or copy it from the plan's workbook",
        "工作表 {sheet} 缺少 {missing} 列；请改回原来的列名，或从计划的工作簿里复制",
        sheet=page.name,
        missing=joined(" / ".join(HEADINGS[column].values()) for column in columns),
    )
