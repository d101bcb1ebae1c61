"""When a vehicle will come for its next service: by its own pace, with a band, and tested on the past."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.mileage import distance_driven, readings
from csanalysis.metrics.periods import add_months, date_plus_months, months_between
from csanalysis.metrics.results import tidy

SERVICES = ("first_service", "scheduled_service")
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
class Habits:
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


def services(visits: pd.DataFrame, sales: pd.DataFrame) -> pd.DataFrame:
    """Every first and scheduled service, with what was known of its vehicle when it left.

    Parameters
    ----------
    visits : DataFrame
        Clean table: ``vin``, ``visit_date``, ``service_type``, ``mileage_km``.
    sales : DataFrame
        Clean table: ``vin``, ``sale_date``.

    Returns
    -------
    DataFrame
        One row a vehicle and day, in that order: ``vin``, ``service_date``, ``driven`` [km] and ``taken``
        [days] (see :func:`csanalysis.metrics.customers.mileage.distance_driven`), ``interval_before`` [days
        since the service before, NaN for the first one], ``next_service``.
    """
    code, _ = pd.factorize(pd.concat([visits["vin"], sales["vin"]], ignore_index=True))
    rows = visits[["vin", "visit_date", "service_type", "mileage_km"]].assign(
        unit=code[: len(visits)], day=_days(visits["visit_date"])
    )
    sold = sales[["vin"]].assign(unit=code[len(visits) :], day=_days(sales["sale_date"]))
    sold = sold.sort_values("day", kind="stable").drop_duplicates("unit")
    done = rows[rows["service_type"].isin(SERVICES)].drop_duplicates(["unit", "day"])
    done = done.sort_values(["unit", "day"], ignore_index=True)
    unit, day = done["unit"].to_numpy(), done["day"].to_numpy()
    driven, taken = distance_driven(readings(rows, sold), unit, day)
    again = np.concatenate([unit[1:] == unit[:-1], [False]]) if len(unit) else np.zeros(0, dtype=bool)
    before = np.roll(day, 1).astype(float)
    before[~np.roll(again, 1)] = np.nan
    return pd.DataFrame(
        {
            "vin": done["vin"],
            "service_date": done["visit_date"],
            "driven": driven,
            "taken": taken,
            "interval_before": day - before,
            "next_service": done["visit_date"].shift(-1).where(again),
        }
    )


def predicted(rows: pd.DataFrame, habits: Habits, *, months: int, km: float) -> pd.DataFrame:
    """The day on which each vehicle's next service is to be expected, and between which days.

    Parameters
    ----------
    rows : DataFrame
        ``service_date``, ``driven``, ``taken``.
    habits : Habits
        From :func:`learn`.
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


def learn(rows: pd.DataFrame, *, months: int, km: float, before: pd.Timestamp) -> Habits:
    """The habits of the vehicles that came for their next service before a day.

    Parameters
    ----------
    rows : DataFrame
        From :func:`services`.
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
        return Habits(pace, np.array([]), none, np.zeros(2), none)
    by_km = km / _pace(came, pace)
    late = (came["next_service"] - _due(came["service_date"], by_km, months)).dt.days.to_numpy(float)
    groups = int(np.clip(len(came) // _PER_GROUP, 1, PACE_GROUPS))
    edges = np.unique(np.quantile(by_km, np.arange(1, groups) / groups))
    part = Habits(pace, edges, edges, edges, edges).part(came, by_km)
    levels = (BAND[0], 0.5, BAND[1])
    found = pd.Series(late).groupby(part).quantile(np.array(levels)).unstack()
    few = np.bincount(part, minlength=len(edges) + 2) < MIN_LEARNED
    found = found.reindex(range(len(edges) + 2))
    found[few] = np.quantile(late, levels)
    return Habits(pace, edges, *(found[level].to_numpy() for level in levels))


def next_services(rows: pd.DataFrame, *, months: int, km: float, as_of: pd.Timestamp) -> pd.DataFrame:
    """The next service of every vehicle that has had one, as it can be told on ``as_of``.

    Parameters
    ----------
    rows : DataFrame
        From :func:`services`.
    months, km
        The service interval.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        In order of ``vin``: ``service_date`` of the last service and the columns of :func:`predicted`.
    """
    rows = rows[(rows["service_date"] <= as_of).to_numpy()]
    habits = learn(rows, months=months, km=km, before=as_of + pd.Timedelta(days=1))
    last = rows[rows["next_service"].isna().to_numpy()]
    told = pd.concat([last[["vin", "service_date"]], predicted(last, habits, months=months, km=km)], axis=1)
    return told.sort_values("vin", ignore_index=True)


def due_soon(told: pd.DataFrame, *, as_of: pd.Timestamp, months: int = 3) -> pd.DataFrame:
    """The vehicles to remind now: expected within so many months, or by now and still within the band.

    Parameters
    ----------
    told : DataFrame
        From :func:`next_services`.
    as_of : Timestamp
        Last day counted.
    months : int
        How far ahead.

    Returns
    -------
    DataFrame
        Rows of ``told``; ``overdue`` where the expected day has passed.
    """
    overdue = told["expected"] <= as_of
    chosen = (~overdue & (told["expected"] <= date_plus_months(as_of, months))) | (
        overdue & (told["until"] > as_of)
    )
    return told.assign(overdue=overdue)[chosen.to_numpy()]


def service_due_vehicles(told: pd.DataFrame, *, as_of: pd.Timestamp, months: int = 6) -> pd.DataFrame:
    """Vehicles whose next service is to be expected in each of the coming months.

    Parameters
    ----------
    told : DataFrame
        From :func:`next_services`.
    as_of : Timestamp
        Only what is expected after it.
    months : int
        How many months ahead; a vehicle has one next service, so those far off are not all there yet.

    Returns
    -------
    DataFrame
        One row a calendar month: ``value`` [vehicles].
    """
    first = as_of + pd.Timedelta(days=1)
    ahead = (
        told["expected"][(told["expected"] >= first).to_numpy()]
        .dt.to_period("M")
        .astype("str")
        .value_counts()
    )
    coming = months_between(first, date_plus_months(first, months - 1))
    return tidy(coming, value=[float(ahead.get(month, 0)) for month in coming])


def service_due_value(expected: pd.DataFrame, visits: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """What the expected services would bring if all of them came.

    Parameters
    ----------
    expected : DataFrame
        From :func:`service_due_vehicles`.
    visits : DataFrame
        Clean table; the mean amount is that of the scheduled services of the last twelve months.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row a month: ``value`` [yuan], NaN without an amount. Higher is better.
    """
    recent = visits["visit_date"] > date_plus_months(as_of, -12)
    scheduled = visits["service_type"] == "scheduled_service"
    mean = float(visits.loc[recent & scheduled, "total_amount"].mean())
    return tidy(expected["period"], value=expected["value"].to_numpy() * mean)


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


def _days(dates: pd.Series) -> NDArray[np.int64]:
    days: NDArray[np.int64] = dates.to_numpy(dtype="datetime64[D]").astype("int64")
    return days
