"""Read a calendar file: one event a row, every problem named with its row and its cure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from csanalysis.ingest.dates import dates
from csanalysis.ingest.files import Sheet, UnreadableFileError, read_sheets
from csanalysis.ingest.header import Header, find_header
from csanalysis.ingest.numbers import numbers
from csanalysis.ingest.rows import stacked
from csanalysis.ingest.sources import Export, exports
from csanalysis.ingest.words import trimmed
from csanalysis.params.calendar import CalendarEvent, event_problems
from csanalysis.params.reading import described
from csanalysis.schema.calendar import CALENDAR, CALENDAR_HEADS

_MONTHS = re.compile(r"(\d{1,2})\s*月?(?:\s*[-–—~～至到]\s*(\d{1,2})\s*月?)?")
_MONTH_AND_DAY = re.compile(r"(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*[日号]?")


class _CellError(Exception):
    """A cell that cannot be read; the text says what is wrong."""


def read_calendar(
    path: str, folder: Path, year: int
) -> tuple[list[CalendarEvent], list[dict[str, Any]], list[str]]:
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
    files, problems = exports([path], folder)
    events: list[CalendarEvent] = []
    inputs = []
    for file in files:
        found, wrong = _events(file, year)
        events += found
        problems += wrong
        size = {"bytes": len(file.data), "sha256": file.sha256, "rows": len(found)}
        inputs.append({"table": CALENDAR.name, "file": file.place, **size})
    return events, inputs, problems


def _events(file: Export, year: int) -> tuple[list[CalendarEvent], list[str]]:
    try:
        sheets = read_sheets(file.name, file.data)
    except UnreadableFileError as error:
        return [], [f"{file.name}: {error}"]
    cleaned = [replace(sheet, cells=trimmed(sheet.cells)) for sheet in sheets]
    found = [(file.name, sheet, header) for sheet in cleaned if (header := _header(sheet)) is not None]
    if not found:
        wanted = ", ".join(f"{column.zh} ({column.name})" for column in CALENDAR.columns[:4])
        return [], [
            f"{file.name}: has no header that names {wanted}; 'csanalysis init' writes a calendar to copy"
        ]
    stack = stacked(found, CALENDAR, {})
    events: list[CalendarEvent] = []
    rows: list[str] = []
    problems = []
    for place, cells in enumerate(stack.cells.to_dict("records")):
        sheet = stack.places[stack.sheet[place]][1]
        where = f"{file.name}{f' {sheet}' if sheet else ''} row {stack.row[place]}"
        try:
            events.append(CalendarEvent.model_validate(_values(cells, year)))
            rows.append(where)
        except _CellError as error:
            problems.append(f"{where}: {error}")
        except ValidationError as error:
            told = (described(detail) for detail in error.errors())
            problems += [f"{where}: {'.'.join(map(str, loc)) or 'the event'} {what}" for loc, what in told]
    problems += [f"{rows[at]}: {field} {what}" for (at, field), what in event_problems(events, year)]
    return events, problems


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
            values |= _months(cell)
        elif column.kind == "date":
            values[column.name] = _date(column.name, cell, year)
        elif column.kind == "text":
            values[column.name] = cell
        else:
            values[column.name] = _number(column.name, cell, whole=column.kind == "integer")
    return values


def _months(cell: str) -> dict[str, int]:
    """``3``, ``3月`` and ``3-6月``."""
    match = _MONTHS.fullmatch(cell)
    if match is None:
        raise _CellError(f"month {cell!r} is no month; write 3, or 3-6 for March to June")
    return {
        name: int(month) for name, month in zip(("month", "end_month"), match.groups(), strict=True) if month
    }


def _date(name: str, cell: str, year: int) -> Any:
    """A date; one without a year, such as ``5月9日``, is meant in the plan year."""
    match = _MONTH_AND_DAY.fullmatch(cell)
    whole = f"{year}-{match[1]}-{match[2]}" if match else cell
    found = dates(pd.Series([whole], dtype="str"))[0]
    if np.isnat(found):
        raise _CellError(f"{name} {cell!r} is no date; write it as {year}-05-09")
    return pd.Timestamp(found).date()


def _number(name: str, cell: str, *, whole: bool) -> float | int:
    number = float(numbers(pd.Series([cell], dtype="str"))[0])
    if np.isnan(number) or (whole and not number.is_integer()):
        raise _CellError(f"{name} {cell!r} is no {'whole ' * whole}number; write it in digits")
    return int(number) if whole else number
