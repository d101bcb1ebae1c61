"""Our own workbook of work lists, filled in: its answers as rows of the table of contacts."""

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from csanalysis.ingest.sheets import Sheet, UnreadableFileError
from csanalysis.messages import Message, joined
from csanalysis.schema import folded
from csanalysis.schema.workbook import (
    ANSWERS,
    HEADINGS,
    INVALID_PHONE,
    MARKER,
    META_SHEET,
    NOT_REACHED,
    PURPOSE_OF,
    PURPOSES_BEFORE_2,
    RESULT_WORDS,
    WHOM,
    RowKey,
    cell_text,
    digest,
)

CONTACT_COLUMNS = (
    "contact_id", "contact_date", "purpose", "vin", "customer_id", "agent", "reached", "phone_valid",
    "result",
)  # fmt: skip
WARNINGS = {
    "answers_in_added_rows": Message(
        "answer in a row added by hand: without a row key it cannot be read back",
        "手工添加的行里填了结果：没有行标识，无法读回",
    ),
    "cells_changed_by_hand": Message(
        "row changed outside the answer columns: only result and date are read back",
        "结果列以外被改动的行：只读回结果和日期",
    ),
    "answers_that_are_no_calls": Message(
        "answer on a sheet that is no call list: it is no contact, not read back",
        "不是电话清单的工作表里填了结果：不算联系，没有读回",
    ),
    "sheets_added": Message("sheet added to the work lists by hand: not read", "手工添加的工作表：没有读取"),
}
"""What was edited where it cannot be read back, and how that is said; rows, of the last one sheets."""

_SEARCHED_ROWS = 30
_SHOWN = 3
_ZIP = b"PK\x03\x04"
_WORDS = {
    folded(word): result for result, words in RESULT_WORDS.items() for word in (result, *words.values())
}


@dataclass
class Answers:
    """The answered rows of one workbook, a sheet each, and what could not be read back."""

    sheets: list[Sheet] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    answered: int = 0


@dataclass(frozen=True)
class _Page:
    """One sheet: its cells, the place of its header and of the columns in it; the workbook's call lists."""

    name: str
    cells: list[list[Any]]
    header: int
    columns: dict[str, int]
    purposes: Mapping[str, str]

    def cell(self, row: int, column: str) -> Any:
        place = self.columns.get(column)
        line = self.cells[row]
        return line[place] if place is not None and place < len(line) else None

    def text(self, row: int, column: str) -> str:
        return cell_text(self.cell(row, column))

    def rest(self, row: int) -> str:
        """The digest of the cells that nobody may change, in whatever order the columns stand."""
        open_places = {self.columns.get(name) for name in (*ANSWERS, "row_id")}
        locked = [cell_text(cell) for place, cell in enumerate(self.cells[row]) if place not in open_places]
        return digest(*sorted(filter(None, locked)), length=4)


def workbook_answers(name: str, data: bytes) -> Answers | None:
    """The answers in a workbook of ours; None for any other file.

    Parameters
    ----------
    name : str
        File name.
    data : bytes
        The whole file.

    Returns
    -------
    Answers
        ``sheets`` stand as an export of contacts would: the header and every answered row where they are in
        the workbook, the rows between them blank. ``warnings`` counts by kind (:data:`WARNINGS`).

    Raises
    ------
    UnreadableFileError
        A column that is needed is gone or renamed, a result is none of the words of the drop-down, or a
        row's key does not fit its VIN.
    """
    pages = _ours(data)
    if pages is None:
        return None
    purposes = _purposes(pages.pop(META_SHEET))
    found, problems = Answers(), []
    for sheet_name, cells in pages.items():
        page = _page(sheet_name, cells, purposes)
        if page is None:
            found.warnings["sheets_added"] += any(cell_text(cell) for line in cells for cell in line)
        elif isinstance(page, Message):
            problems.append(page)
        else:
            problems += _read(page, found)
    if problems:
        more = len(problems) - _SHOWN
        raise UnreadableFileError(
            "{shown}{more}",
            "{shown}{more}",
            shown=joined(problems[:_SHOWN], "; ", "；"),
            more=Message("; and {more} more", "；另有 {more} 处", more=more) if more > 0 else "",
        )
    return found


def _ours(data: bytes) -> dict[str, list[list[Any]]] | None:
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


def _purposes(about: list[list[Any]]) -> Mapping[str, str]:
    """Purpose by name of the workbook's call lists, by its hidden sheet; version 1 does not say."""
    lines = {cell_text(line[0]): cell_text(line[1]) for line in about if len(line) > 1}
    if lines.get(MARKER) == "1":
        return PURPOSES_BEFORE_2
    return {
        name.removeprefix(PURPOSE_OF): purpose
        for name, purpose in lines.items()
        if name.startswith(PURPOSE_OF)
    }


def _page(name: str, cells: list[list[Any]], purposes: Mapping[str, str]) -> "_Page | Message | None":
    """A sheet with a header of ours; a line where that lacks a column; None for a sheet that is not ours."""
    known = {folded(word): column for column, words in HEADINGS.items() for word in (column, *words.values())}
    for place, line in enumerate(cells[:_SEARCHED_ROWS]):
        columns: dict[str, int] = {}
        for where, cell in enumerate(line):
            column = known.get(folded(cell_text(cell)))
            if column:
                columns.setdefault(column, where)
        page = _Page(name, cells, place, columns, purposes)
        if "row_id" in columns:
            return page
        if len(columns) >= 3 and {"result", "result_date"} & set(columns):
            return _lacking(page, ["row_id"])
    return None


def _lacking(page: _Page, columns: Sequence[str]) -> Message:
    return Message(
        "sheet {sheet} lacks the column {missing}; name it so again, or copy it from the plan's workbook",
        "工作表 {sheet} 缺少 {missing} 列；请改回原来的列名，或从计划的工作簿里复制",
        sheet=page.name,
        missing=joined(" / ".join(HEADINGS[column].values()) for column in columns),
    )


def _read(page: _Page, found: Answers) -> list[Message]:
    """Add one sheet's answers; returns its problems."""
    rows = range(page.header + 1, len(page.cells))
    keys = {row: RowKey.parsed(written) for row in rows if (written := page.text(row, "row_id"))}
    if lacking := _columns_lacking(page, keys.values()):
        return [_lacking(page, lacking)]
    problems: list[Message] = []
    contacts = {}
    for row in rows:
        answer = page.text(row, "result"), page.text(row, "result_date")
        key = keys.get(row)
        if row not in keys:
            found.warnings["answers_in_added_rows"] += any(answer)
        elif problem := _problem(page, row, key, answer[0]):
            problems.append(
                Message(
                    "sheet {sheet} row {row}: {problem}",
                    "工作表 {sheet} 第 {row} 行：{problem}",
                    sheet=page.name,
                    row=row + 1,
                    problem=problem,
                )
            )
        elif key is not None:
            called = key.list in page.purposes
            found.warnings["answers_that_are_no_calls"] += any(answer) and not called
            found.warnings["cells_changed_by_hand"] += page.rest(row) != key.rest
            if any(answer) and called:
                contacts[row] = _contact(page, row, key)
    found.answered += len(contacts)
    found.sheets.append(_as_export(page, contacts))
    return problems


def _columns_lacking(page: _Page, keys: Iterable[RowKey | None]) -> list[str]:
    """Columns without which the answers of a call list cannot be read."""
    if not any(key and key.list in page.purposes for key in keys):
        return []
    lacking = [column for column in ("result", "result_date") if column not in page.columns]
    return lacking if set(WHOM) & set(page.columns) else [WHOM[0], *lacking]


def _problem(page: _Page, row: int, key: RowKey | None, answer: str) -> Message | None:
    """Why a row cannot be read; None where it can."""
    if key is None:
        return Message(
            "its row key is none; copy it from the plan's workbook", "行标识不对；请从计划的工作簿里复制"
        )
    if key.list not in page.purposes:
        return None
    if digest(page.text(row, "vin") or page.text(row, "lead_id")) != key.whom:
        return Message(
            "the VIN or lead is not that of the row; undo the change", "车架号或线索与这一行不符；请撤销改动"
        )
    if answer and folded(answer) not in _WORDS:
        return Message(
            "'{answer}' is no result; choose one of {known}",
            "“{answer}”不是结果选项；请选 {known} 之一",
            answer=answer,
            known=joined(Message("/".join(words.values()), words["zh"]) for words in RESULT_WORDS.values()),
        )
    return None


def _contact(page: _Page, row: int, key: RowKey) -> tuple[str, ...]:
    """The answer of one row as cells of the table of contacts."""
    result = _WORDS.get(folded(page.text(row, "result")), "")
    lead = page.text(row, "lead_id")
    reached = "" if not result else "no" if result in NOT_REACHED else "yes"
    valid = "" if not result else "no" if result in INVALID_PHONE else "yes"
    return (
        key.contact_id,
        _day(page.cell(row, "result_date")),
        page.purposes[key.list],
        page.text(row, "vin"),
        # A lead has no vehicle yet, and no other number than its own.
        "" if page.text(row, "vin") else lead,
        page.text(row, "owner"),
        reached,
        valid,
        result,
    )


def _day(cell: Any) -> str:
    """A date with its time, if one was written; a text as it stands."""
    written = cell_text(cell)
    time = f"{cell:%H:%M:%S}" if hasattr(cell, "hour") else ""
    return written if time in ("", "00:00:00") else f"{written} {time}"


def _as_export(page: _Page, rows: Mapping[int, tuple[str, ...]]) -> Sheet:
    blank = ("",) * len(CONTACT_COLUMNS)
    lines = [rows.get(row, blank) for row in range(len(page.cells))]
    lines[page.header] = CONTACT_COLUMNS
    cells = pd.DataFrame(lines, dtype="str").replace("", None)
    return Sheet(page.name, cells)
