"""One export of a dealership: its file, headers and forms, and what was planted in it."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from random import Random

import numpy as np
import pandas as pd

from csanalysis.demo.forms import Cell, iso, plain, write_cells
from csanalysis.demo.plan import AS_OF, EXPORT_LAG, FIRST_DAY, FIRST_YEAR, LAST_YEAR, day_number
from csanalysis.schema import TABLES

Row = list[object]


def parse_columns(text: str) -> dict[str, str]:
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
    header is a cell that the one before it was merged over. ``odd_forms`` hold in odd years. Columns set
    ``apart`` leave the random numbers of the others as they are.
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
    apart: tuple[str, ...] = ()
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


def rows_by_year(
    export: Export, truth: pd.DataFrame, known: pd.DataFrame, random: Random, *, until: int
) -> tuple[dict[int, list[Row]], Counts]:
    """The rows of an export with everything planted; under one year where there is no file a year.

    ``truth`` is the whole simulated table, of which ``known`` holds what the export shows. Every form is
    drawn and every fault planted in ``truth``, so that an export of a later day repeats these rows.
    """
    rows = _written_rows(export, truth, random)
    _write_as_known(export, rows, truth, known)
    days = _days(export, truth)
    choosable = [place for place, day in enumerate(days) if day <= AS_OF]
    wanted = sum(fault.count for fault in export.faults) + export.repeats
    chosen = random.sample(choosable, wanted)
    place_of = {column: place for place, column in enumerate(export.headers)}
    for fault in export.faults:
        for _ in range(fault.count):
            row = rows[chosen.pop()]
            for name in fault.names:
                row[place_of[name]] = fault.cell
    repeated = set(chosen)

    shown = known.index.tolist()
    years = _file_years(export, days)
    begun = {LAST_YEAR + 1} if export.yearly and until > AS_OF else set()
    files: dict[int, list[Row]] = {year: [] for year in sorted({years[place] for place in shown} | begun)}
    again = _carried_over(export, years, days, repeated, max(files))
    for place in shown:
        files[years[place]].append(rows[place])
        if place in repeated:
            files[years[place]].append(list(rows[place]))
    for place in again:
        files[years[place] + 1].insert(0, list(rows[place]))

    rejected = sum(fault.count for fault in export.faults if fault.rejects)
    after, copies = (
        sum(days[place] > until for place in shown) if TABLES[export.table].dated_by else 0,
        export.repeats + len(again),
    )
    read = len(shown) + copies
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


def _written_rows(export: Export, truth: pd.DataFrame, random: Random) -> list[Row]:
    odd = [year % 2 == 1 for year in _file_years(export, _days(export, truth))]
    cells_of: list[Row] = []
    for name in export.headers:
        draws = copy(random) if name in export.apart else random
        cells = write_cells(truth[name], _form(export, truth, name), draws)
        if name in export.odd_forms:
            others = write_cells(truth[name], export.odd_forms[name], draws)
            cells = [b if is_odd else a for a, b, is_odd in zip(cells, others, odd, strict=True)]
        cells_of.append(cells)
    cells_of += [[""] * len(truth) for _ in export.junk]
    return [list(row) for row in zip(*cells_of, strict=True)]


def _form(export: Export, truth: pd.DataFrame, name: str) -> Cell:
    is_date = pd.api.types.is_datetime64_any_dtype(truth[name])
    return export.forms.get(name, iso if is_date else plain)


def _write_as_known(export: Export, rows: list[Row], truth: pd.DataFrame, known: pd.DataFrame) -> None:
    """Put what was known in place of what came to be, where the two differ."""
    then = truth.loc[known.index]
    for column, name in enumerate(export.headers):
        if name not in known:
            continue
        now = known[name]
        other = now.ne(then[name]) & ~(now.isna() & then[name].isna())
        if other.any():
            cells = write_cells(now[other], _form(export, truth, name), Random(0))
            for place, cell in zip(now.index[other], cells, strict=True):
                rows[place][column] = cell


def _days(export: Export, truth: pd.DataFrame) -> list[int]:
    """The day of each row [days since 1970]; for a table without dates, that since when it is known."""
    dated_by = "first_seen" if "first_seen" in truth else TABLES[export.table].dated_by
    if dated_by is None:
        return [FIRST_DAY] * len(truth)
    days: list[int] = truth[dated_by].to_numpy().astype("datetime64[D]").astype("int64").tolist()
    return days


def _file_years(export: Export, days: list[int]) -> list[int]:
    """The year in whose file each row stands: the days until the first export are in its last one."""
    if not export.yearly:
        return [LAST_YEAR] * len(days)
    years = np.array(days, dtype="datetime64[D]").astype("datetime64[Y]").astype("int64") + 1970
    late = (np.array(days) > AS_OF) & (np.array(days) <= AS_OF + EXPORT_LAG)
    found: list[int] = np.where(late, LAST_YEAR, np.maximum(years, FIRST_YEAR)).tolist()
    return found


def _carried_over(
    export: Export, years: list[int], days: list[int], taken: set[int], last_year: int
) -> list[int]:
    """The places of each year's last two rows that the next year's file repeats."""
    if not export.yearly:
        return []
    places: list[int] = []
    for year in range(FIRST_YEAR, last_year):
        end = min(AS_OF, day_number(date(year, 12, 31)))
        of_year = [
            place
            for place, (y, day) in enumerate(zip(years, days, strict=True))
            if y == year and day <= end and place not in taken
        ]
        places += of_year[-2:]
    return places
