"""Rows set aside: which cell is to blame, and what to do about it."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.ingest.cells import Parsed
from csanalysis.ingest.rows import Stack
from csanalysis.ingest.words import word_hint
from csanalysis.schema import Column, Kind, Table

REJECT_COLUMNS = ("table", "file", "sheet", "row", "column", "problem", "reason", "value")

_WRITE: dict[Kind, str] = {
    "date": "is no date that can be read; write it as 2025-03-31",
    "datetime": "is no date and time that can be read; write it as 2025-03-31 09:30",
    "month": "is no month that can be read; write it as 2025-03",
    "number": "is no number that can be read; write it in digits",
    "integer": "is no whole number; write it in digits",
    "fraction": "is no share between 0 and 1; write it as 0.85 or 85%",
    "boolean": "is neither yes nor no; write 是 or 否, or map the word under sources.{table}.words.{column}",
    "vin": "is no VIN that can be read; it has letters and digits only",
    "text": "is empty; fill it in the export",
}
_PERSONAL = re.compile(r"\d{9,}|[A-HJ-NPR-Z0-9]{17}", re.IGNORECASE)


def no_rejects() -> pd.DataFrame:
    """An empty frame of rejects."""
    return pd.DataFrame(
        {name: pd.Series([], dtype="int64" if name == "row" else "str") for name in REJECT_COLUMNS}
    )


def first_problems(table: Table, parsed: Mapping[str, Parsed], rows: int) -> pd.Series:
    """For each row ``"<column> <problem>"`` of the first cell that makes it unusable, else NaN.

    Problems are ``missing``, ``unreadable`` and ``unknown_word``.
    """
    problems = pd.Series([None] * rows, dtype="str")

    def note(where: np.ndarray, problem: str) -> None:
        problems[where & problems.isna().to_numpy()] = problem

    for name, column in parsed.items():
        schema = table.by_name[name]
        if schema.vocabulary:
            note(column.unreadable, f"{name} unknown_word")
        elif schema.required:
            note(column.unreadable, f"{name} unreadable")
        if schema.required:
            note(column.codes < 0, f"{name} missing")
    if table.any_of:
        nobody = np.ones(rows, dtype=bool)
        for name in table.any_of:
            if name in parsed:
                nobody &= parsed[name].values.isna().to_numpy()
        note(nobody, f"{'/'.join(table.any_of)} missing")
    return problems


def as_rejects(table: Table, stack: Stack, parsed: Mapping[str, Parsed], problems: pd.Series) -> pd.DataFrame:
    """One row for each row set aside, in the order of the files; see ``REJECT_COLUMNS``."""
    rows = np.flatnonzero(problems.notna())
    if not len(rows):
        return no_rejects()
    blamed = [str(problem).split(" ") for problem in problems.iloc[rows]]
    cells = [
        _cell(parsed[column], int(row)) if column in parsed else None
        for row, (column, _) in zip(rows, blamed, strict=True)
    ]
    places = [stack.places[number] for number in stack.sheet[rows]]
    return pd.DataFrame(
        {
            "table": table.name,
            "file": [file for file, _ in places],
            "sheet": [sheet for _, sheet in places],
            "row": stack.row[rows].astype("int64"),
            "column": [column for column, _ in blamed],
            "problem": [problem for _, problem in blamed],
            "reason": [
                _reason(table, column, problem, cell)
                for (column, problem), cell in zip(blamed, cells, strict=True)
            ],
            "value": [
                cell if problem != "missing" and _may_show(table.by_name.get(column), cell) else None
                for (column, problem), cell in zip(blamed, cells, strict=True)
            ],
        }
    ).astype({name: "str" for name in REJECT_COLUMNS if name != "row"})


def _cell(column: Parsed, row: int) -> str | None:
    code = column.codes[row]
    return None if code < 0 else str(column.words.iloc[code])


def _reason(table: Table, column: str, problem: str, cell: str | None) -> str:
    if problem == "missing":
        both = column.split("/")
        return f"{' and '.join(both)} {'are' if len(both) > 1 else 'is'} empty; fill it in the export"
    schema = table.by_name[column]
    if problem == "unknown_word":
        return word_hint(table.name, schema, cell if cell and _may_show(schema, cell) else "…")
    return f"{column} {_WRITE[schema.kind].format(table=table.name, column=column)}"


def _may_show(column: Column | None, cell: str | None) -> bool:
    """Dates, numbers and words of vocabularies may leave the file; names, phones, ids and VINs may not.

    A shifted row may hold a phone where a date should stand, so long runs of digits stay back as well.
    """
    if column is None or cell is None or _PERSONAL.search(cell):
        return False
    return bool(column.vocabulary) or (column.kind not in ("text", "vin") and column.name != "birthday")
