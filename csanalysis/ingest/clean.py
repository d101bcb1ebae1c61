"""One table's stacked cells to typed rows: repeats dropped, unusable rows set aside, keys checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.ingest.cells import Notation, Parsed, comparison_codes, parse
from csanalysis.ingest.coded import Codes, is_coded
from csanalysis.ingest.conflicts import Remedy, clashing_rows, conflicts, needed
from csanalysis.ingest.header import column_under
from csanalysis.ingest.lone import lone_early
from csanalysis.ingest.orders import Gathered, latest_files, latest_rows, summed_lines, with_year
from csanalysis.ingest.rejects import Problems, first_problems, no_rejects, reject_rows
from csanalysis.ingest.rows import PLAIN, UNMAPPED, StackedRows
from csanalysis.messages import Message
from csanalysis.params import Source
from csanalysis.schema import Column, Table, folded_header
from csanalysis.schema.frames import dtype_of

HEEDED = frozenset({"do_not_call"})
"""Optional columns of which every cell that cannot be read is told with its row."""

Alike = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]
"""Rows that others equal, in order, and a number for each, the same for equal ones."""


@dataclass(frozen=True)
class CleanRows:
    """A table before the cut by ``as_of``.

    ``frame`` has every column of the schema; ``rejects`` one row for each row set aside; ``conflicts`` one
    line for each key under which different rows stand, ``remedy`` what the source might say; ``remarks`` has
    one row for each row that is kept without a cell that must not be lost unseen (:data:`HEEDED`).
    """

    frame: pd.DataFrame
    rejects: pd.DataFrame
    read: int
    repeated: int
    unreadable: dict[str, int]
    conflicts: tuple[Message, ...]
    remedy: Remedy | None = None
    notes: dict[str, int] = field(default_factory=dict)
    remarks: pd.DataFrame = field(default_factory=no_rejects)


def clean_rows(
    stack: StackedRows, table: Table, words: Mapping[str, Mapping[str, str]], source: Source = PLAIN
) -> CleanRows:
    """Typed rows of one table.

    Parameters
    ----------
    stack : Stack
        The rows of data of all its sheets.
    table : Table
        What it should hold.
    words : mapping
        The params' words by column.
    source : Source
        What else the params say of its rows.

    Notes
    -----
    In this order: repeats (equal in every column of the files, the first stays), then rows that their file
    breaks off, whose required cell is empty or unreadable, whose word of a closed vocabulary nobody mapped,
    that identify nobody, or that stand alone long before the others; then rows that the source's ``repeats``
    and ``lines`` put into one. With ``lines: sum`` equal lines of one file are lines, not repeats.
    """
    notation = Notation(
        source.date_order or "", source.timezone or "", source.decimal or "", source.currency or ""
    )
    parsed = {
        name: parse(stack.cells[name], table.by_name[name], words.get(name, {}), notation)
        for name in table.by_name
        if name in stack.cells
    }
    repeated = _repeats(stack, parsed, within_file=source.lines is None)
    problems = first_problems(table, parsed, len(stack.cells))
    problems.note(stack.cut_short, "row cut_short", first=False)
    if source.lone_rows == "set_aside" and table.dated_by in parsed:
        early = lone_early(parsed[table.dated_by].values.mask(problems.found | repeated))
        problems.note(early, f"{table.dated_by} lone", first=False)
    rejected = problems.found & ~repeated
    kept = ~repeated & ~rejected
    frame = pd.DataFrame(
        {column.name: _column(column, parsed.get(column.name), kept) for column in table.columns}
    )
    unreadable = {
        name: int((column.unreadable & kept).sum())
        for name, column in parsed.items()
        if (column.unreadable & kept).any()
    }
    remarks = Problems(len(kept))
    for name in sorted(HEEDED & parsed.keys()):
        remarks.note(parsed[name].unreadable, f"{name} unreadable")
    gathered, notes = _gathered(frame, table, stack, np.flatnonzero(kept), source)
    clashing = _clashing(gathered, frame, table, parsed, kept)
    return CleanRows(
        gathered.frame,
        reject_rows(table, stack, parsed, problems, rejected),
        read=len(stack.cells),
        repeated=int(repeated.sum()) + gathered.gone,
        unreadable=unreadable,
        conflicts=conflicts(clashing, gathered.frame, table, stack, gathered.origin),
        remedy=needed(clashing, gathered.frame, table, stack, gathered.origin),
        notes=notes,
        remarks=reject_rows(table, stack, parsed, remarks, kept),
    )


def _clashing(
    gathered: Gathered,
    frame: pd.DataFrame,
    table: Table,
    parsed: Mapping[str, Parsed],
    kept: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    """The keys of rows that are not alone under theirs; those of whole columns are compared as numbers."""
    if table.key and gathered.frame is frame and parsed.keys() >= set(table.key):
        numbers = [parsed[name].numbers for name in table.key]
        if not len(alike([codes if kept.all() else codes[kept] for codes in numbers])[0]):
            return gathered.frame.loc[[], list(table.key)]
    return clashing_rows(gathered.frame, table)


def _gathered(
    frame: pd.DataFrame, table: Table, stack: StackedRows, origin: npt.NDArray[np.intp], source: Source
) -> tuple[Gathered, dict[str, int]]:
    """One row a key, as far as the source says which of several is meant, and how many that took away."""
    if source.key_by_year:
        frame = with_year(frame, table)
    found = Gathered(frame, origin, 0)
    notes: dict[str, int] = {}
    if source.repeats == "last_file":
        found = latest_files(found.frame, table, found.origin, _file_of(stack)[found.origin])
        notes["replaced_rows"] = found.gone
    if source.latest_by:
        newest = _moments_of(source.latest_by, stack, table, source)
        found = latest_rows(found.frame, table, found.origin, newest[found.origin])
        notes["replaced_rows"] = notes.get("replaced_rows", 0) + found.gone
    if source.lines == "sum":
        summed = summed_lines(found.frame, table, found.origin)
        notes["lines_summed"] = summed.gone
        found = Gathered(summed.frame, summed.origin, found.gone + summed.gone)
    return found, {kind: count for kind, count in notes.items() if count}


def _moments_of(name: str, stack: StackedRows, table: Table, source: Source) -> npt.NDArray[np.float64]:
    """What a column says of when each row was written: seconds, or numbers as they stand; NaN for none."""
    key = name if name in stack.cells else _column_of(name, stack, table, source)
    cells = stack.cells[key]
    days = parse(cells, Column(key, key, "datetime"), {}, Notation(source.date_order or "")).values
    if days.notna().any():
        seconds = days.to_numpy().astype("datetime64[s]")
        return np.where(days.isna(), np.nan, seconds.astype("int64").astype("float64"))
    return parse(cells, Column(key, key, "number"), {}).values.to_numpy(dtype="float64")


def _column_of(name: str, stack: StackedRows, table: Table, source: Source) -> str:
    """Where the cells under a header stand among the stacked ones."""
    folded = folded_header(name)
    own = (key for key in map(str, stack.cells) if key.startswith(UNMAPPED))
    known = column_under(name, table, source.columns)
    return next((key for key in own if folded_header(key.lstrip(UNMAPPED)) == folded), None) or str(known)


def _file_of(stack: StackedRows) -> npt.NDArray[np.intp]:
    """The number of each row's file; several sheets may be of one."""
    files = list(dict.fromkeys(file for file, _ in stack.places))
    return np.array([files.index(file) for file, _ in stack.places], dtype=np.intp)[stack.sheet]


def _repeats(stack: StackedRows, parsed: Mapping[str, Parsed], *, within_file: bool) -> npt.NDArray[np.bool_]:
    """Rows that an earlier row equals in every column, in whatever notation.

    Unless ``within_file``, the second of two equal rows of one file is equal only to another file's second.
    """
    repeated = np.zeros(len(stack.cells), dtype=bool)
    rows, number = _told_alike(stack, alike([column.comparable for column in parsed.values()]), parsed)
    equal = pd.DataFrame({"row": number})
    if not within_file:
        equal["file"] = _file_of(stack)[rows]
        equal["nth"] = equal.groupby(["row", "file"]).cumcount()
        equal = equal[["row", "nth"]]
    repeated[rows] = equal.duplicated().to_numpy()
    return repeated


def _told_alike(stack: StackedRows, found: Alike, parsed: Mapping[str, Parsed]) -> Alike:
    """Of rows that others equal in the columns that are known, those that they equal in all others too.

    Only what such rows write in two ways is looked at for what it means: of thousands of columns hardly one.
    """
    rows, number = found
    others = [(str(name), column) for name, column in stack.cells.items() if name not in parsed]
    for name, column in others:
        if not len(rows):
            break
        if len(_numbered(number, _as_written(column)[rows])[1]) > len(np.unique(number)):
            meant = comparison_codes(column, name.removeprefix(UNMAPPED))
            rows, number = _several(rows, _numbered(number, meant[rows])[0])
    return rows, number


def _as_written(cells: pd.Series) -> Codes:
    return cells.cat.codes.to_numpy() if is_coded(cells) else pd.factorize(cells)[0]


def _numbered(number: npt.NDArray[np.intp], codes: Codes) -> tuple[npt.NDArray[np.intp], npt.NDArray[Any]]:
    """A number for each pair of a number and a code, and the pairs that there are."""
    return pd.factorize(number * (int(codes.max(initial=-1)) + 2) + codes + 1)


def _several(rows: npt.NDArray[np.intp], number: npt.NDArray[np.intp]) -> Alike:
    """The rows whose number another has too."""
    several = np.bincount(number)[number] > 1
    return rows[several], number[several]


def alike(columns: Sequence[Codes]) -> Alike:
    """The rows that others equal in every column.

    The column with the most different values goes first: rows that nothing equals there need no other.
    """
    rows = np.arange(len(columns[0]) if columns else 0)
    number = np.zeros(len(rows), dtype=np.intp)
    for codes in sorted(columns, key=lambda codes: -int(codes.max(initial=-1))):
        most = int(codes.max(initial=-1)) + 1
        if most == len(codes) and not (codes < 0).any():
            return rows[:0], number[:0]  # no value stands twice
        rows, number = _several(rows, _numbered(number, codes[rows])[0])
    return rows, number


def _column(column: Column, parsed: Parsed | None, kept: npt.NDArray[np.bool_]) -> pd.Series:
    if parsed is None:
        nothing = pd.array([None], dtype=dtype_of(column))  # type: ignore[call-overload]  # a name
        values = pd.Series(nothing.take(np.zeros(int(kept.sum()), dtype=np.intp)))
    else:
        values = parsed.values if kept.all() else parsed.values[kept].reset_index(drop=True)
    return values if column.default is None else values.fillna(column.default)
