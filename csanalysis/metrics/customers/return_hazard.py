"""How likely each vehicle is to come soon, or to stay away until it lapses, from a hazard of months.

At every past month-end each vehicle not lost had a chance to come within the next month. A logistic model of
it (:mod:`csanalysis.metrics.stats.logistic`) is fitted to the features of
:mod:`csanalysis.metrics.customers.hazard_features`; the chances of the coming months, each as if the vehicle
had not come before, make that of any span of days. Where too few have come to learn from, the table of
:mod:`csanalysis.metrics.customers.return_chance` serves.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.hazard_features import (
    YEAR_DAYS,
    Days,
    Histories,
    day_number,
    every_nth,
    features,
    histories,
    present,
)
from csanalysis.metrics.customers.lapses import LAPSE_MONTHS, lapse_day
from csanalysis.metrics.customers.lifecycle import BOUNDARIES
from csanalysis.metrics.customers.return_chance import MONTH_DAYS, RETURN_MONTHS, return_chance, table_chances
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.periods import date_plus_months, rows_until
from csanalysis.metrics.stats.logistic import Floats, fit_logistic, logistic_chance

LONGEST_MONTHS = BOUNDARIES[-1]
"""A vehicle away longer is lost for good: nothing is learned from it or told of it."""

MIN_RETURNS = 300
"""Visits that must have come within the months learned from, before anything is learned."""

MOST_ROWS = 30_000
"""So many vehicle-months are enough to learn from; of more every second, third, … vehicle is taken."""

PENALTY = 1.0


def fit_hazard(known: Histories, *, until: int, longest: int = LONGEST_MONTHS) -> Floats | None:
    """Learn from every whole month up to a day who came.

    Parameters
    ----------
    known : Histories
        From :func:`csanalysis.metrics.customers.hazard_features.histories`; visits after ``until`` are not
        looked at.
    until : int
        Last day known [days since 1970].
    longest : int
        Vehicles away for more months are left out.

    Returns
    -------
    array or None
        The coefficients of the features; None where fewer than 300 came, or all.

    Notes
    -----
    The first twelve months of the data are left out: how often vehicles came before them is not known.
    """
    rows, days, came = _vehicle_months(known, until=until, longest=longest)
    keep = _thinned(known, rows)
    rows, days, came = rows[keep], days[keep], came[keep]
    if came.sum() < MIN_RETURNS or came.all():
        return None
    return fit_logistic(features(known, rows, days), came, penalty=PENALTY)


def chance_to_come(
    known: Histories, coefficients: Floats, rows: NDArray[np.intp], day: int, within: Days | int
) -> Floats:
    """The chance [fraction 0-1] that each vehicle comes after ``day`` and within so many days.

    Parameters
    ----------
    known : Histories
        From :func:`csanalysis.metrics.customers.hazard_features.histories`.
    coefficients : array
        From :func:`fit_hazard`.
    rows : array of int
        The last visit of each vehicle.
    day : int
        Days since 1970.
    within : int or array of int
        How many days [days]; of each vehicle, or of all.
    """
    left = np.broadcast_to(np.asarray(within, dtype=float), rows.shape) / MONTH_DAYS
    away = np.ones(len(rows))
    for month in range(int(np.ceil(left.max(initial=0)))):
        at = np.flatnonzero(left > month)
        monthly = logistic_chance(features(known, rows[at], round(day + month * MONTH_DAYS)), coefficients)
        away[at] *= (1 - monthly) ** np.minimum(left[at] - month, 1)
    return 1 - away


def chance_to_lapse(
    known: Histories,
    coefficients: Floats,
    rows: NDArray[np.intp],
    day: int,
    *,
    lapse_months: int = LAPSE_MONTHS,
) -> Floats:
    """The chance [fraction 0-1] that each vehicle lapses by not coming until it does.

    A vehicle that has lapsed already is NaN; one that comes cannot lapse again within as many months.
    """
    left = lapse_days(known, rows, lapse_months=lapse_months) - day
    chance = 1 - chance_to_come(known, coefficients, rows, day, np.maximum(left, 0))
    return np.where(left > 0, chance, np.nan)


def lapse_days(known: Histories, rows: NDArray[np.intp], *, lapse_months: int = LAPSE_MONTHS) -> Days:
    """The day [days since 1970] on which each visit lapses unless another follows by then."""
    dates = pd.Series(known.day[rows].astype("datetime64[D]").astype("datetime64[s]"))
    lapses = lapse_day(dates, lapse_months=lapse_months).to_numpy(dtype="datetime64[D]")
    return np.asarray(lapses.astype("int64"))


class Hazard(NamedTuple):
    """What was learned of a store: its ``coefficients``, None where too few came, and whom they tell of.

    ``as_of`` is the last day that was looked at; whoever has not come for ``longest`` months by then is lost
    for good.
    """

    known: Histories
    coefficients: Floats | None
    as_of: pd.Timestamp
    longest: int


def learn_hazard(
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    months: int,
    km: float,
    longest: int = LONGEST_MONTHS,
) -> Hazard:
    """Learn from all that was known on a day.

    Parameters
    ----------
    visits, sales : DataFrame
        Clean tables; rows after ``as_of`` are not looked at.
    as_of : Timestamp
        Last day counted.
    months, km
        The service interval.
    longest : int
        Months after which a vehicle is lost for good.
    """
    known = histories(
        rows_until(visits, "visit_date", as_of),
        rows_until(sales, "sale_date", as_of),
        months=months,
        km=km,
        learned=as_of,
    )
    return Hazard(known, fit_hazard(known, until=day_number(as_of), longest=longest), as_of, longest)


def return_chances(
    hazard: Hazard,
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    *,
    horizon_days: int | None = None,
    lapse_months: int = LAPSE_MONTHS,
) -> pd.DataFrame:
    """What is to be expected of every vehicle ever seen, from the day on which the hazard was learned.

    Parameters
    ----------
    hazard : Hazard
        From :func:`learn_hazard`.
    visits, sales : DataFrame
        The clean tables that it was learned from, for where too little could be.
    horizon_days : int, optional
        Within how many days a visit counts [days]; three months unless given.
    lapse_months : int
        Months without a visit after which a vehicle has lapsed.

    Returns
    -------
    DataFrame
        In order of ``vin``: ``chance`` [fraction 0-1] of a visit within the horizon, NaN for a vehicle lost
        for good; ``lapse_chance`` [fraction 0-1] of lapsing before it comes again, NaN for one that has
        lapsed; ``basis``: ``model``, or ``table`` where there was too little to learn from.
    """
    known, coefficients, as_of, longest = hazard
    horizon = horizon_days or (date_plus_months(as_of, RETURN_MONTHS) - as_of).days
    day = day_number(as_of)
    if coefficients is None:
        visits, sales = rows_until(visits, "visit_date", as_of), rows_until(sales, "sale_date", as_of)
        table = return_chance(units(visits, sales).visits, as_of=as_of, ages=longest)
        told = table_chances(
            visits, sales, table, as_of=as_of, horizon_days=horizon, lapse_months=lapse_months
        )
        return told.assign(basis="table")
    rows = present(known, day)
    lost = known.day[rows] <= day_number(date_plus_months(as_of, -longest))
    return pd.DataFrame(
        {
            "vin": known.names[known.unit[rows]].astype("str"),
            "chance": np.where(lost, np.nan, chance_to_come(known, coefficients, rows, day, horizon)),
            "lapse_chance": chance_to_lapse(known, coefficients, rows, day, lapse_months=lapse_months),
            "basis": "model",
        }
    )


def _vehicle_months(
    known: Histories, *, until: int, longest: int
) -> tuple[NDArray[np.intp], Days, NDArray[np.bool_]]:
    """Every vehicle at every month-end since its last visit, and whether it came by the next one."""
    parts = []
    ends = _month_ends(known.day.min(initial=until) + YEAR_DAYS, until)
    for end, after in pairwise(ends):
        rows = present(known, end)
        rows = rows[end - known.day[rows] < longest * MONTH_DAYS]
        parts.append((rows, np.full(len(rows), end), known.following[rows] <= after))
    if not parts:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype="int64"), np.zeros(0, dtype=bool)
    rows, days, came = (np.concatenate(column) for column in zip(*parts, strict=True))
    return rows, days, came


def _month_ends(first: int, last: int) -> Days:
    """The last days of months from one day to another, both counted [days since 1970]."""
    begins = np.arange(
        np.datetime64(int(first), "D").astype("datetime64[M]") + 1,
        np.datetime64(int(last) + 1, "D").astype("datetime64[M]") + 1,
    )
    return begins.astype("datetime64[D]").astype("int64") - 1


def _thinned(known: Histories, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which rows to learn from: all months of every n-th vehicle."""
    chosen = every_nth(known.names, max(-(-len(rows) // MOST_ROWS), 1))
    return chosen[known.unit[rows]]
