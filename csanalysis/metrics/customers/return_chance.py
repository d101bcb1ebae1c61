"""How likely a vehicle is to come back, and so what a call to it is worth.

Visits are those of :func:`csanalysis.metrics.customers.units.units`: ``unit``, ``month``, in that order.
"""

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.classes import CLASSES, WINDOW_MONTHS
from csanalysis.metrics.customers.lapses import LAPSE_MONTHS, lapse_day
from csanalysis.metrics.customers.roster import vehicle_roster
from csanalysis.metrics.customers.units import has_next
from csanalysis.metrics.results import tidy

RETURN_MONTHS = 3
MIN_OBSERVED = 30
MONTH_DAYS = 365.25 / 12


def return_chance(visits: pd.DataFrame, *, as_of: pd.Timestamp, ages: int = 24) -> pd.DataFrame:
    """Share of vehicles that came back within three months, by class and months since the last visit.

    Parameters
    ----------
    visits : DataFrame
        One row a visit.
    as_of : Timestamp
        Last day counted.
    ages : int
        How many months away to tell apart: 0 up to this, not included.

    Returns
    -------
    DataFrame
        One row a ``visit_class`` and ``months_since`` that was ever seen: ``numerator`` [came back],
        ``denominator`` [vehicles at month-ends], ``value`` [fraction 0-1].

    Notes
    -----
    Every vehicle is looked at on every past month-end that has twelve months of data before it and three
    after it. It is counted on several of them, so no interval of independent trials holds.
    """
    if visits.empty:
        return tidy([], visit_class=[], months_since=[])
    month = visits["month"].to_numpy()
    first_end, last_end = month.min() + WINDOW_MONTHS - 1, _last_month_over(as_of) - RETURN_MONTHS
    never = month.max() + ages + RETURN_MONTHS + 1
    following = np.where(has_next(visits), np.roll(month, -1), never)
    second, fourth = (_month_before(visits, places) for places in (1, 3))
    counts = np.zeros((2, len(CLASSES), ages), dtype="int64")
    held = np.arange(len(visits))
    for age in range(ages):
        held = held[month[held] + age < following[held]]
        end = month[held] + age
        at = held[(end >= first_end) & (end <= last_end)]
        end = month[at] + age
        # Its last four visits tell the class: the fourth last within the window is A, the second last B.
        visits_within = (
            (age < WINDOW_MONTHS) * 1
            + (second[at] > end - WINDOW_MONTHS)
            + (fourth[at] > end - WINDOW_MONTHS)
        )
        classes = len(CLASSES) - 1 - visits_within
        counts[1, :, age] = np.bincount(classes, minlength=len(CLASSES))
        counts[0, :, age] = np.bincount(classes[following[at] <= end + RETURN_MONTHS], minlength=len(CLASSES))
    place = np.nonzero(counts[1])
    return tidy(
        [f"{as_of:%Y-%m-%d}"] * len(place[0]),
        numerator=counts[0][place],
        denominator=counts[1][place],
        visit_class=np.array(CLASSES)[place[0]],
        months_since=place[1].astype(str),
    )


def table_chances(
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    table: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    horizon_days: int,
    lapse_months: int = LAPSE_MONTHS,
) -> pd.DataFrame:
    """What the table says of every vehicle ever seen.

    Parameters
    ----------
    visits, sales : DataFrame
        Clean tables, cut at ``as_of``.
    table : DataFrame
        What :func:`return_chance` returns.
    as_of : Timestamp
        Last day counted.
    horizon_days : int
        Within how many days a visit counts [days].
    lapse_months : int
        Months without a visit after which a vehicle has lapsed.

    Returns
    -------
    DataFrame
        In order of ``vin``: ``chance`` [fraction 0-1] of a visit within the horizon, ``lapse_chance``
        [fraction 0-1] of none before the vehicle lapses, NaN for one that has lapsed. Both NaN for a vehicle
        away longer than any seen.

    Notes
    -----
    Within three months all days count alike. After the first three, only the months since the last visit tell
    the chance of the following ones.
    """
    roster = vehicle_roster(visits, sales, as_of=as_of)
    roster = roster[roster["last_visit"].notna().to_numpy()].reset_index(drop=True)
    months = RETURN_MONTHS * MONTH_DAYS
    of_three = chance_in_table(roster, table)
    of_age = _by_age(table)
    lapses = lapse_day(roster["last_visit"], lapse_months=lapse_months)
    left = (lapses - as_of).dt.days.to_numpy(float) / months
    away = (1 - of_three) ** np.clip(left, 0, 1)
    for step in range(1, -(-lapse_months // RETURN_MONTHS)):
        then = roster["months_since"].astype("float64") + step * RETURN_MONTHS
        away *= np.where(left > step, (1 - then.map(of_age)) ** np.clip(left - step, 0, 1), 1.0)
    return pd.DataFrame(
        {
            "vin": roster["vin"],
            "chance": 1 - (1 - of_three) ** (horizon_days / months),
            "lapse_chance": away.where(left > 0),
        }
    )


def with_call_value(roster: pd.DataFrame, chance: pd.Series, *, revenue_per_visit: float) -> pd.DataFrame:
    """The vehicles with ``chance`` [fraction 0-1] of coming back and ``call_value`` [yuan] of a call.

    Parameters
    ----------
    roster : DataFrame
        Vehicles with ``vin``.
    chance : Series
        By ``vin``, within three months.
    revenue_per_visit : float
        Mean amount of a visit [yuan], NaN where unknown.

    Returns
    -------
    DataFrame
        ``call_value`` is chance x revenue; both NaN for a vehicle of which nothing is told.
    """
    own = roster["vin"].map(chance).astype("float64")
    return roster.assign(chance=own, call_value=own * revenue_per_visit)


def chance_in_table(roster: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """The share of the vehicle's class and age; of its age alone where seen fewer than 30 times; else NaN."""
    often = table[table["denominator"] >= MIN_OBSERVED]
    ages = often["months_since"].astype("float64")
    known = pd.Series(often["value"].to_numpy(), index=[often["visit_class"], ages])
    age = roster["months_since"].astype("float64")
    of_class = known.reindex(pd.MultiIndex.from_arrays([roster["visit_class"], age])).to_numpy()
    return pd.Series(of_class, index=roster.index).fillna(age.map(_by_age(table)))


def _by_age(table: pd.DataFrame) -> pd.Series:
    """The share of all classes by months since the last visit."""
    totals = table.groupby(table["months_since"].astype("float64"))[["numerator", "denominator"]].sum()
    shares: pd.Series = totals["numerator"] / totals["denominator"]
    return shares


def revenue_per_visit(visits: pd.DataFrame, *, since: pd.Timestamp) -> float:
    """Mean ``total_amount`` [yuan] of the visits after a day that have one; NaN for none."""
    return float(visits.loc[visits["visit_date"] > since, "total_amount"].mean())


def _month_before(visits: pd.DataFrame, places: int) -> np.ndarray:
    """The month of the same unit's visit so many rows before each; long ago where there is none."""
    unit, month = visits["unit"].to_numpy(), visits["month"].to_numpy()
    before = np.full(len(visits), np.iinfo("int64").min)
    same = unit[places:] == unit[:-places]
    before[places:][same] = month[:-places][same]
    return before


def _last_month_over(as_of: pd.Timestamp) -> int:
    running = as_of.day < as_of.days_in_month
    return (as_of.year - 1970) * 12 + as_of.month - 1 - running
