"""All tables of one dealership, as they stood at its ``as_of``."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from csanalysis.errors import IngestError
from csanalysis.ingest.asof import as_known, own_words, with_vehicles
from csanalysis.ingest.cache import read_through_cache
from csanalysis.ingest.calendar_files import read_calendar
from csanalysis.ingest.inputs import all_patterns
from csanalysis.ingest.linkage import linked
from csanalysis.ingest.objects import prefetched
from csanalysis.ingest.people import with_people
from csanalysis.ingest.rejects import no_rejects, told_apart
from csanalysis.ingest.reports import TableReport
from csanalysis.ingest.sources import Export, file_labels, read_export_files
from csanalysis.ingest.strangers import without_strangers
from csanalysis.ingest.table import Reading, TableProblems, read_exports, read_table
from csanalysis.messages import Message, edited, placed
from csanalysis.params import Params, Source, read_params
from csanalysis.params.environment import hidden
from csanalysis.privacy.owners import owners_in
from csanalysis.privacy.publishing import Gate, Hidden, legible_table, published, words_listed
from csanalysis.schema import REQUIRED_TABLES, TABLES
from csanalysis.schema.frames import use_python_strings


@dataclass(frozen=True)
class Store:
    """One dealership's clean tables and where they came from.

    Parameters
    ----------
    params, params_file
        The params and the file they stood in; a calendar file is read, and its events stand in its place.
    tables
        Clean tables by name, those that the params name, and ``customers`` where orders or sales name some;
        each has every column of its schema. Names and phones stand in ``customers`` alone, and text that is
        published is fit for it (:mod:`csanalysis.privacy.publishing`).
    quality
        One report a table.
    rejects
        One row for each row set aside: ``table``, ``file``, ``sheet``, ``row``, ``column``, ``problem``,
        ``reason``, ``reason_zh``, ``value``.
    inputs
        One ``{table, file, bytes, sha256, rows}`` for each file read.
    as_read
        The clean tables before a row that names only its customer was given a vehicle.
    remarks
        As ``rejects``, for rows that are kept without a cell that could not be read.
    own_words
        The ``tables`` of which free text was not published as it stands, with what customers really said: for
        the work lists and nothing else.
    cells
        What stands in the cells of ``rejects``, and after them of ``remarks``, as it was exported: for who
        mends the exports and asks for it.
    """

    params: Params
    params_file: Path
    tables: dict[str, pd.DataFrame]
    quality: tuple[TableReport, ...]
    rejects: pd.DataFrame
    inputs: list[dict[str, Any]]
    as_read: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    remarks: pd.DataFrame = field(default_factory=lambda: no_rejects().drop(columns="cell"), repr=False)
    own_words: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    cells: "pd.Series[str]" = field(default_factory=lambda: no_rejects()["cell"], repr=False)

    def __repr__(self) -> str:
        """What it is and how much of it there is, nothing of what stands in the tables."""
        rows = ", ".join(f"{name} {len(table):,}" for name, table in self.tables.items())
        return f"Store {self.params.dealership.id}, as of {self.params.as_of}: {rows}"


def load(
    params_file: str | Path,
    *,
    cache: Path | None = None,
    as_of: date | None = None,
    publishing: bool = True,
) -> Store:
    """Read every table that a params file names, or give what :func:`preloaded` holds of it.

    Parameters
    ----------
    params_file : path
        One dealership's params.
    cache : Path, optional
        Folder in which parsed tables are kept between runs.
    as_of : date, optional
        Last day counted, in place of the params': the same exports as they stood on another day.
    publishing : bool
        Whether text is made fit to be published; without it ``tables`` hold all as it was said.

    Raises
    ------
    ParamsError
        The params cannot be used.
    IngestError
        The exports cannot be used: one line for each problem of any table.
    """
    known = _HELD.get(_place(params_file))
    if known is not None and as_of in (None, known.params.as_of):
        return known
    store, problems = load_with_problems(params_file, cache=cache, as_of=as_of, publishing=publishing)
    if problems:
        raise IngestError(problems)
    return store


@contextmanager
def preloaded(store: Store) -> Iterator[None]:
    """While the block runs, :func:`load` gives this store for its params file, and reads nothing.

    For the one run in which many chapters load the same dealership: all see the exports as they stood when
    the run began. They are given the very frames, by which :mod:`csanalysis.chapters.shared` knows them; each
    chapter has a process of its own, so what one changes no other sees.
    """
    place = _place(store.params_file)
    _HELD[place] = store
    try:
        yield
    finally:
        _HELD.pop(place, None)


_HELD: dict[Path, Store] = {}


def _place(params_file: str | Path) -> Path:
    return Path(params_file).resolve()


def load_with_problems(
    params_file: str | Path,
    *,
    cache: Path | None = None,
    as_of: date | None = None,
    publishing: bool = True,
) -> tuple[Store, list[Message]]:
    """What can be read, and one line for each problem; raises ParamsError only."""
    use_python_strings()
    path = Path(params_file)
    params = read_params(path)
    if as_of is not None:
        params = params.model_copy(update={"as_of": as_of})
    with prefetched(all_patterns(params)):
        return _gathered(params, path, cache, publishing=publishing)


def _gathered(
    params: Params, path: Path, cache: Path | None, *, publishing: bool
) -> tuple[Store, list[Message]]:
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Message] = []
    quality, rejects, remarks, inputs = [], [], [], []
    answered: dict[str, tuple[str, str, int]] = {}
    for name in TABLES:
        if name not in params.sources:
            continue
        try:
            reading, files = _read(name, params.sources[name], path.parent, cache)
        except TableProblems as error:
            problems += [placed("sources." + name, line) for line in error.lines]
            continue
        frame, report = as_known(reading.frame, reading.report, params.as_of)
        if frame.empty and name in REQUIRED_TABLES:
            line = Message(
                "every row is dated after as_of {day}; check as_of, or export more",
                "所有行的日期都晚于数据截至日 {day}；请检查 as_of，或补充导出",
                day=params.as_of,
            )
            problems.append(placed("sources." + name, line))
        tables[name] = frame
        quality.append(report)
        rejects.append(reading.rejects)
        remarks.append(reading.remarks)
        answered |= reading.answered
        inputs += files
    if isinstance(params.calendar, str):
        events, files, lines = read_calendar(params.calendar, path.parent, params.plan_year)
        params = params.model_copy(update={"calendar": events})
        inputs += files
        problems += [placed("calendar", line) for line in lines]
    tables, quality = linked(tables, quality)
    tables = with_people(tables)
    if answered:
        place = next(place for place, report in enumerate(quality) if report.table == "contacts")
        tables["contacts"], quality[place], strange = without_strangers(tables, quality[place], answered)
        rejects.append(strange)
    said = params.model_dump_json(exclude={"notes"})
    tables = {name: legible_table(name, table) for name, table in tables.items()}
    gate = Gate(owners_in(tables), tables, said)
    quality = [report.naming(lambda name: gate.told(name, word=True)) for report in quality]
    spoken, hidden = tables, dict[str, Hidden]()
    if publishing:
        tables, hidden = published(tables, listed=words_listed(said), gate=gate)
        quality = [_with_hidden(report, hidden) for report in quality]
    rows, cells = told_apart(_joined(rejects), gate.told)
    without, left_out = told_apart(_joined(remarks), gate.told)
    store = Store(
        params,
        path,
        with_vehicles(tables),
        tuple(quality),
        rows,
        inputs,
        tables,
        without,
        own_words(spoken, hidden),
        pd.concat([cells, left_out], ignore_index=True),
    )
    return store, problems


def _with_hidden(report: TableReport, hidden: Mapping[str, Hidden]) -> TableReport:
    told = hidden.get(report.table)
    return replace(report, masked=told.masked, as_other=told.as_other) if told else report


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    found = [frame for frame in frames if len(frame)]
    return pd.concat(found, ignore_index=True) if found else no_rejects()


def _read(
    name: str, source: Source, folder: Path, cache: Path | None
) -> tuple[Reading, list[dict[str, Any]]]:
    if source.url:
        return _from_database(name, source, folder, cache)
    files, problems = read_export_files(source.path, folder)
    if problems:
        raise TableProblems(problems)
    reading = read_through_cache(cache, name, source, files, lambda: read_exports(name, source, files))
    return reading, [
        {
            "table": name,
            "file": file.place,
            "bytes": len(file.data),
            "sha256": file.sha256,
            "rows": reading.rows.get(label, 0),
        }
        for label, file in zip(file_labels(files), files, strict=True)
    ]


def _from_database(
    name: str, source: Source, folder: Path, cache: Path | None
) -> tuple[Reading, list[dict[str, Any]]]:
    """Rows of a database are fetched each time: nothing else tells whether they changed since."""
    from csanalysis.ingest.database import UnreadableDatabaseError, database_name, read_database

    try:
        selected = read_database(source, folder, table=TABLES[name])
    except UnreadableDatabaseError as error:
        told = edited(error.message, lambda said: hidden(said, source.url or ""))
        raise TableProblems([placed(database_name(source), told)]) from None
    rows = Export(selected.name, b"", selected.sha256)
    reading = read_through_cache(
        cache,
        name,
        source,
        [rows],
        lambda: read_table(TABLES[name], source, [(selected.name, [selected.sheet])]),
    )
    return reading, [
        {
            "table": name,
            "file": selected.name,
            "bytes": selected.bytes,
            "sha256": selected.sha256,
            "rows": reading.report.read,
        }
    ]
