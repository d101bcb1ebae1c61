"""Read a calendar file: one event a row, every problem named with its row and its cure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from csanalysis.ingest.coded import plain_cells
from csanalysis.ingest.conflicts import row_location
from csanalysis.ingest.dates import parse_dates, parse_months
from csanalysis.ingest.files import read_sheets
from csanalysis.ingest.header import Header, find_header
from csanalysis.ingest.numbers import parse_numbers
from csanalysis.ingest.rows import stack_sheets
from csanalysis.ingest.sheets import Sheet, UnreadableFileError
from csanalysis.ingest.sources import Export, read_export_files
from csanalysis.ingest.words import trim_cells
from csanalysis.messages import Message, MessageError, joined, placed
from csanalysis.params.calendar import CalendarEvent, event_problems
from csanalysis.params.described import described
from csanalysis.schema.calendar_table import CALENDAR, CALENDAR_HEADS
from csanalysis.schema.festivals import is_festival

_MONTHS = re.compile(r"(\d{1,2})\s*月?(?:\s*[-–—~～至到]\s*(\d{1,2})\s*月?)?")
_MONTH_AND_DAY = re.compile(r"(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*[日号]?")


class _CellError(MessageError):
    """A cell that cannot be read; ``message`` says what is wrong."""


def read_calendar(
    path: str, folder: Path, year: int
) -> tuple[list[CalendarEvent], list[dict[str, Any]], list[Message]]:
    """The events of a calendar file.

    Parameters
    ----------
    path : str
        The file, from ``folder``, or its address.
    folder : Path
        Where the params file stands.
    year : int
        The plan year, in which every event must lie.

    Returns
    -------
    tuple
        The events, one ``{table, file, bytes, sha256, rows}`` for the file, and one line for each problem.
    """
    files, problems = read_export_files([path], folder)
    events: list[CalendarEvent] = []
    inputs = []
    for file in files:
        found, wrong = _events(file, year)
        events += found
        problems += wrong
        size = {"bytes": len(file.data), "sha256": file.sha256, "rows": len(found)}
        inputs.append({"table": CALENDAR.name, "file": file.place, **size})
    return events, inputs, problems


def _events(file: Export, year: int) -> tuple[list[CalendarEvent], list[Message]]:
    try:
        sheets = read_sheets(file.name, file.data)
    except UnreadableFileError as error:
        return [], [placed(file.name, error.message)]
    cleaned = [replace(sheet, cells=trim_cells(plain_cells(sheet.cells))) for sheet in sheets]
    found = [(file.name, sheet, header) for sheet in cleaned if (header := _header(sheet)) is not None]
    if not found:
        line = Message(
            "has no header that names {wanted}; 'csanalysis init' writes a calendar to copy",
            "没有写着 {wanted} 的表头；“csanalysis init”会生成一份可以照抄的日历",
            wanted=joined(f"{column.zh} ({column.name})" for column in CALENDAR.columns[:4]),
        )
        return [], [placed(file.name, line)]
    stack = stack_sheets(found, CALENDAR, {})
    events: list[CalendarEvent] = []
    rows: list[Message] = []
    problems: list[Message] = []
    for place, cells in enumerate(stack.cells.to_dict("records")):
        where = row_location(stack, place)
        try:
            events.append(CalendarEvent.model_validate(_values(cells, year)))
            rows.append(where)
        except _CellError as error:
            problems.append(placed(where, error.message))
        except ValidationError as error:
            told = (described(detail) for detail in error.errors())
            whole = Message("the event", "这项活动")
            problems += [placed(where, _of(".".join(map(str, loc)) or whole, what)) for loc, what in told]
    problems += [placed(rows[at], _of(field, what)) for (at, field), what in event_problems(events, year)]
    return events, problems


def _of(field: str, what: str) -> Message:
    return Message("{field} {what}", "{field} {what}", field=field, what=what)


def _header(sheet: Sheet) -> Header | None:
    header = find_header(sheet, CALENDAR, CALENDAR_HEADS)
    return header if header is not None and "event" in header.columns else None


def _values(cells: Mapping[Any, Any], year: int) -> dict[str, Any]:
    """The fields of one row; empty cells are left out."""
    values: dict[str, Any] = {}
    for column in CALENDAR.columns:
        cell = cells.get(column.name)
        if not isinstance(cell, str):
            continue
        if column.name == "month":
            values |= _months(cell, year)
        elif column.name == "date" and is_festival(cell):
            values["festival"] = cell
        elif column.kind == "date":
            values[column.name] = _date(column.name, cell, year)
        elif column.kind == "text":
            values[column.name] = cell
        else:
            values[column.name] = _number(column.name, cell, whole=column.kind == "integer")
    return values


def _months(cell: str, year: int) -> dict[str, int]:
    """``3``, ``3月``, ``3-6月``, and ``2026年3月`` where that is in the plan year."""
    match = _MONTHS.fullmatch(cell)
    if match is None and not np.isnat(whole := parse_months(pd.Series([cell], dtype="str"))[0]):
        if pd.Timestamp(whole).year != year:
            raise _CellError(
                "month '{cell}' lies outside plan_year {year}; move it into the year",
                "month “{cell}”不在规划年度 {year} 内；请移到当年",
                cell=cell,
                year=year,
            )
        return {"month": pd.Timestamp(whole).month}
    if match is None:
        raise _CellError(
            "month '{cell}' is no month; write 3, or 3-6 for March to June",
            "month “{cell}”不是月份；请写 3，三月至六月写 3-6",
            cell=cell,
        )
    return {
        name: int(month) for name, month in zip(("month", "end_month"), match.groups(), strict=True) if month
    }


def _date(name: str, cell: str, year: int) -> Any:
    """A date; one without a year, such as ``5月9日``, is meant in the plan year."""
    match = _MONTH_AND_DAY.fullmatch(cell)
    whole = f"{year}-{match[1]}-{match[2]}" if match else cell
    found = parse_dates(pd.Series([whole], dtype="str"))[0]
    if np.isnat(found):
        raise _CellError(
            "{name} '{cell}' is no date; write it as {year}-05-09",
            "{name} “{cell}”不是日期；请写成 {year}-05-09",
            name=name,
            cell=cell,
            year=year,
        )
    return pd.Timestamp(found).date()


def _number(name: str, cell: str, *, whole: bool) -> float | int:
    number = float(parse_numbers(pd.Series([cell], dtype="str"))[0])
    if np.isnan(number) or (whole and not number.is_integer()):
        raise _CellError(
            "{name} '{cell}' is no {kind}; write it in digits",
            "{name} “{cell}”不是{kind}；请用数字填写",
            name=name,
            cell=cell,
            kind=Message("whole number", "整数") if whole else Message("number", "数字"),
        )
    return int(number) if whole else number
