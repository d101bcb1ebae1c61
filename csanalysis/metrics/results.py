"""The tidy table of results that every metric function feeds and every figure, table and file reads.

A metric function returns a frame with ``period``, any group columns, and ``numerator``, ``denominator``,
``value``, ``low``, ``high`` (floats; NaN is "undefined", written as null).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import PeriodKind, period_kind

RowKey = tuple[str, str, tuple[tuple[str, str], ...]]

NUMBERS = ["numerator", "denominator", "value", "low", "high"]
_PLACE = {name: place for place, name in enumerate(NUMBERS)}


def row_key(metric: str, period: str, group: Mapping[str, str]) -> RowKey:
    """What tells a number from all others."""
    return metric, period, tuple(sorted(group.items())) if len(group) > 1 else (*group.items(),)


def tidy(
    period: Iterable[str],
    *,
    value: Any = None,
    numerator: Any = np.nan,
    denominator: Any = np.nan,
    low: Any = np.nan,
    high: Any = np.nan,
    **groups: Any,
) -> pd.DataFrame:
    """A metric frame from its columns; ``value`` is numerator / denominator unless given, NaN over 0."""
    periods = _listed(period)
    splits = {"period": periods} | {
        name: [labels] * len(periods) if isinstance(labels, str) else _listed(labels)
        for name, labels in groups.items()
    }
    over, under = _floats(numerator, len(periods)), _floats(denominator, len(periods))
    if value is None:
        value = np.divide(over, under, out=np.full(len(periods), np.nan), where=under != 0)
    numbers = (over, under, *(_floats(column, len(periods)) for column in (value, low, high)))
    return pd.DataFrame(_texts(splits) | dict(zip(NUMBERS, numbers, strict=True)))


def group_columns(frame: pd.DataFrame) -> list[str]:
    """The columns by which a metric frame is split."""
    return [column for column in frame.columns if column not in {"period", *NUMBERS}]


def with_period_kind(frame: pd.DataFrame, kind: PeriodKind) -> pd.DataFrame:
    """The rows of a metric frame whose period is a month, a year, …."""
    return frame[[period_kind(label) == kind for label in _listed(frame["period"])]] if len(frame) else frame


class Row(NamedTuple):
    """One number of the results; ``numbers`` are those of :data:`NUMBERS`, NaN where undefined."""

    metric: str
    period: str
    group: dict[str, str]
    numbers: tuple[float, ...]

    def number(self, name: str) -> float:
        """The number called ``name``."""
        return self.numbers[_PLACE[name]]

    @property
    def value(self) -> float:
        """The number that the metric is about."""
        return self.numbers[_PLACE["value"]]


class Results:
    """Named metrics of one dealership, immutable: add two to join them.

    A number is known by its metric, period and group; where two have the same, the first one stays.
    """

    def __init__(self, metrics: Mapping[str, pd.DataFrame | Sequence[pd.DataFrame]] | None = None) -> None:
        """``metrics`` gives each name its frame, or several that are split differently."""
        self._rows: dict[RowKey, Row] = {}
        splits: _Splits = {}
        for metric, frames in (metrics or {}).items():
            for frame in [frames] if isinstance(frames, pd.DataFrame) else frames:
                for key, row in _rows(metric, frame, splits):
                    self._rows.setdefault(key, row)

    @classmethod
    def from_rows(cls, rows: Iterable[Row]) -> Self:
        """The results of these rows."""
        results = cls()
        results._rows = _first(rows)
        return results

    def __add__(self, other: "Results") -> Self:
        """Both; where both hold the same metric, period and group, the first one's row."""
        joined = type(self)()
        joined._rows = dict(self._rows)
        for key, row in other._rows.items():
            joined._rows.setdefault(key, row)
        return joined

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"Results: {len(self):,} numbers of {len(self.names)} metrics"

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    @property
    def keyed(self) -> Mapping[RowKey, Row]:
        """The rows by what tells them apart."""
        return self._rows

    @cached_property
    def _of(self) -> dict[str, list[Row]]:
        """The rows of each metric."""
        rows: dict[str, list[Row]] = {}
        for row in self:
            rows.setdefault(row.metric, []).append(row)
        return rows

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All rows to explore: ``metric``, ``period``, ``group`` (a dict of str to str), the five numbers."""
        numbers = np.array([row.numbers for row in self]).reshape(-1, len(NUMBERS))
        names = {name: [getattr(row, name) for row in self] for name in ("metric", "period", "group")}
        return pd.DataFrame(names | dict(zip(NUMBERS, numbers.T, strict=True)))

    @property
    def names(self) -> list[str]:
        """The metrics, each once."""
        return list(self._of)

    def rows(self, metric: str) -> Sequence[Row]:
        """All rows of one metric, however they are split."""
        return self._of.get(metric, ())

    def select(
        self,
        metric: str,
        kind: PeriodKind | None = None,
        /,
        *by: str,
        period: str | None = None,
        **group: str,
    ) -> pd.DataFrame:
        """Rows of one metric as ``period``, one column a name in ``by``, and the five numbers.

        ``kind`` keeps the periods of that kind, ``period`` one period; ``group`` fixes split values; rows
        are those whose split is exactly ``by`` and ``group``.
        """
        wanted = {*by, *group}
        chosen = [
            row
            for row in self.rows(metric)
            if (period is None or row.period == period)
            and row.group.keys() == wanted
            and all(row.group[name] == value for name, value in group.items())
            and (kind is None or period_kind(row.period) == kind)
        ]
        names = {"period": [row.period for row in chosen]}
        names |= {name: [row.group[name] for row in chosen] for name in by}
        numbers = np.array([row.numbers for row in chosen]).reshape(-1, len(NUMBERS))
        return pd.DataFrame(_texts(names) | dict(zip(NUMBERS, numbers.T, strict=True)))

    def value(self, metric: str, period: str | int, **group: str) -> float | None:
        """One value, None where it is undefined or not there."""
        row = self._rows.get(row_key(metric, str(period), group))
        return None if row is None or np.isnan(row.value) else row.value

    def latest(self, metric: str, kind: PeriodKind, **group: str) -> str | None:
        """The last period of a kind in which the metric is defined, None where it never is."""
        return max(
            (
                row.period
                for row in self.rows(metric)
                if row.group == group and period_kind(row.period) == kind and not np.isnan(row.value)
            ),
            default=None,
        )

    def contradiction(self, other: "Results") -> str | None:
        """The first metric, period and group to which the two give different values, None if they agree."""
        both = [(self._rows[key], row) for key, row in other._rows.items() if key in self._rows]
        if not both:
            return None
        known, told = np.array([[mine.numbers, its.numbers] for mine, its in both]).swapaxes(0, 1)
        differ = ~np.isclose(known, told, rtol=1e-12, equal_nan=True).all(axis=1)
        if not differ.any():
            return None
        _, row = both[int(differ.argmax())]
        return f"{row.metric} {row.period} {row.group or ''}".rstrip()

    def records(self) -> list[dict[str, Any]]:
        """The rows as ``metrics.json`` holds them: undefined numbers are None, whole counts are int."""
        return [
            {"metric": row.metric, "period": row.period, "group": row.group}
            | dict(zip(NUMBERS, map(_json_number, row.numbers), strict=True))
            for row in self
        ]

    @classmethod
    def from_records(cls, records: Iterable[Mapping[str, Any]]) -> Self:
        """The inverse of :meth:`records`."""
        return cls.from_rows(
            Row(
                record["metric"],
                record["period"],
                record["group"],
                tuple(np.nan if record[name] is None else float(record[name]) for name in NUMBERS),
            )
            for record in records
        )

    @classmethod
    def from_columns(
        cls,
        metrics: Iterable[str],
        periods: Iterable[str],
        splits: Iterable[int],
        *,
        groups: Sequence[dict[str, str]],
        numbers: Iterable[tuple[float, ...]],
    ) -> Self:
        """Rows told column by column, no two of one key; ``splits`` are their places in ``groups``."""
        results, keys = cls(), [row_key("", "", group)[2] for group in groups]
        results._rows = {
            (metric, period, keys[place]): Row(metric, period, groups[place], five)
            for metric, period, place, five in zip(metrics, periods, splits, numbers, strict=True)
        }
        return results


def _first(rows: Iterable[Row]) -> dict[RowKey, Row]:
    """The rows by their keys, the first of each."""
    first: dict[RowKey, Row] = {}
    for row in rows:
        first.setdefault(row_key(row.metric, row.period, row.group), row)
    return first


def _texts(columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    text = pd.StringDtype(na_value=np.nan)  # what "str" means, without looking the word up each time
    return {name: pd.array(labels, dtype=text) for name, labels in columns.items()}


def _listed(labels: Iterable[Any]) -> list[Any]:
    """Labels as a list; pandas hands out its texts one by one, which takes long."""
    whole = labels.to_numpy(dtype=object) if isinstance(labels, (pd.Series, pd.Index)) else labels
    return whole.tolist() if isinstance(whole, np.ndarray) else list(whole)


def _floats(column: Any, size: int) -> NDArray[np.float64]:
    return np.asarray(column, dtype=float) if np.ndim(column) else np.full(size, float(column))


_Splits = dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[tuple[tuple[str, str], ...], dict[str, str]]]
"""By the groups' names and their labels: their part of a row's key, and the group, which rows share."""


def _rows(metric: str, frame: pd.DataFrame, known: _Splits) -> Iterator[tuple[RowKey, Row]]:
    """A metric frame's rows and what tells each from all others."""
    if frame.empty:
        return
    names = (*group_columns(frame),)
    labels = zip(*(_listed(frame[name]) for name in names), strict=True) if names else repeat(())
    columns = (frame[name].to_numpy(dtype=float, na_value=np.nan).tolist() for name in NUMBERS)
    numbers = zip(*columns, strict=True)
    for period, split, five in zip(_listed(frame["period"]), labels, numbers, strict=False):
        both = known.get((names, split))
        if both is None:
            group = dict(zip(names, split, strict=True))
            both = known[names, split] = row_key("", "", group)[2], group
        yield (metric, period, both[0]), Row(metric, period, both[1], five)


def _json_number(number: float) -> float | int | None:
    if number != number:
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
