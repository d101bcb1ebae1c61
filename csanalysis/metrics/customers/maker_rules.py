"""Vehicles lost and kept as a manufacturer counts them, each by its own rule.

Visits are those of :func:`csanalysis.metrics.customers.units.units` that the rule counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.first_service.warranty import Warranty
from csanalysis.metrics.periods import last_days, month_number, month_numbers
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson

FIRST_YEAR, IN_WARRANTY, BEYOND = "first_year", "in_warranty", "beyond"
STAGES = (FIRST_YEAR, IN_WARRANTY, BEYOND)


@dataclass(frozen=True)
class Fleet:
    """What a rule is counted on.

    ``days`` is how many days with a visit each unit had in each month, a row a unit number, a column a month
    of ``months`` (in a row, all over); ``sold`` is the month of the first sale in the same count, far below
    zero where there is none; ``warranty`` says when the warranty ends.
    """

    months: Sequence[str]
    days: NDArray[np.int64]
    sold: NDArray[np.int64]
    warranty: Warranty

    @cached_property
    def _until(self) -> NDArray[np.int64]:
        """Days with a visit before each month, a row a month and one more, a column a unit."""
        until = np.zeros((len(self.months) + 1, len(self.days)), dtype="int64")
        np.cumsum(self.days.T, axis=0, out=until[1:])
        return until

    def days_in(self, start: int, stop: int) -> NDArray[np.int64]:
        """Of each unit the days with a visit from the month at ``start`` to the one before ``stop``."""
        return self._until[stop] - self._until[start]

    def in_warranty(self, at: int) -> NDArray[np.bool_]:
        """Of each unit whether its warranty lasts beyond month ``at``, as far as was known then."""
        if at not in self._in_warranty:
            end = last_days([self.months[at]]).iloc[0]
            self._in_warranty[at] = (self.warranty.ends(end) > end).to_numpy(dtype=bool)
        return self._in_warranty[at]

    @cached_property
    def _in_warranty(self) -> dict[int, NDArray[np.bool_]]:
        return {}


def fleet_of(
    visits: pd.DataFrame, first_sale: pd.Series, *, months: Sequence[str], warranty: Warranty
) -> Fleet:
    """Count the days with a visit by unit and month; two orders of one day are one visit.

    Parameters
    ----------
    visits : DataFrame
        One row a visit.
    first_sale : Series
        Of each unit number the first sale here, NaT for none.
    months : sequence of str
        The months that are over, in a row.
    warranty : Warranty
        Of the same units.
    """
    first = month_number(pd.Timestamp(f"{months[0]}-01")) if months else 0
    once = visits[["unit", "visit_date", "month"]].drop_duplicates(["unit", "visit_date"])
    place = once["month"].to_numpy() - first
    inside = (place >= 0) & (place < len(months))
    flat = once["unit"].to_numpy()[inside] * len(months) + place[inside]
    days = np.bincount(flat, minlength=len(first_sale) * len(months)).reshape(len(first_sale), len(months))
    return Fleet(months, days, month_numbers(first_sale) - first, warranty)


def not_back(fleet: Fleet, at: int, *, lag: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each unit whether it was seen ``lag`` months before month ``at``, and whether it was not seen since.

    ``at`` is a place in the fleet's months.
    """
    base = fleet.days_in(at - lag, at - lag + 1) > 0
    return base, base & (fleet.days_in(at - lag + 1, at + 1) == 0)


def visits_in(
    fleet: Fleet, at: int, *, window: int, min_visits: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each unit whether it is one of those that can be kept, and whether it came so often in the window.

    The window are the ``window`` months up to month ``at``. Those that can be kept were seen in as many
    months before it, or were sold here before it and are in warranty at its end.
    """
    start = at - window + 1
    seen = fleet.days_in(max(start - window, 0), start) > 0
    base = seen | ((fleet.sold < start) & fleet.in_warranty(at))
    return base, base & (fleet.days_in(start, at + 1) >= min_visits)


def stages(fleet: Fleet, at: int, *, window: int) -> NDArray[np.int64]:
    """The place in :data:`STAGES`: the window is its first year, else in warranty at its end or not."""
    new = fleet.sold == at - window
    return np.where(new, 0, np.where(fleet.in_warranty(at), 1, 2))


def rule_churn_rate(fleet: Fleet, *, rule: str, lag: int) -> pd.DataFrame:
    """Of the vehicles with a visit ``lag`` months ago the share without one since, month by month.

    Parameters
    ----------
    fleet : Fleet
        Of the visits that the rule counts.
    rule : str
        What it is called.
    lag : int
        How many months a vehicle has to come again.

    Returns
    -------
    DataFrame
        One row a month of the ``rule`` from the first that has ``lag`` months before it: ``numerator``
        [vehicles not back], ``denominator`` [vehicles of month m - lag], ``value`` [fraction 0-1], ``low``,
        ``high`` (95 % Wilson). Higher is worse.
    """
    rows = [not_back(fleet, at, lag=lag) for at in range(lag, len(fleet.months))]
    return _shares(fleet.months[lag:], rows, rule=rule)


def rule_retention_rate(
    fleet: Fleet, *, rule: str, window: int, min_visits: int, apart: bool = False
) -> list[pd.DataFrame]:
    """The share of vehicles with so many visits in the months up to each month.

    Parameters
    ----------
    fleet : Fleet
        Of the visits that the rule counts.
    rule : str
        What it is called.
    window, min_visits : int
        So many visits in so many months are asked for.
    apart : bool
        Also by ``life_stage``.

    Returns
    -------
    list of DataFrame
        One row a month of the ``rule`` from the first with twice ``window`` months up to it; then one a
        ``life_stage`` as well, which together are the month's: ``numerator`` [vehicles kept],
        ``denominator`` [vehicles that can be kept: :func:`visits_in`], ``value`` [fraction 0-1], ``low``,
        ``high`` (95 % Wilson). Higher is better.
    """
    places = range(2 * window - 1, len(fleet.months))
    months = [fleet.months[at] for at in places]
    rows = [visits_in(fleet, at, window=window, min_visits=min_visits) for at in places]
    frames = [_shares(months, rows, rule=rule)]
    if apart:
        stage = [stages(fleet, at, window=window) for at in places]
        frames += [
            _shares(
                months,
                [(base & (of == n), hit & (of == n)) for (base, hit), of in zip(rows, stage, strict=True)],
                rule=rule,
                life_stage=name,
            )
            for n, name in enumerate(STAGES)
        ]
    return frames


def _shares(
    months: Sequence[str], rows: Sequence[tuple[NDArray[np.bool_], NDArray[np.bool_]]], **groups: str
) -> pd.DataFrame:
    size, hits = ([int(each[place].sum()) for each in rows] for place in (0, 1))
    low, high = wilson(hits, size)
    return tidy(months, numerator=hits, denominator=size, low=low, high=high, **groups)
