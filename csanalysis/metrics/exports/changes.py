"""What is different between two runs: rows of tables, params, and the numbers that moved."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.ingest.asof import known_by
from csanalysis.metrics.results import NUMBERS, Results
from csanalysis.schema import TABLES

Key = tuple[str, str, tuple[tuple[str, str], ...]]


_MONTHS_TOLD = 6


@dataclass(frozen=True)
class Corrected:
    """Rows of one table and month, already counted last time, that are no longer the same.

    ``month`` is empty for a table without dates. ``columns`` are those in which altered rows differ.
    """

    table: str
    month: str
    added: int
    removed: int
    altered: int
    columns: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many rows are meant."""
        return self.added + self.removed + self.altered


def merge_long_corrections(corrected: Sequence[Corrected]) -> list[Corrected]:
    """Corrections to be read: a table with more than six months of them has one row, of a span of years."""
    by_table: dict[str, list[Corrected]] = {}
    for rows in corrected:
        by_table.setdefault(rows.table, []).append(rows)
    told = []
    for table, all_rows in by_table.items():
        months = [rows for rows in all_rows if rows.month]
        if len(months) <= _MONTHS_TOLD:
            told += all_rows
            continue
        years = sorted(rows.month[:4] for rows in months)
        added, removed, altered = (
            sum(getattr(rows, name) for rows in months) for name in ("added", "removed", "altered")
        )
        columns = tuple(dict.fromkeys(name for rows in months for name in rows.columns))
        span = f"{years[0]}/{years[-1]}"
        told.append(Corrected(table, span, added, removed, altered, columns))
        told += [rows for rows in all_rows if not rows.month]
    return told


@dataclass(frozen=True)
class NewRows:
    """Rows of one table and month that were not there last time and could not be."""

    table: str
    month: str
    rows: int


@dataclass(frozen=True)
class TableChanges:
    """One table then and now.

    ``past`` is the table as today's export knows the days up to the last run's ``as_of``, with nothing of
    what happened since: the table of the last run with its corrections.
    """

    corrected: tuple[Corrected, ...]
    new: tuple[NewRows, ...]
    past: pd.DataFrame


def table_changes(
    name: str, before: pd.DataFrame, after: pd.DataFrame, *, as_of: date, orders: frozenset[str]
) -> TableChanges:
    """What became of one table since a run of ``as_of``.

    Parameters
    ----------
    name : str
        The table's name in the schema.
    before, after : DataFrame
        Clean tables of the last run and of this one, each as known at its own ``as_of``.
    as_of : date
        The last run's; this run's is not earlier.
    orders : frozenset of str
        Repair orders of visits up to ``as_of``: a row that names another one by now has gone on.

    Returns
    -------
    TableChanges
        Rows dated after ``as_of`` are new, and so are rows of a table without dates that were not there.
        An earlier row to which something happened after ``as_of`` (an event of the schema, a visit, a
        campaign still running then, a lead's new status without a date up to then) has gone on: it is
        neither. Every other difference is a correction.
    """
    past = known_by(name, after, as_of)
    dated_by = TABLES[name].dated_by
    fresh = after.iloc[0:0]
    if dated_by:
        fresh = after[after[dated_by] > _end(as_of)]
    if past.equals(before):
        return TableChanges((), _new(name, fresh), past)
    gone, come = _only(before, past)
    pairs = _pairs(name, before[gone], past[come])
    if dated_by is None:
        added = past.index[come].difference(pd.Index(pairs["now"]))
        fresh, past = past.loc[added], past.drop(index=added)
        come = come[past.index]
    went_on = _went_on(name, before, after, past, pairs, as_of, orders)
    then, now = pd.Index(pairs["then"]), pd.Index(pairs["now"])
    removed = before.index[gone].difference(then)
    appeared = past.index[come].difference(now) if dated_by else past.index[:0]
    if went_on.any():
        kept = before.loc[then[went_on]].set_axis(now[went_on])
        past = pd.concat([past.drop(index=now[went_on]), kept]).sort_index()
        pairs = pairs[~went_on]
    corrected = _corrected(name, before, past, pairs, removed, appeared)
    return TableChanges(corrected, _new(name, fresh), past.reset_index(drop=True))


def _end(as_of: date) -> pd.Timestamp:
    return pd.Timestamp(as_of) + pd.Timedelta(days=1) - pd.Timedelta(seconds=1)


def _only(before: pd.DataFrame, after: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows of each have no equal in the other; of equal ones as many as there are more."""
    gone, come = np.ones(len(before), dtype=bool), np.ones(len(after), dtype=bool)
    if len(before) == len(after):  # mostly the same rows in the same places, which is quick to see
        gone = np.any([_differs(before[column], after[column]) for column in before.columns], axis=0)
        come = gone.copy()
    one, other = _marks(before[gone]), _marks(after[come])
    gone[gone], come[come] = ~one.isin(other), ~other.isin(one)
    return gone, come


def _marks(rows: pd.DataFrame) -> pd.MultiIndex:
    """A row's hash, and how many equal rows stand before it."""
    marks = pd.util.hash_pandas_object(rows, index=False)
    return pd.MultiIndex.from_arrays([marks, marks.groupby(marks).cumcount()])


def _pairs(name: str, gone: pd.DataFrame, come: pd.DataFrame) -> pd.DataFrame:
    """Rows of one key that differ: their index ``then`` and ``now``."""
    key = list(TABLES[name].key)
    if not key or gone.empty or come.empty:
        return pd.DataFrame({"then": [], "now": []}, dtype="int64")
    then, now = (
        frame[key].assign(turn=frame.groupby(key, dropna=False).cumcount()).rename_axis(place).reset_index()
        for frame, place in ((gone, "then"), (come, "now"))
    )
    return then.merge(now, on=[*key, "turn"])[["then", "now"]]


def _went_on(
    name: str,
    before: pd.DataFrame,
    after: pd.DataFrame,
    past: pd.DataFrame,
    pairs: pd.DataFrame,
    as_of: date,
    orders: frozenset[str],
) -> NDArray[np.bool_]:
    """Which pairs differ because of something after ``as_of``."""
    if pairs.empty:
        return np.zeros(0, dtype=bool)
    table, end = TABLES[name], _end(as_of)
    # Rows of `past` are those of `after` up to as_of, in the same order.
    kept = after[~(after[table.dated_by] > end)].reset_index(drop=True) if table.dated_by else after
    now = kept.loc[pairs["now"]]
    went_on = np.zeros(len(pairs), dtype=bool)
    for event, *_ in table.events:
        went_on |= (now[event] > end).to_numpy()
    if name == "campaigns":
        went_on |= (now["end_date"] > end).to_numpy()
    if "ro_number" in table.by_name and "ro_number" not in table.key:
        other = _differs(before.loc[pairs["then"], "ro_number"], now["ro_number"])
        went_on |= other & (now["ro_number"].notna() & ~now["ro_number"].isin(orders)).to_numpy()
    if name == "leads":
        one, two = before.loc[pairs["then"]], past.loc[pairs["now"]]
        dated = [_differs(one[event], two[event]) for event, *_ in table.events]
        went_on |= _differs(one["status"], two["status"]) & ~np.any(dated, axis=0)
    return went_on


def _corrected(
    name: str,
    before: pd.DataFrame,
    past: pd.DataFrame,
    pairs: pd.DataFrame,
    removed: pd.Index,
    appeared: pd.Index,
) -> tuple[Corrected, ...]:
    then, now = before.loc[pairs["then"]], past.loc[pairs["now"]]
    months = _months(name, then)
    differs = {column: _differs(then[column], now[column]) for column in before.columns}
    gone, come = _months(name, before.loc[removed]), _months(name, past.loc[appeared])
    return tuple(
        Corrected(
            name,
            month,
            added=int((come == month).sum()),
            removed=int((gone == month).sum()),
            altered=int((months == month).sum()),
            columns=tuple(column for column, other in differs.items() if other[months == month].any()),
        )
        for month in sorted({*months, *gone, *come})
    )


def _differs(one: pd.Series, other: pd.Series) -> NDArray[np.bool_]:
    one, other = one.reset_index(drop=True), other.reset_index(drop=True)
    return (~one.eq(other).fillna(False).astype(bool) & ~(one.isna() & other.isna())).to_numpy()


def _months(name: str, rows: pd.DataFrame) -> NDArray[np.object_]:
    dated_by = TABLES[name].dated_by
    if dated_by is None:
        return np.full(len(rows), "", dtype=object)
    return np.asarray(rows[dated_by].dt.strftime("%Y-%m").fillna("").to_numpy(dtype=object))


def _new(name: str, rows: pd.DataFrame) -> tuple[NewRows, ...]:
    months, counts = np.unique(_months(name, rows).astype(str), return_counts=True)
    return tuple(NewRows(name, str(month), int(count)) for month, count in zip(months, counts, strict=True))


def changed_params(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Dotted key, old and new value of every param that differs; None where a side has none.

    Lists of the same length are compared entry by entry, others as a whole.
    """
    one, other = dict(_leaves(before, after, "")), dict(_leaves(after, before, ""))
    return [
        (key, one.get(key), other.get(key))
        for key in dict.fromkeys([*one, *other])
        if one.get(key) != other.get(key)
    ]


def _leaves(value: Any, twin: Any, key: str) -> Iterator[tuple[str, Any]]:
    children: Sequence[tuple[Any, Any, Any]] = ()
    if isinstance(value, Mapping) and value and (isinstance(twin, Mapping) or twin is None):
        children = [(name, child, (twin or {}).get(name)) for name, child in value.items()]
    elif isinstance(value, list) and isinstance(twin, list) and len(value) == len(twin):
        children = [(n, child, twin[n]) for n, child in enumerate(value)]
        if not any(isinstance(child, Mapping | list) for child in value):
            children = ()
    if not children:
        yield key, value
    for name, child, other in children:
        yield from _leaves(child, other, f"{key}.{name}" if key else str(name))


def records_for_keys(results: Results, keys: Collection[Key]) -> dict[Key, dict[str, Any]]:
    """The rows of ``keys`` that the results have, as ``metrics.json`` holds them."""
    chosen = Results.from_rows(row for key, row in results.keyed.items() if key in keys)
    return dict(zip(chosen.keyed, chosen.records(), strict=True))


@dataclass(frozen=True)
class ResultChanges:
    """Two results compared: rows of ``keys`` moved, those of ``new`` and ``gone`` are only in one of them."""

    keys: frozenset[Key]
    new: tuple[Key, ...]
    gone: tuple[Key, ...]


def compare_results(before: Results, after: Results) -> ResultChanges:
    """Which numbers differ by more than one part in 10**12 in any of their five columns."""
    old, new = before.keyed, after.keyed
    shared = [key for key in new if key in old]
    one, other = (
        np.array([rows[key].numbers for key in shared]).reshape(-1, len(NUMBERS)) for rows in (old, new)
    )
    same = np.isclose(one, other, rtol=1e-12, atol=0, equal_nan=True).all(axis=1)
    return ResultChanges(
        frozenset(key for key, still in zip(shared, same, strict=True) if not still),
        tuple(key for key in new if key not in old),
        tuple(key for key in old if key not in new),
    )
