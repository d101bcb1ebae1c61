"""One table's stacked cells to typed rows: repeats dropped, unusable rows set aside, keys checked."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.ingest.cells import Parsed, comparison_codes, parse
from csanalysis.ingest.rejects import first_problems, reject_rows
from csanalysis.ingest.rows import UNMAPPED, StackedRows
from csanalysis.messages import Message, joined
from csanalysis.schema import Column, Table
from csanalysis.schema.frames import dtype_of

_SHOWN_CONFLICTS = 5


@dataclass(frozen=True)
class CleanRows:
    """A table before the cut by ``as_of``.

    ``frame`` has every column of the schema; ``rejects`` one row for each row set aside; ``conflicts`` one
    line for each key under which different rows stand.
    """

    frame: pd.DataFrame
    rejects: pd.DataFrame
    read: int
    repeated: int
    unreadable: dict[str, int]
    conflicts: tuple[Message, ...]


def clean_rows(stack: StackedRows, table: Table, words: Mapping[str, Mapping[str, str]]) -> CleanRows:
    """Typed rows of one table.

    Parameters
    ----------
    stack : Stack
        The rows of data of all its sheets.
    table : Table
        What it should hold.
    words : mapping
        The params' words by column.

    Notes
    -----
    In this order: repeats (equal in every column of the files, the first stays), then rows whose required
    cell is empty or unreadable, whose word of a closed vocabulary nobody mapped, or that identify nobody.
    """
    parsed = {
        name: parse(stack.cells[name], table.by_name[name], words.get(name, {}))
        for name in table.by_name
        if name in stack.cells
    }
    repeated = _repeats(stack, parsed)
    problems = first_problems(table, parsed, len(stack.cells))
    rejected = problems.notna().to_numpy() & ~repeated
    kept = ~repeated & ~rejected
    frame = pd.DataFrame(
        {column.name: _column(column, parsed.get(column.name), kept) for column in table.columns}
    )
    unreadable = {
        name: int((column.unreadable & kept).sum())
        for name, column in parsed.items()
        if (column.unreadable & kept).any()
    }
    return CleanRows(
        frame,
        reject_rows(table, stack, parsed, problems.where(rejected)),
        read=len(stack.cells),
        repeated=int(repeated.sum()),
        unreadable=unreadable,
        conflicts=_conflicts(frame, table, stack, np.flatnonzero(kept)),
    )


def _repeats(stack: StackedRows, parsed: Mapping[str, Parsed]) -> npt.NDArray[np.bool_]:
    """Rows that an earlier row equals in every column, in whatever notation."""
    same = pd.DataFrame(
        {
            name: parsed[name].comparable
            if name in parsed
            else comparison_codes(stack.cells[name], name.removeprefix(UNMAPPED))
            for name in map(str, stack.cells)
        }
    )
    return same.duplicated().to_numpy()


def _column(column: Column, parsed: Parsed | None, kept: npt.NDArray[np.bool_]) -> pd.Series:
    if parsed is None:
        values = pd.Series([None] * int(kept.sum()), dtype=dtype_of(column))
    else:
        values = parsed.values[kept].reset_index(drop=True)
    return values if column.default is None else values.fillna(column.default)


def _conflicts(
    frame: pd.DataFrame, table: Table, stack: StackedRows, origin: npt.NDArray[np.intp]
) -> tuple[Message, ...]:
    """One line for each key that different rows share. A row with an empty part of its key has none."""
    key = list(table.key)
    if not key:
        return ()
    whole = frame[key].dropna()
    clashing = whole[whole.duplicated(keep=False)]
    groups = clashing.groupby(key, sort=False).indices
    lines = []
    for values, places in list(groups.items())[:_SHOWN_CONFLICTS]:
        rows = clashing.index[places]
        clash = frame.loc[rows]
        differing = [name for name in map(str, frame) if clash[name].nunique(dropna=False) > 1]
        named = joined(
            f"{name} {_key_value(table.by_name[name], value)}"
            for name, value in zip(key, values if isinstance(values, tuple) else (values,), strict=True)
        )
        other = Message(
            "columns or times that are not read, or an empty cell", "没有读取的列、时刻，或一个空单元格"
        )
        lines.append(
            Message(
                "{named} stands in different rows ({where}), which differ in {differing}; keep one of them",
                "{named} 有几行内容不同（{where}），差别在{differing}；请只留一行",
                named=named,
                where=joined(row_location(stack, int(origin[row])) for row in rows[:4]),
                differing=joined(differing) if differing else other,
            )
        )
    if (more := len(groups) - _SHOWN_CONFLICTS) > 0:
        line = "… and {more} more keys stand in different rows", "……另有 {more} 个编号也是如此"
        lines.append(Message(*line, more=more))
    return tuple(lines)


def row_location(stack: StackedRows, row: int) -> Message:
    """File, sheet and row of one row."""
    file, sheet = stack.places[stack.sheet[row]]
    return Message(
        "{place} row {row}",
        "{place} 第 {row} 行",
        place=f"{file} {sheet}" if sheet else file,
        row=stack.row[row],
    )


def _key_value(column: Column, value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m" if column.kind == "month" else "%Y-%m-%d")
    # A report of problems travels further than the data: no full VIN in it.
    return f"…{str(value)[-6:]}" if column.kind == "vin" else str(value)
