"""Our own workbook of work lists, filled in: its answers as rows of the table of contacts."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from csanalysis.ingest.answer_pages import (
    CallColumns,
    Page,
    book_of,
    lacking_columns,
    our_sheets,
    page_of,
)
from csanalysis.ingest.answer_rows import AnsweredCall, Answers, RefusedRow
from csanalysis.ingest.rejects import PERSONAL
from csanalysis.ingest.sheets import UnreadableFileError
from csanalysis.messages import Message, joined
from csanalysis.schema.call_results import EFFECTS, known_result
from csanalysis.schema.workbook import (
    CASE_LIST,
    CASES_SHEET,
    LOOK_UP_SHEETS,
    META_SHEET,
    RESULT_WORDS,
    WHOM,
    RowKey,
    cell_text,
    digest,
    try_column,
)

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

_SHOWN = 3
_NUMBER = re.compile(r" \d+$")
_NUMBERED_CASES = re.compile(rf"{CASES_SHEET}\d*")
_LOOK_UP = {word for words in LOOK_UP_SHEETS.values() for word in words.values()}


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
        A call each, where it stands; what cannot be read: a result that is none of the words, a row whose key
        is none or does not fit its VIN. ``warnings`` counts by kind (:data:`WARNINGS`).

    Raises
    ------
    UnreadableFileError
        A column that is needed, or the hidden sheet of cases, is gone or renamed.
    """
    pages = our_sheets(data)
    if pages is None:
        return None
    found, problems = Answers(), []
    book = book_of(pages.pop(META_SHEET), _cases(pages))
    for sheet_name, cells in pages.items():
        page = page_of(sheet_name, cells, book)
        if page is None:
            added = any(cell_text(cell) for line in cells for cell in line) and not _looked_up(sheet_name)
            found.warnings["sheets_added"] += added
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


def _cases(pages: dict[str, list[list[Any]]]) -> list[list[Any]] | None:
    """The lines of the hidden sheet of cases, and of those on which it goes on; they are taken out."""
    names = [name for name in pages if _NUMBERED_CASES.fullmatch(name)]
    parts = [pages.pop(name) for name in names]
    return [*parts[0], *(line for part in parts[1:] for line in part[1:])] if parts else None


def _looked_up(name: str) -> bool:
    """Whether a sheet is one of ours in which nothing is filled in, or one on which such a sheet goes on."""
    return name in _LOOK_UP or _NUMBER.sub("", name) in _LOOK_UP


def _read(page: Page, found: Answers) -> list[Message]:
    """Add one sheet's answers; returns what makes the sheet unreadable."""
    rows = range(page.header + 1, len(page.cells))
    keys = {row: RowKey.parsed(written) for row in rows if (written := page.text(row, "row_id"))}
    if lacking := _columns_lacking(page, keys.values()):
        return [lacking_columns(page, lacking)]
    if page.book.cases is None and any(key and key.list == CASE_LIST for key in keys.values()):
        return [
            Message(
                "the hidden sheet of cases is gone; copy the answers into the workbook as it was written",
                "隐藏的个案工作表不见了；请把结果填到原来生成的工作簿里",
            )
        ]
    for row in rows:
        key = keys.get(row)
        said = page.said(row, key)
        if row not in keys:
            found.warnings["answers_in_added_rows"] += bool(said)
        elif key is None or not _fits(page, row, key):
            if said or key is None:
                found.refused.append(_misfit(page, row, key))
        elif not page.book.is_call(key):
            found.warnings["answers_that_are_no_calls"] += bool(said)
            found.warnings["cells_changed_by_hand"] += page.rest(row, key) != key.rest
        else:
            found.warnings["cells_changed_by_hand"] += page.rest(row, key) != key.rest
            _take(page, row, key, said, found)
    return []


def _columns_lacking(page: Page, keys: Iterable[RowKey | None]) -> list[str]:
    """Columns without which the answers of a call list cannot be read."""
    lists = {key.list for key in keys if key and page.book.is_call(key)}
    if not lists:
        return []
    needed = ["result", "result_date"] if lists - {CASE_LIST} else []
    if CASE_LIST in lists:
        needed += [try_column(part, 1) for part in ("date", "result")]
    lacking = [column for column in needed if column not in page.columns]
    return lacking if set(WHOM) & set(page.columns) else [WHOM[0], *lacking]


def _fits(page: Page, row: int, key: RowKey) -> bool:
    """Whether a row of a call list is still about the vehicle or lead of its key."""
    if not page.book.is_call(key):
        return True
    if key.list == CASE_LIST and key.place not in (page.book.cases or {}):
        return False
    return digest(page.text(row, "vin") or page.text(row, "lead_id")) == key.whom


def _misfit(page: Page, row: int, key: RowKey | None) -> RefusedRow:
    if key is None or (key.list == CASE_LIST and key.place not in (page.book.cases or {})):
        line = Message(
            "its row key is none of the plan's; copy it from the plan's workbook",
            "行标识不是计划里的；请从计划的工作簿里复制",
        )
        return RefusedRow(page.name, row, "row_id", "unreadable", line)
    line = Message(
        "the VIN or lead is not that of the row; undo the change", "车架号或线索与这一行不符；请撤销改动"
    )
    return RefusedRow(page.name, row, "vin", "unreadable", line)


def _take(page: Page, row: int, key: RowKey, said: Sequence[CallColumns], found: Answers) -> None:
    """Add the calls of one row, and say which of them have a result that nobody knows."""
    for call in said:
        written = page.text(row, call.result)
        result = known_result(written) if written else ""
        if result is None:
            line = Message(
                "'{answer}' is no result; choose one of {known}",
                "“{answer}”不是结果选项；请选 {known} 之一",
                answer="…" if PERSONAL.search(written) else written,
                known=joined(Message("/".join(each.values()), each["zh"]) for each in RESULT_WORDS.values()),
            )
            found.refused.append(RefusedRow(page.name, row, "result", "unknown_word", line, written))
            continue
        agreed = _day(page.cell(row, call.agreed)) if call.agreed else ""
        said_so = _contact(result, _day(page.cell(row, call.date)), agreed)
        cells = _whose(page, row, key, call.number) | said_so
        found.calls.append(AnsweredCall(page.name, page.header, row, cells))


def _whose(page: Page, row: int, key: RowKey, number: int) -> dict[str, str]:
    """Which contact an answer is, why it was made, with whom and by whom."""
    vin, lead = page.text(row, "vin"), page.text(row, "lead_id")
    case = (page.book.cases or {}).get(key.place, {}) if key.list == CASE_LIST else {}
    before = page.text(row, "tries")
    return {
        "contact_id": key.contact_of(number) if case else key.contact_id,
        "purpose": case.get("purpose", "") if case else page.book.purposes[key.list],
        "vin": vin,
        # A lead has no vehicle yet, and no other number than its own.
        "customer_id": "" if vin else lead,
        "agent": (case.get("owner", "") or page.name) if case else page.text(row, "owner"),
        "attempt": str(number + (int(before) if before.isdecimal() else 0)) if case else "",
    }


def _contact(result: str, day: str, agreed: str) -> dict[str, str]:
    """What an answer says as cells of the table of contacts."""
    effect = EFFECTS[result] if result else ""
    return {
        "contact_date": day,
        "reached": "" if not result else "no" if effect in ("not_reached", "wrong_number") else "yes",
        "phone_valid": "" if not result else "no" if effect == "wrong_number" else "yes",
        "result": result,
        "next_date": agreed,
    }


def _day(cell: Any) -> str:
    """A date with its time, if one was written; a text as it stands."""
    written = cell_text(cell)
    time = f"{cell:%H:%M:%S}" if hasattr(cell, "hour") else ""
    return written if time in ("", "00:00:00") else f"{written} {time}"
