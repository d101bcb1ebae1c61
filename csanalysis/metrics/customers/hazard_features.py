"""What is known of a vehicle on any day since its last visit, as features of the chance that it comes.

All of it was known on that day: a visit later than it is never looked at.
"""

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.return_chance import MONTH_DAYS
from csanalysis.metrics.customers.service_due import SERVICES, services
from csanalysis.metrics.customers.service_habits import learn_habits, predict_next_service
from csanalysis.metrics.stats.logistic import Floats, hats

Days = NDArray[np.int64]

YEAR_DAYS = 365

NEVER = 1 << 30
"""The day of a visit that has not come."""

VISITS_BACK = 7
"""The last seven visits tell how often a vehicle comes."""

RECENCY_MONTHS = (0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 15.0, 18.0, 24.0)
OWN_GAPS = (0.0, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
MONTHS_OVERDUE = (-6.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 12.0)
VISITS_LATELY = (0.0, 1.0, 2.0, 4.0)
VISITS_A_YEAR = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
VISITS_EVER = (1.0, 2.0, 4.0, 8.0)

_FAR = 1 << 20  # more days than any history has


class Histories(NamedTuple):
    """Each day on which a vehicle came, in order of vehicle and day, with what was known when it left.

    ``unit`` stands for ``names[unit]``, the VIN; ``day`` counts from 1970; ``following`` is the day of its
    next visit (:data:`NEVER` for none). ``nth``: which visit of the vehicle it is, from 1. ``back``: the days
    of this one and of the six before it, NaN where there were fewer. ``own_gap``: median of the gaps between
    these [months], NaN for a first visit. ``expected``: the day on which the next service was to be expected,
    NaN for a vehicle never serviced. ``begun``: its first day, sale or visit. ``kind``: 1 for a first
    service, 2 for a scheduled one, 0 for any other visit.
    """

    names: pd.Index
    unit: Days
    day: Days
    following: Days
    nth: NDArray[np.int64]
    back: Floats
    own_gap: Floats
    expected: Floats
    begun: Floats
    kind: NDArray[np.int64]


def day_number(date: pd.Timestamp) -> int:
    """Days since 1970."""
    return (date.normalize() - pd.Timestamp(0)).days


def histories(
    visits: pd.DataFrame, sales: pd.DataFrame, *, months: int, km: float, learned: pd.Timestamp
) -> Histories:
    """Every vehicle's visits with what could be known at each.

    Parameters
    ----------
    visits : DataFrame
        Clean table: ``vin``, ``visit_date``, ``service_type``, ``mileage_km``.
    sales : DataFrame
        Clean table: ``vin``, ``sale_date``.
    months, km
        The service interval.
    learned : Timestamp
        The habits of arrival (see :func:`csanalysis.metrics.customers.service_habits.learn_habits`) are those
        known on this day.

    Returns
    -------
    Histories
        The order of the rows given makes no difference.
    """
    code, names = pd.factorize(pd.concat([visits["vin"], sales["vin"]], ignore_index=True), sort=True)
    keys, place = np.unique(
        code[: len(visits)] * _FAR + _days(visits["visit_date"]).astype("int64"), return_inverse=True
    )
    unit, day = keys // _FAR, keys % _FAR
    first = np.searchsorted(unit, unit)
    nth = np.arange(len(unit)) - first + 1
    back = np.full((len(unit), VISITS_BACK), np.nan)
    for places in range(VISITS_BACK):
        there = np.flatnonzero(nth > places)
        back[there, places] = day[there - places]
    return Histories(
        names=pd.Index(names),
        unit=unit,
        day=day,
        following=_following(unit, day),
        nth=nth,
        back=back,
        own_gap=_median(-np.diff(back, axis=1)) / MONTH_DAYS,
        expected=_expected(visits, sales, names, keys, months=months, km=km, learned=learned),
        begun=np.fmin(_first_days(code[len(visits) :], sales, len(names))[unit], day[first]),
        kind=_kinds(visits["service_type"], place, len(keys)),
    )


def every_nth(names: pd.Index, step: int) -> NDArray[np.bool_]:
    """One vehicle of so many, the same whatever else a table holds."""
    numbers = pd.util.hash_array(np.asarray(names, dtype=object))
    chosen: NDArray[np.bool_] = numbers % np.uint64(step) == 0
    return chosen


def present(known: Histories, day: int) -> NDArray[np.intp]:
    """The last visit up to and including a day of each vehicle seen by then: rows of the histories."""
    return np.flatnonzero((known.day <= day) & (known.following > day))


def features(known: Histories, rows: NDArray[np.intp], days: Days | int) -> Floats:
    """What tells the chance of the vehicles whose last visit is ``rows``, each on its day.

    Parameters
    ----------
    known : Histories
        From :func:`histories`.
    rows : array of int
        The last visits.
    days : int or array of int
        The day of each; those after the next visit are taken as if it had not come.

    Returns
    -------
    array
        One row a vehicle: 1; recency [months since the last visit]; due ratio [recency ÷ own gap] and the
        logarithm of the own gap; months past the expected day of service, which the vehicle's own km a day
        and the interval in km or months tell; visits of the last 12 months, visits ever, visits a year since
        the first day; whether the last visit was a first or a scheduled service. Numbers are weights of knots
        (:func:`csanalysis.metrics.stats.logistic.hats`); of what is unknown all are 0.
    """
    recency = (days - known.day[rows]) / MONTH_DAYS
    own_gap, nth = known.own_gap[rows], known.nth[rows]
    lately = (known.back[rows] > np.reshape(days, (-1, 1)) - YEAR_DAYS).sum(axis=1)
    a_year = nth / ((days - known.begun[rows]) / YEAR_DAYS + 0.75)
    kind = known.kind[rows]
    return np.column_stack(
        [
            np.ones(len(rows)),
            hats(recency, RECENCY_MONTHS),
            hats(recency / own_gap, OWN_GAPS),
            np.nan_to_num(np.log(own_gap + 0.5)),
            hats((days - known.expected[rows]) / MONTH_DAYS, MONTHS_OVERDUE),
            hats(lately.astype(float), VISITS_LATELY),
            hats(np.log(nth), tuple(np.log(VISITS_EVER))),
            hats(np.log(a_year), tuple(np.log(VISITS_A_YEAR))),
            kind == 1,
            kind == 2,
        ]
    )


def _expected(
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    names: pd.Index,
    keys: Days,
    *,
    months: int,
    km: float,
    learned: pd.Timestamp,
) -> Floats:
    """At each visit the day on which the next service was to be expected."""
    done = services(visits, sales)
    habits = learn_habits(done, months=months, km=km, before=learned + pd.Timedelta(days=1))
    told = _days(predict_next_service(done, habits, months=months, km=km)["expected"])
    at = pd.Index(names).get_indexer(pd.Index(done["vin"])) * _FAR + _days(done["service_date"]).astype(
        "int64"
    )
    order = np.argsort(at)
    last = np.searchsorted(at[order], keys, side="right") - 1
    if not len(at):
        return np.full(len(keys), np.nan)
    before = order[np.maximum(last, 0)]
    same = (last >= 0) & (at[before] // _FAR == keys // _FAR)
    return np.where(same, told[before], np.nan)


def _following(unit: Days, day: Days) -> Days:
    """The day of the same unit's next visit."""
    following = np.full(len(day), NEVER)
    again = unit[1:] == unit[:-1]
    following[:-1][again] = day[1:][again]
    return following


def _kinds(service_type: pd.Series, place: NDArray[np.intp], size: int) -> NDArray[np.int64]:
    """What each visit was; of several on one day a first service counts before a scheduled one."""
    kinds = np.zeros(size, dtype="int64")
    for number in (2, 1):
        kinds[place[(service_type == SERVICES[number - 1]).to_numpy()]] = number
    return kinds


def _first_days(code: NDArray[np.intp], sales: pd.DataFrame, size: int) -> Floats:
    """The day of each unit's first sale, NaN for none."""
    days = np.full(size, np.inf)
    np.minimum.at(days, code, _days(sales["sale_date"]))
    days[np.isinf(days)] = np.nan
    return days


def _median(rows: Floats) -> Floats:
    """The median of each row's numbers, NaN for none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        median: Floats = np.nanmedian(rows, axis=1)
    return median


def _days(dates: pd.Series) -> Floats:
    days: Floats = dates.to_numpy(dtype="datetime64[D]").astype("int64").astype(float)
    return days
