"""The tidy table of results that every metric function feeds and every figure, table and file reads.

A metric function returns a frame with ``period``, any group columns, and ``numerator``, ``denominator``,
``value``, ``low``, ``high`` (floats; NaN is "undefined", written as null).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import PeriodKind, period_kind

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
            keys = pd.Series([_row_key(row) for row in frame.to_dict("records")])
            joined.frame = frame[~keys.duplicated()].reset_index(drop=True)
        return joined

    def __len__(self) -> int:
        return len(self.frame)

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
        rows = self.frame[self.frame["metric"] == metric]
        if period is not None:
            rows = rows[rows["period"] == period]
        wanted = {*by, *group}
        chosen_rows = [
            set(split) == wanted
            and all(split[name] == value for name, value in group.items())
            and (kind is None or period_kind(label) == kind)
            for split, label in zip(rows["group"], rows["period"], strict=True)
        ]
        # As an array: an empty list would choose columns.
        rows = rows[np.array(chosen_rows, dtype=bool)]
        chosen = rows[["period", *NUMBERS]].reset_index(drop=True)
        for place, name in enumerate(by, start=1):
            chosen.insert(place, name, [split[name] for split in rows["group"]])
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
        mine = {_row_key(row): row for row in self.frame.to_dict("records")}
        for row in other.frame.to_dict("records"):
            known = mine.get(_row_key(row))
            if known and not np.allclose(
                [known[name] for name in NUMBERS], [row[name] for name in NUMBERS], rtol=1e-12, equal_nan=True
            ):
                return f"{row['metric']} {row['period']} {row['group'] or ''}".rstrip()
        return None

    def records(self) -> list[dict[str, Any]]:
        """The rows as ``metrics.json`` holds them: undefined numbers are None, whole counts are int."""
        rows = self.frame.to_dict("records")
        for row in rows:
            for name in NUMBERS:
                row[name] = _json_number(row[name])
        return [{str(name): value for name, value in row.items()} for row in rows]

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


def _row_key(row: Mapping[Any, Any]) -> tuple[Any, ...]:
    return row["metric"], row["period"], tuple(sorted(row["group"].items()))


def _json_number(number: Any) -> float | int | None:
    if pd.isna(number):
        return None
    return int(number) if float(number).is_integer() and abs(number) < 2**53 else float(number)
