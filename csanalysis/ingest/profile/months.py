"""Rows by month: where the data really begin, where they have holes, and where they change."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

_USUAL_ROWS = 6  # a table with fewer rows a month has months without any
_DENSE = 0.25  # of the usual month
_MANY_ROWS = 16  # from here on a month that falls short, or a new level, is no chance
_SPAN = 6  # months on either side of a break
_LEVEL = 2.0  # from half to double


@dataclass(frozen=True)
class Months:
    """Rows of one dated table by month.

    ``counts`` runs from the first row's month to that of ``as_of``; ``dense_from`` is the first month with at
    least a quarter of a usual one, ``holes`` are later months without a row, ``thin`` those with less than a
    quarter of the usual rows, ``breaks`` those from which on there are less than half or more than double.
    """

    counts: dict[str, int]
    dense_from: str
    holes: tuple[str, ...]
    thin: tuple[str, ...]
    breaks: tuple[str, ...]
    last_day: date
    days_before_as_of: int


def months_of_rows(days: pd.Series, as_of: date, *, whole_months: bool = False) -> Months | None:
    """The months of a table's dates, None for none; with ``whole_months`` a date stands for its month."""
    known = days.dropna()
    if known.empty:
        return None
    end = pd.Period(as_of, freq="M")
    last = (known.max() + pd.offsets.MonthEnd(0) if whole_months else known.max()).normalize()
    month = known.dt.to_period("M")
    span = pd.period_range(month.min(), max(end, month.max()), freq="M")
    counts = month.value_counts().reindex(span, fill_value=0)
    usual = float(counts[counts > 0].median())
    dense = counts.index[counts >= _DENSE * usual][0]
    over = counts[dense : month.max()]
    thin = over[(over > 0) & (over < _DENSE * usual) & (usual >= _MANY_ROWS)]
    if len(thin) and thin.index[-1] == end and as_of != end.end_time.date():
        thin = thin.iloc[:-1]
    return Months(
        {str(period): int(count) for period, count in counts.items()},
        str(dense),
        tuple(map(str, over.index[(over == 0) & (usual >= _USUAL_ROWS)])),
        tuple(map(str, thin.index)),
        tuple(map(str, _breaks(over))),
        last.date(),
        max(0, (pd.Timestamp(as_of) - last).days),
    )


def _breaks(counts: pd.Series) -> list[pd.Period]:
    """Months from which on there are less than half or more than double the rows of the half year before."""
    found: list[tuple[float, int]] = []
    rows = counts.tolist()
    for place in range(_SPAN, len(rows) - _SPAN + 1):
        before, after = sum(rows[place - _SPAN : place]), sum(rows[place : place + _SPAN])
        low, high = sorted((before / _SPAN, after / _SPAN))
        if high >= _MANY_ROWS and high > _LEVEL * max(low, 0.1):
            found.append((high / max(low, 0.1), place))
    kept: list[int] = []
    for _, place in sorted(found, reverse=True):
        if all(abs(place - other) >= _SPAN for other in kept):
            kept.append(place)
    return [counts.index[place] for place in sorted(kept)]
