"""One export of a dealership: its file, headers and forms, and what was planted in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

import pandas as pd

from csanalysis.demo.forms import Cell, iso, plain, written
from csanalysis.demo.plan import AS_OF, FIRST_YEAR, LAST_YEAR
from csanalysis.schema import TABLES

Row = list[object]


def columns(text: str) -> dict[str, str]:
    """``'vin 车架号 | price Sale price | trim'``: our column, then the store's header, perhaps empty."""
    pairs = (part.strip().partition(" ") for part in text.split("|"))
    return {ours: theirs.strip() for ours, _, theirs in pairs}


@dataclass(frozen=True)
class Fault:
    """Cells of ``count`` rows overwritten; the row is rejected for it unless the column is optional."""

    columns: str | tuple[str, ...]
    cell: str
    count: int
    why: str
    rejects: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, one or several."""
        return (self.columns,) if isinstance(self.columns, str) else self.columns


@dataclass(frozen=True)
class Export:
    """How one table is written.

    ``file`` or ``sheet`` may hold ``{year}``: then there is one for each year, and the last rows of a
    year stand also in the next. ``headers`` gives this store's header for each of our columns; an empty
    header is a cell that the one before it was merged over. ``odd_forms`` hold in odd years.
    """

    table: str
    file: str
    headers: Mapping[str, str]
    forms: Mapping[str, Cell] = field(default_factory=dict)
    odd_forms: Mapping[str, Cell] = field(default_factory=dict)
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    sheet: str = ""
    title: str = ""
    total: str = ""
    remarks: tuple[str, str] = ("", "")
    junk: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    repeats: int = 0

    @property
    def yearly(self) -> bool:
        """Whether each year has a file or sheet of its own."""
        return "{year}" in self.file or "{year}" in self.sheet

    @property
    def header_row(self) -> list[str]:
        """Every header cell, in the order of the file."""
        return [*self.headers.values(), *self.junk]


@dataclass(frozen=True)
class Counts:
    """What reading an export must find."""

    read: int
    rejected: int
    repeated: int
    after_as_of: int
    kept: int
    unreadable_cells: int
    rejected_because: str
    years: str


def rows_by_year(export: Export, truth: pd.DataFrame, random: Random) -> tuple[dict[int, list[Row]], Counts]:
    """The rows of an export with everything planted; under one year where there is no file a year."""
    rows, years = _written_rows(export, truth, random)
    early = _up_to_as_of(export, truth)
    wanted = sum(fault.count for fault in export.faults) + export.repeats
    chosen = random.sample([place for place, is_early in enumerate(early) if is_early], wanted)
    place_of = {column: place for place, column in enumerate(export.headers)}
    for fault in export.faults:
        for _ in range(fault.count):
            row = rows[chosen.pop()]
            for name in fault.names:
                row[place_of[name]] = fault.cell
    repeated = set(chosen)

    files: dict[int, list[Row]] = {year: [] for year in sorted(set(years))}
    again = _carried_over(export, years, early, repeated)
    for place, (row, year) in enumerate(zip(rows, years, strict=True)):
        files[year].append(row)
        if place in repeated:
            files[year].append(list(row))
    for place in again:
        files[years[place] + 1].insert(0, list(rows[place]))

    rejected = sum(fault.count for fault in export.faults if fault.rejects)
    after, copies = early.count(False), export.repeats + len(again)
    read = len(rows) + copies
    return files, Counts(
        read=read,
        rejected=rejected,
        repeated=copies,
        after_as_of=after,
        kept=read - rejected - copies - after,
        unreadable_cells=sum(fault.count for fault in export.faults if not fault.rejects),
        rejected_because=", ".join(f"{fault.count} {fault.why}" for fault in export.faults if fault.rejects),
        years=f"{min(files)}…{max(files)}",
    )


def _written_rows(export: Export, truth: pd.DataFrame, random: Random) -> tuple[list[Row], list[int]]:
    years = [LAST_YEAR] * len(truth)
    dated_by = TABLES[export.table].dated_by
    if export.yearly and dated_by:
        years = truth[dated_by].dt.year.clip(FIRST_YEAR, LAST_YEAR).tolist()
    odd = [year % 2 == 1 for year in years]
    cells_of: list[Row] = []
    for name in export.headers:
        default = iso if pd.api.types.is_datetime64_any_dtype(truth[name]) else plain
        cells = written(truth[name], export.forms.get(name, default), random)
        if name in export.odd_forms:
            others = written(truth[name], export.odd_forms[name], random)
            cells = [b if is_odd else a for a, b, is_odd in zip(cells, others, odd, strict=True)]
        cells_of.append(cells)
    cells_of += [[""] * len(truth) for _ in export.junk]
    return [list(row) for row in zip(*cells_of, strict=True)], years


def _up_to_as_of(export: Export, truth: pd.DataFrame) -> list[bool]:
    dated_by = TABLES[export.table].dated_by
    if dated_by is None:
        return [True] * len(truth)
    return (truth[dated_by] < pd.Timestamp((AS_OF + 1) * 86400, unit="s")).tolist()


def _carried_over(export: Export, years: list[int], early: list[bool], taken: set[int]) -> list[int]:
    """The places of each year's last two rows that the next year's file repeats."""
    if not export.yearly:
        return []
    places: list[int] = []
    for year in range(FIRST_YEAR, LAST_YEAR):
        of_year = [
            place for place, y in enumerate(years) if y == year and early[place] and place not in taken
        ]
        places += of_year[-2:]
    return places
