"""Two different rows under one key: which, where they differ, and how a source can say what is meant."""

import re
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.ingest.rows import StackedRows
from csanalysis.messages import Message, joined
from csanalysis.schema import Column, Table

_SHOWN_CONFLICTS = 5
_MOST = 0.5
_PHONE_OR_ID = re.compile(r"(?<!\d)1[3-9]\d-?\d{4}-?\d{4}(?!\d)|\d{17}[\dXx]")


def clashing_rows(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The keys of rows that are not alone under theirs. A row with an empty part of its key has none."""
    key = list(table.key)
    if not key:
        return frame[key].iloc[:0]
    several = frame[key[0]].duplicated(keep=False) & frame[key[0]].notna()  # most keys are one column
    whole = frame.loc[several, key].dropna()
    return whole[whole.duplicated(keep=False)]


def conflicts(
    clashing: pd.DataFrame,
    frame: pd.DataFrame,
    table: Table,
    stack: StackedRows,
    origin: npt.NDArray[np.intp],
) -> tuple[Message, ...]:
    """One line for each key that different rows share; ``clashing`` as :func:`clashing_rows` gives them."""
    key = list(table.key)
    if clashing.empty:
        return ()
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
    if lines and (kind := remedy(clashing.index, frame, table, stack, origin)):
        hint = Message(*_REMEDIES[kind], key=f"sources.{table.name}")
        lines[0] = Message("{line}; {hint}", "{line}；{hint}", line=lines[0], hint=hint)
    return tuple(lines)


Remedy = Literal["key_by_year", "last_file", "lines"]
_REMEDIES: dict[Remedy, tuple[str, str]] = {
    "key_by_year": (
        "if the numbers begin anew each year, say 'key_by_year: true' under {key}",
        "如果编号每年从头开始，请在 {key} 下写“key_by_year: true”",
    ),
    "last_file": (
        "if a later file holds the later state, say 'repeats: last_file' under {key}",
        "如果后一个文件里是更新后的内容，请在 {key} 下写“repeats: last_file”",
    ),
    "lines": (
        "if one order has several rows, say 'lines: sum' under {key}: their amounts are added up",
        "如果一单有多行明细，请在 {key} 下写“lines: sum”：金额会合计",
    ),
}


def remedy(
    rows: pd.Index, frame: pd.DataFrame, table: Table, stack: StackedRows, origin: npt.NDArray[np.intp]
) -> Remedy | None:
    """What the source may say where most of the rows under one key differ in the same way."""
    clash = frame.loc[rows]

    def differ(values: pd.Series) -> float:
        return float((values.groupby([clash[name] for name in table.key]).nunique() > 1).mean())

    files = pd.Series([stack.places[stack.sheet[origin[row]]][0] for row in rows], index=rows)
    if table.dated_by and "ro_number" in table.key and differ(clash[table.dated_by].dt.year) > _MOST:
        return "key_by_year"
    if differ(files) > _MOST:
        return "last_file"
    if any(column.is_amount for column in table.columns) and "vin" in clash and not differ(clash["vin"]):
        return "lines"
    return None


def needed(
    clashing: pd.DataFrame,
    frame: pd.DataFrame,
    table: Table,
    stack: StackedRows,
    origin: npt.NDArray[np.intp],
) -> Remedy | None:
    """The remedy where different rows stand under one key; None where none do, or none helps."""
    return remedy(clashing.index, frame, table, stack, origin) if len(clashing) else None


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
    # A report of problems travels further than the data: no full VIN in it, no phone that serves as an id.
    if column.kind == "vin":
        return f"…{str(value)[-6:]}"
    return f"…{str(value)[-4:]}" if _PHONE_OR_ID.search(str(value)) else str(value)
