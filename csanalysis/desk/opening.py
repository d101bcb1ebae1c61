"""A store opened to think with: its tables, any chapter's numbers, any metric, and the lists of a day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from csanalysis.catalogue import METRICS
from csanalysis.catalogue.filling import fill_from
from csanalysis.chapters.everything import CHAPTERS, measure_all
from csanalysis.chapters.work_lists.book import Books
from csanalysis.chapters.work_lists.call_plan import call_plan
from csanalysis.desk.frames import Frame
from csanalysis.desk.names import CHAPTER, METRIC, TABLE, unknown
from csanalysis.desk.numbers import metric_frame, told
from csanalysis.ingest import Store, load
from csanalysis.metrics.results import Results
from csanalysis.params import Params

_ALONE = {chapter.__name__.rpartition(".")[2]: chapter for chapter in CHAPTERS}
"""The chapters that take tables alone; the others sum these up."""


class Tables(Mapping[str, Frame]):
    """The clean tables of a store, by name or as attributes; they show no personal data."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables

    def __getitem__(self, name: str) -> Frame:
        if name not in self._tables:
            raise unknown(TABLE, name, self._tables)
        return Frame(self._tables[name])

    def __getattr__(self, name: str) -> Frame:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __dir__(self) -> list[str]:
        return [*self._tables, "items", "keys", "values", "get"]

    def __repr__(self) -> str:
        return "\n".join(
            f"{name}: {len(table):,} rows; {', '.join(map(str, table.columns))}"
            for name, table in self._tables.items()
        )


class OpenStore:
    """One store's params, tables, numbers and lists.

    Parameters
    ----------
    store : Store
        What was read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._measured: dict[str, Results] = {}

    @property
    def params(self) -> Params:
        """What its params file says, defaults filled in."""
        return self._store.params

    @property
    def tables(self) -> Tables:
        """The clean tables, cut at ``as_of``."""
        return Tables(self._store.tables)

    @property
    def chapters(self) -> tuple[str, ...]:
        """What can be measured alone."""
        return tuple(_ALONE)

    @cached_property
    def results(self) -> Results:
        """All numbers of its report; takes some seconds."""
        return measure_all(self.params, self._store.tables)

    def measure(self, chapter: str) -> Results:
        """The numbers of one chapter, such as ``churn``.

        Raises
        ------
        UnknownNameError
            No such chapter, or it sums up others: then ask for :attr:`results`.
        """
        if chapter not in _ALONE:
            raise unknown(CHAPTER, chapter, _ALONE)
        if chapter not in self._measured:
            self._measured[chapter] = _ALONE[chapter].measure(self.params, self._store.tables)
        return self._measured[chapter]

    def metric(
        self, name: str, *, by: str | Sequence[str] | None = None, period: str | int | None = None
    ) -> pd.DataFrame:
        """One metric: see :func:`csanalysis.desk.numbers.metric_frame`. Only its chapter is measured.

        Raises
        ------
        UnknownNameError
            No such metric, or it is not split so.
        """
        if name not in METRICS:
            raise unknown(METRIC, name, METRICS)
        chapter = METRICS.chapter(name)
        results = self.measure(chapter) if chapter in _ALONE else self.results
        return metric_frame(results if results.rows(name) else self.results, name, by=by, period=period)

    def lists(self, day: str | date | None = None) -> dict[str, Frame]:
        """The callers' sheets of the weeks after a day, by caller; after ``as_of`` unless given.

        They show no names and phones unless revealed: ``store.lists()["…"].reveal()``.
        """
        params, tables = self.params, self._store.tables
        plan = call_plan(params, tables, None if day is None else pd.Timestamp(day))
        return {name: Frame(rows) for name, rows in Books(plan, params, tables).whole().callers.items()}

    def __repr__(self) -> str:
        params = self.params
        head = f"{params.dealership.name}: plan {params.plan_year}, as of {params.as_of}"
        known = self.__dict__.get("results")
        return "\n".join([head, *([told(known)] if known is not None else []), repr(self.tables)])

    def __dir__(self) -> list[str]:
        return ["chapters", "lists", "measure", "metric", "params", "results", "tables"]


def open_store(
    params_file: str | Path, *, as_of: date | str | None = None, cache: Path | None = None
) -> OpenStore:
    """Read a store's exports and open it.

    Parameters
    ----------
    params_file : path
        Such as ``params/haibin.yml``.
    as_of : date or str, optional
        The last day counted, in place of the params'.
    cache : path, optional
        A folder that keeps what was read, such as ``outputs/.cache``.

    Raises
    ------
    ParamsError, IngestError
        Its params or exports cannot be used: a line for each thing that is wrong.
    """
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    store = load(params_file, cache=None if cache is None else Path(cache), as_of=day)
    fill_from(store.params)
    return OpenStore(store)
