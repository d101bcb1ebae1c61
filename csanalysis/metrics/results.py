"""The tidy table of results that every metric function feeds and every figure, table and file reads.

A metric function returns a frame with ``period``, any group columns, and ``numerator``, ``denominator``,
``value``, ``low``, ``high`` (floats; NaN is "undefined", written as null).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import PeriodKind, period_kind

RowKey = tuple[str, str, tuple[tuple[str, str], ...]]

NUMBERS = ["numerator", "denominator", "value", "low", "high"]


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
    periods = list(period)
    splits = {"period": periods} | {
        name: [labels] * len(periods) if isinstance(labels, str) else list(labels)
        for name, labels in groups.items()
    }
    over, under = _floats(numerator, len(periods)), _floats(denominator, len(periods))
    if value is None:
        value = np.divide(over, under, out=np.full(len(periods), np.nan), where=under != 0)
    numbers = (over, under, *(_floats(column, len(periods)) for column in (value, low, high)))
    columns = {name: pd.array(labels, dtype="str") for name, labels in splits.items()}
    return pd.DataFrame(columns | dict(zip(NUMBERS, numbers, strict=True)))


def group_columns(frame: pd.DataFrame) -> list[str]:
    """The columns by which a metric frame is split."""
    return [column for column in frame.columns if column not in {"period", *NUMBERS}]


def of_kind(frame: pd.DataFrame, kind: PeriodKind) -> pd.DataFrame:
    """The rows of a metric frame whose period is a month, a year, …."""
    return frame[[period_kind(label) == kind for label in frame["period"]]] if len(frame) else frame


class Results:
    """Named metrics of one dealership, immutable: add two to join them.

    ``frame`` has ``metric``, ``period``, ``group`` (a dict of str to str) and the five numbers.
    """

    def __init__(self, metrics: Mapping[str, pd.DataFrame | Sequence[pd.DataFrame]] | None = None) -> None:
        """``metrics`` gives each name its frame, or several that are split differently."""
        parts = [
            _named(metric, frame)
            for metric, frames in (metrics or {}).items()
            for frame in ([frames] if isinstance(frames, pd.DataFrame) else frames)
            if len(frame)
        ]
        columns = ["metric", "period", "group", *NUMBERS]
        self.frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    def __add__(self, other: "Results") -> Self:
        """Both; where both hold the same metric, period and group, the first one's row."""
        joined = type(self)()
        parts = [results.frame for results in (self, other) if len(results.frame)]
        if parts:
            frame = pd.concat(parts, ignore_index=True)
            first: dict[RowKey, int] = {}
            for place, key in enumerate(key for results in (self, other) for key in results._keys):
                first.setdefault(key, place)
            joined.frame = frame.iloc[list(first.values())].reset_index(drop=True)
            joined._keys = list(first)
        return joined

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def _keys(self) -> list[RowKey]:
        """What tells each row from the others."""
        rows = zip(self.frame["metric"], self.frame["period"], self.frame["group"], strict=True)
        return [(metric, period, tuple(sorted(group.items()))) for metric, period, group in rows]

    @cached_property
    def _rows(self) -> dict[str, list[tuple[int, str, dict[str, str]]]]:
        """Place, period and group of each metric's rows."""
        rows: dict[str, list[tuple[int, str, dict[str, str]]]] = defaultdict(list)
        columns = (self.frame["metric"].tolist(), self.frame["period"].tolist(), self.frame["group"].tolist())
        for place, (metric, period, group) in enumerate(zip(*columns, strict=True)):
            rows[metric].append((place, period, group))
        return rows

    @cached_property
    def _plain(self) -> pd.DataFrame:
        """The frame without what :meth:`select` chooses by."""
        return self.frame[["period", *NUMBERS]]

    @property
    def names(self) -> list[str]:
        """The metrics, each once."""
        return list(self.frame["metric"].unique())

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
        rows = [
            (place, split)
            for place, label, split in self._rows.get(metric, ())
            if (period is None or label == period)
            and split.keys() == wanted
            and all(split[name] == value for name, value in group.items())
            and (kind is None or period_kind(label) == kind)
        ]
        chosen = self._plain.iloc[[place for place, _ in rows]].reset_index(drop=True)
        for place, name in enumerate(by, start=1):
            chosen.insert(place, name, [split[name] for _, split in rows])
        return chosen

    def value(self, metric: str, period: str | int, **group: str) -> float | None:
        """One value, None where it is undefined or not there."""
        rows = self.select(metric, None, period=str(period), **group)
        return None if rows.empty or pd.isna(rows["value"].iloc[0]) else float(rows["value"].iloc[0])

    def latest(self, metric: str, kind: PeriodKind, **group: str) -> str | None:
        """The last period of a kind in which the metric is defined, None where it never is."""
        known = self.select(metric, kind, **group).dropna(subset="value")["period"]
        return None if known.empty else str(known.max())

    def contradiction(self, other: "Results") -> str | None:
        """The first metric, period and group to which the two give different values, None if they agree."""
        mine = {key: place for place, key in enumerate(self._keys)}
        both = [(mine[key], place) for place, key in enumerate(other._keys) if key in mine]
        if not both:
            return None
        known, told = (
            results.frame[NUMBERS].to_numpy(float)[list(places)]
            for results, places in zip((self, other), zip(*both, strict=True), strict=True)
        )
        differ = ~np.isclose(known, told, rtol=1e-12, equal_nan=True).all(axis=1)
        if not differ.any():
            return None
        row = other.frame.iloc[both[int(differ.argmax())][1]]
        return f"{row['metric']} {row['period']} {row['group'] or ''}".rstrip()

    def records(self) -> list[dict[str, Any]]:
        """The rows as ``metrics.json`` holds them: undefined numbers are None, whole counts are int."""
        columns = {str(name): self.frame[name].tolist() for name in self.frame.columns}
        columns |= {name: [_json_number(number) for number in columns[name]] for name in NUMBERS}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    @classmethod
    def from_records(cls, records: Iterable[Mapping[str, Any]]) -> Self:
        """The inverse of :meth:`records`."""
        results = cls()
        frame = pd.DataFrame(list(records))
        if len(frame):
            results.frame = frame.astype(dict.fromkeys(NUMBERS, float))[list(results.frame.columns)]
        return results


def _floats(column: Any, size: int) -> NDArray[np.float64]:
    return np.asarray(column, dtype=float) if np.ndim(column) else np.full(size, float(column))


def _named(metric: str, frame: pd.DataFrame) -> pd.DataFrame:
    groups = group_columns(frame)
    splits = zip(*(frame[name].tolist() for name in groups), strict=True) if groups else [()] * len(frame)
    group = [dict(zip(groups, split, strict=True)) for split in splits]
    names = {"metric": pd.array([metric] * len(frame), dtype="str"), "period": frame["period"].array}
    return pd.DataFrame(names | {"group": group} | {name: frame[name].to_numpy() for name in NUMBERS})


def _json_number(number: Any) -> float | int | None:
    if number is None or number != number:
        return None
    return int(number) if float(number).is_integer() and abs(number) < 2**53 else float(number)
