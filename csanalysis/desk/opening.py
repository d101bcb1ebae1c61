"""A store opened to think with: its tables, any chapter's numbers, any metric, and the lists of a day."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from csanalysis.catalogue import METRICS
from csanalysis.catalogue.filling import fill_from
from csanalysis.chapters.everything import CHAPTERS, measure_all
from csanalysis.chapters.work_lists.book import Books
from csanalysis.chapters.work_lists.call_plan import call_plan
from csanalysis.desk.frames import PERSONAL, Frame
from csanalysis.desk.names import CHAPTER, METRIC, TABLE, SplitError, unknown
from csanalysis.desk.numbers import columns_of, metric_frame, splits, told
from csanalysis.desk.splitting import Countable, countables, not_countable, public_columns, split_frame
from csanalysis.desk.tables import Tables
from csanalysis.ingest import Store, load
from csanalysis.messages import Message
from csanalysis.metrics.results import Results
from csanalysis.params import Params

_ALONE = {chapter.__name__.rpartition(".")[2]: chapter for chapter in CHAPTERS}
"""The chapters that take tables alone; the others sum these up."""


class OpenStore:
    """One store's params, tables, numbers and lists.

    Parameters
    ----------
    store : Store
        What was read.
    cache : path, optional
        The folder that keeps what was read, for :meth:`at`.
    """

    def __init__(self, store: Store, *, cache: Path | None = None) -> None:
        self._store, self._cache = store, cache
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
        """One metric, whole or by one or two columns, counted as the report counts it.

        Parameters
        ----------
        name : str
            Such as ``annual_churn_rate``; ``cs.metrics.search("churn")`` finds them.
        by : str or sequence of str, optional
            Columns of the tables that the metric is counted from, own ones (:meth:`with_column`) too;
            :meth:`columns` lists them. A case without an entry in one counts nowhere; of churn and retention
            it is ``unknown``.
        period : str or int, optional
            One period, such as 2025 or "2025-03"; all unless given.

        Returns
        -------
        DataFrame
            ``period``, the columns of ``by`` and those that the metric is always split by (a vehicle's state,
            a survey's item), ``numerator``, ``denominator``, ``value``, ``low``, ``high``; split, also
            ``small``: of fewer than 30 cases; missing of a number without denominator.

        Raises
        ------
        UnknownNameError
            No such metric or column; the nearest is named.
        SplitError
            It cannot be split so, and why.
        """
        if name not in METRICS:
            raise unknown(METRIC, name, METRICS)
        split = columns_of(by)
        cases = self._countables.get(name) if split else None
        if cases is not None and {*split} <= {*cases.columns, *cases.always} and {*split} - {*cases.always}:
            frame = split_frame(cases, split)
            return frame if period is None else frame[frame["period"] == str(period)].reset_index(drop=True)
        results = self._results_with(name)
        known = splits(results, name)
        if split and cases is not None and ", ".join(split) not in known:
            return split_frame(cases, split)  # says what is wrong
        if split and ", ".join(split) not in known and cases is None:
            raise not_countable(name, known, self.tables)
        return metric_frame(results, name, by=by, period=period)

    @property
    def countable(self) -> tuple[str, ...]:
        """The metrics that are counted case by case, so that any column can split them."""
        return tuple(self._countables)

    def columns(self, name: str) -> list[str]:
        """The columns that a metric can be split by: none where it is made from numbers of the whole store.

        Raises
        ------
        UnknownNameError
            No such metric.
        """
        if name not in METRICS:
            raise unknown(METRIC, name, METRICS)
        return public_columns(self._countables[name]) if name in self._countables else []

    def with_column(
        self, table: str, name: str, values: pd.Series | Callable[[pd.DataFrame], pd.Series]
    ) -> "OpenStore":
        """The same store with a column more in one of its tables, to split by.

        Parameters
        ----------
        table, name : str
            Which table, and what the column is called: no name that the schema has.
        values : Series, or function of the table
            One value a row, under the table's index: ``lambda visits: visits["visit_date"].dt.day_name()``.

        Raises
        ------
        UnknownNameError
            No such table.
        SplitError
            The name is taken, or the values are not one a row.
        """
        if table not in self.tables:
            raise unknown(TABLE, table, self.tables)
        rows = self._store.tables[table]
        column = values(rows) if callable(values) else pd.Series(values)
        if name in {*rows.columns, *PERSONAL}:
            line = "{table} has a column {name} already", "{table} 已有 {name} 这一列"
            raise SplitError(Message(*line, table=table, name=name))
        if not (isinstance(column, pd.Series) and column.index.equals(rows.index)):
            line = (
                "{name}: one value a row of {table} is needed, a Series under its index",
                "{name}：应为与 {table} 逐行对应、索引相同的 Series",
            )
            raise SplitError(Message(*line, name=name, table=table))
        tables = {**self._store.tables, table: rows.assign(**{name: pd.Series(column)})}
        return OpenStore(replace(self._store, tables=tables), cache=self._cache)

    def at(self, *, as_of: date | str | None = None, plan_year: int | None = None) -> "OpenStore":
        """The same store as known on another day, or planning another year; own columns are not kept.

        Raises
        ------
        ParamsError, IngestError
            As :func:`open_store`.
        """
        store, day = self._store, date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
        if day not in (None, self.params.as_of):
            store = load(store.params_file, cache=self._cache, as_of=day)
        params = store.params.model_copy(update={"language": self.params.language})
        if plan_year is not None:
            params = params.model_copy(update={"plan_year": plan_year})
        return OpenStore(replace(store, params=params), cache=self._cache)

    @cached_property
    def _countables(self) -> dict[str, Countable]:
        return countables(self.params, self._store.tables)

    def _results_with(self, name: str) -> Results:
        chapter = METRICS.chapter(name)
        results = self.measure(chapter) if chapter in _ALONE else self.results
        return results if results.rows(name) else self.results

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
        return [name for name in super().__dir__() if not name.startswith("_")]


def open_store(
    params_file: str | Path, *, as_of: date | str | None = None, cache: str | Path | None = None
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
    return OpenStore(store, cache=None if cache is None else Path(cache))
