"""How early or late vehicles come for their next service, learned from past ones, and what that predicts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import add_months, date_plus_months

BAND = (0.1, 0.9)
"""Four arrivals in five fall between these quantiles."""


PRIOR_DAYS = 30.0
"""A vehicle's own pace counts as much as the fleet's once it has been watched for so many days."""


MIN_LEARNED = 30
"""Arrivals that must be known before habits are learned from them."""


LEARNED_MONTHS = 12
"""Habits change: only services of so many months are learned from."""


PACE_GROUPS = 8


_PER_GROUP = 100


_FIRST_PACE = 40.0  # km a day, where no vehicle has two readings


_SLOWEST = 1.0


@dataclass(frozen=True)
class ServiceHabits:
    """What past arrivals teach: the fleet's pace, and how late or early vehicles of each pace come.

    ``pace`` [km a day] is NaN where no vehicle had been watched long enough.
    ``edges`` part the vehicles by the days in which they run the interval in km; ``early``, ``typical`` and
    ``late`` are the 10, 50 and 90 % quantiles of the days from the due date to the arrival, one a part, the
    first for vehicles whose own pace is unknown. With nothing to learn from, ``typical`` is 0 and there is
    no band.
    """

    pace: float
    edges: NDArray[np.float64]
    early: NDArray[np.float64]
    typical: NDArray[np.float64]
    late: NDArray[np.float64]

    @property
    def learned(self) -> bool:
        """Whether there was enough to learn from."""
        return not np.isnan(self.early).any()

    def part(self, rows: pd.DataFrame, by_km: NDArray[np.float64]) -> NDArray[np.intp]:
        """Which habit holds for each vehicle."""
        watched = (rows["taken"] >= PRIOR_DAYS).to_numpy()
        return np.where(watched, 1 + np.searchsorted(self.edges, by_km), 0)


def learn_habits(rows: pd.DataFrame, *, months: int, km: float, before: pd.Timestamp) -> ServiceHabits:
    """The habits of the vehicles that came for their next service before a day.

    Parameters
    ----------
    rows : DataFrame
        From :func:`csanalysis.metrics.customers.service_due.services`.
    months, km
        The service interval.
    before : Timestamp
        Only what was known by then is used.

    Notes
    -----
    Only services that twice the interval has passed since: of younger ones none but the early comers are
    known.
    """
    known = rows[(rows["service_date"] < before).to_numpy()]
    own = known["driven"] / known["taken"].where(known["taken"] >= PRIOR_DAYS)
    pace = float(own.median())
    last = date_plus_months(before, -2 * months)
    recent = known["service_date"].between(date_plus_months(last, -LEARNED_MONTHS), last, inclusive="left")
    came = known[recent.to_numpy()]
    came = came[came_in_time(came, months)]
    if len(came) < MIN_LEARNED:
        none = np.full(2, np.nan)
        return ServiceHabits(pace, np.array([]), none, np.zeros(2), none)
    by_km = km / _pace(came, pace)
    late = (came["next_service"] - _due(came["service_date"], by_km, months)).dt.days.to_numpy(float)
    groups = int(np.clip(len(came) // _PER_GROUP, 1, PACE_GROUPS))
    edges = np.unique(np.quantile(by_km, np.arange(1, groups) / groups))
    part = ServiceHabits(pace, edges, edges, edges, edges).part(came, by_km)
    levels = (BAND[0], 0.5, BAND[1])
    found = pd.Series(late).groupby(part).quantile(np.array(levels)).unstack()
    few = np.bincount(part, minlength=len(edges) + 2) < MIN_LEARNED
    found = found.reindex(range(len(edges) + 2))
    found[few] = np.quantile(late, levels)
    return ServiceHabits(pace, edges, *(found[level].to_numpy() for level in levels))


def predict_next_service(
    rows: pd.DataFrame, habits: ServiceHabits, *, months: int, km: float
) -> pd.DataFrame:
    """The day on which each vehicle's next service is to be expected, and between which days.

    Parameters
    ----------
    rows : DataFrame
        ``service_date``, ``driven``, ``taken``.
    habits : Habits
        From :func:`learn_habits`.
    months, km
        The service interval, whichever is first.

    Returns
    -------
    DataFrame
        ``pace`` [km a day], ``due`` (by pace and interval), ``expected`` (``due`` and the habit of vehicles
        of such a pace), ``from`` and ``until`` (the 80 % band, NaT where nothing was learned).
    """
    pace = _pace(rows, habits.pace)
    by_km = km / pace
    due = _due(rows["service_date"], by_km, months)
    part = habits.part(rows, by_km)

    def later(days: NDArray[np.float64]) -> pd.Series:
        return due + pd.to_timedelta(pd.Series(np.round(days[part]), index=rows.index), unit="D")

    return pd.DataFrame(
        {
            "pace": pace,
            "due": due,
            "expected": later(habits.typical),
            "from": later(habits.early),
            "until": later(habits.late),
        }
    )


def came_in_time(rows: pd.DataFrame, months: int) -> NDArray[np.bool_]:
    """Who came for the next service, and not only after a lapse."""
    in_time: NDArray[np.bool_] = (
        rows["next_service"] <= add_months(rows["service_date"], 2 * months)
    ).to_numpy()
    return in_time


def _pace(rows: pd.DataFrame, fleet: float) -> NDArray[np.float64]:
    """Own pace, drawn to the fleet's where little is known of it [km a day]."""
    if np.isnan(fleet):
        own = (rows["driven"] / rows["taken"].where(rows["taken"] > 0)).fillna(_FIRST_PACE)
    else:
        own = (rows["driven"] + PRIOR_DAYS * fleet) / (rows["taken"] + PRIOR_DAYS)
    return np.maximum(own.to_numpy(float), _SLOWEST)


def _due(dates: pd.Series, by_km: NDArray[np.float64], months: int) -> pd.Series:
    by_time = add_months(dates, months)
    run = dates + pd.to_timedelta(pd.Series(np.round(by_km), index=dates.index), unit="D")
    return by_time.where(by_time < run, run).astype("datetime64[s]")
