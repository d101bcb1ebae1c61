"""Last year's vehicles that came back, and lapses by who looked after the vehicle.

Visits are those of :func:`csanalysis.metrics.customers.units.units`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.churn import LAPSE_MONTHS
from csanalysis.metrics.customers.units import has_next
from csanalysis.metrics.periods import add_months, month_number, months_between
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson


def returned_vehicles(visits: pd.DataFrame, *, years: Sequence[int], as_of: pd.Timestamp) -> pd.DataFrame:
    """Of the vehicles seen in the year before, those that come for the first time, by month.

    Parameters
    ----------
    visits : DataFrame
        One row a visit: ``unit``, ``month``.
    years : sequence of int
        The years to report; the year before each must be known whole.
    as_of : Timestamp
        Last day counted; months after it are left out.

    Returns
    -------
    DataFrame
        One row a month: ``value`` [vehicles]; ``denominator`` = vehicles seen in the year before. What is
        left of them at the year's end is churned (``annual_churn_rate``). Higher is better.
    """
    first = visits.drop_duplicates(["unit", "month"])
    year = (first["month"] // 12 + 1970).to_numpy()
    unit, month = first["unit"].to_numpy(), first["month"].to_numpy()
    last = month_number(as_of)
    frames = []
    for each in years:
        before = np.unique(unit[year == each - 1])
        now = year == each
        _, earliest = np.unique(unit[now], return_index=True)  # visits stand in order of unit and date
        back = month[now][earliest][np.isin(unit[now][earliest], before)]
        end = min(pd.Timestamp(each, 12, 31), as_of)
        months = months_between(pd.Timestamp(each, 1, 1), end) if last >= (each - 1970) * 12 else []
        counts = np.bincount(back - (each - 1970) * 12, minlength=12)[: len(months)]
        frames.append(tidy(months, value=counts, denominator=len(before)))
    return pd.concat([tidy([]), *frames], ignore_index=True)


def vehicles_to_return(visits: pd.DataFrame, *, years: Sequence[int]) -> pd.DataFrame:
    """Vehicles seen in the year before each year: those that may come back or churn in it.

    Parameters
    ----------
    visits : DataFrame
        One row a visit: ``unit``, ``month``.
    years : sequence of int
        The years to report; the year before each must be known whole.

    Returns
    -------
    DataFrame
        One row a year: ``value`` [vehicles].
    """
    year = visits["month"] // 12 + 1970
    seen = [visits.loc[year == each - 1, "unit"].nunique() for each in years]
    return tidy([str(each) for each in years], value=seen)


def lapses_by_carer(
    visits: pd.DataFrame, carer: pd.Series, *, by: str, month: str, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Vehicles that lapsed in a month and in its year so far, by who received their last visit.

    Parameters
    ----------
    visits : DataFrame
        One row a visit: ``unit``, ``visit_date``, ``month``.
    carer : Series
        Team or advisor of each visit, in the same order; NaN where not known.
    by : str
        What the split is called, ``team`` or ``advisor``.
    month : str
        The month, such as ``2026-03``; its year so far ends with it.
    as_of : Timestamp
        Last day of the month.

    Returns
    -------
    DataFrame
        One row a ``scope`` (month, to_date) and carer: ``numerator`` [vehicles lapsed], ``denominator``
        [vehicles whose last visit of the year before was with the carer], ``value`` [fraction], ``low``,
        ``high`` (95 % Wilson). Lower is better.
    """
    year, last = int(month[:4]), month_number(as_of)
    lapse = add_months(visits["visit_date"], LAPSE_MONTHS)
    back = has_next(visits) & (visits["visit_date"].shift(-1) <= lapse).to_numpy()
    lapsed_in = lapse.to_numpy(dtype="datetime64[M]").astype("int64")
    lapsed_in = np.where(back | (lapse > as_of).to_numpy(), -1, lapsed_in)
    # A vehicle that lapses this year had its visit twelve months before: the last one of last year.
    of_before = ((visits["month"] // 12 + 1970) == year - 1).to_numpy()
    following = visits["month"].shift(-1).to_numpy() // 12 + 1970
    last_of_year = of_before & ~(has_next(visits) & (following == year - 1))
    names = carer.astype("object").to_numpy()
    known = pd.notna(names)
    base = pd.Series(names[last_of_year & known]).value_counts()
    frames = []
    for scope, first in (("month", last), ("to_date", (year - 1970) * 12)):
        hit = (lapsed_in >= first) & (lapsed_in <= last) & known
        lapsed = pd.Series(names[hit]).value_counts().reindex(base.index, fill_value=0)
        low, high = wilson(lapsed, base)
        splits = {by: base.index.astype("str"), "scope": scope}
        frames.append(
            tidy([month] * len(base), numerator=lapsed, denominator=base, low=low, high=high, **splits)
        )
    return pd.concat(frames, ignore_index=True)


def lapsed_and_away(visits: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Vehicles that lapsed in the month of ``as_of`` and have not come back in it.

    Parameters
    ----------
    visits : DataFrame
        Service visits that count, a clean table cut at ``as_of``.
    as_of : Timestamp
        Last day of the month.

    Returns
    -------
    DataFrame
        One row a vehicle: ``vin``, ``last_visit``, ``lapse_date``, and ``team`` and ``advisor`` of that visit
        (of several on one day the largest ``ro_number``'s); the first to lapse first.
    """
    last = visits.sort_values(["visit_date", "ro_number"]).drop_duplicates("vin", keep="last")
    last = last[["vin", "visit_date", "team", "advisor"]].rename(columns={"visit_date": "last_visit"})
    last["lapse_date"] = add_months(last["last_visit"], LAPSE_MONTHS)
    within = (last["lapse_date"] >= as_of.replace(day=1)) & (last["lapse_date"] <= as_of)
    return last[within].sort_values(["lapse_date", "vin"]).reset_index(drop=True)
