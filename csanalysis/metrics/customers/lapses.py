"""Lapses: a unit has stayed away for so long that it counts as lost. When, how many a month, in whose care.

Every count of lapses rests on :func:`lapse_dates` or, where last visits are known already, on
:func:`lapse_day`. Visits are those of :func:`csanalysis.metrics.customers.units.units`.
"""

from collections.abc import Sequence

import pandas as pd

from csanalysis.metrics.customers.lifecycle import BOUNDARIES, CHURNED
from csanalysis.metrics.customers.units import has_next
from csanalysis.metrics.periods import add_months, month_labels
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson

LAPSE_MONTHS = BOUNDARIES[CHURNED - 1]
"""Months without a visit after which a unit has lapsed, unless a store has it otherwise."""


def lapse_day(visit_dates: pd.Series, *, lapse_months: int = LAPSE_MONTHS) -> pd.Series:
    """The day on which each visit lapses, unless another follows up to and including that day."""
    return add_months(visit_dates, lapse_months)


def lapse_dates(visits: pd.DataFrame, *, as_of: pd.Timestamp, lapse_months: int = LAPSE_MONTHS) -> pd.Series:
    """The day of each lapse: the visit + ``lapse_months``, where no visit followed up to and including it.

    A unit that comes back and stays away again lapses again. Lapses after ``as_of`` have not happened.
    """
    lapse = lapse_day(visits["visit_date"], lapse_months=lapse_months)
    back = has_next(visits) & (visits["visit_date"].shift(-1) <= lapse).to_numpy()
    return lapse[~back & (lapse <= as_of).to_numpy()].rename("lapse_date")


def lapse_years(years: Sequence[int], *, lapse_months: int = LAPSE_MONTHS) -> list[int]:
    """Of complete years in a row those in which every lapse can be seen: with so many months before them."""
    return list(years[-(-lapse_months // 12) :])


def lapsed_vehicles(lapses: pd.Series, *, months: Sequence[str], years: Sequence[int] = ()) -> pd.DataFrame:
    """Vehicles that lapsed, by month and year.

    Parameters
    ----------
    lapses : Series
        What :func:`lapse_dates` returns.
    months : sequence of str
        The months to report.
    years : sequence of int
        The years to report: :func:`lapse_years`.

    Returns
    -------
    DataFrame
        One row a month, then one a year: ``value`` [vehicles], 0 where nobody lapsed. Higher is worse.
    """
    by_month = month_labels(lapses).value_counts()
    by_year = lapses.dt.year.value_counts()
    values = [by_month.get(month, 0) for month in months] + [by_year.get(year, 0) for year in years]
    return tidy([*months, *(str(year) for year in years)], value=values)


def lapses_by_carer(
    visits: pd.DataFrame,
    carer: pd.Series,
    *,
    by: str,
    month: str,
    as_of: pd.Timestamp,
    lapse_months: int = LAPSE_MONTHS,
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
        [vehicles that lapse in the year unless they come, by the carer of that visit: with twelve months
        those seen the year before], ``value`` [fraction], ``low``, ``high`` (95 % Wilson). Lower is better.
    """
    # Who lapses this year had its last visit in the twelve months that would lapse in this year.
    would_lapse = lapse_day(visits["visit_date"], lapse_months=lapse_months).dt.year == int(month[:4])
    last_of_year = (would_lapse & ~(has_next(visits) & would_lapse.shift(-1, fill_value=False))).to_numpy()
    names = carer.astype("object").set_axis(visits.index)
    base = names[last_of_year].value_counts()
    lapses = lapse_dates(visits, as_of=as_of, lapse_months=lapse_months)
    frames = []
    for scope, first in (("month", as_of.replace(day=1)), ("to_date", pd.Timestamp(f"{month[:4]}-01-01"))):
        of_scope = lapses.index[lapses >= first]
        lapsed = names[of_scope].value_counts().reindex(base.index, fill_value=0)
        low, high = wilson(lapsed, base)
        splits = {by: base.index.astype("str"), "scope": scope}
        frames.append(
            tidy([month] * len(base), numerator=lapsed, denominator=base, low=low, high=high, **splits)
        )
    return pd.concat(frames, ignore_index=True)


def lapsed_and_away(
    visits: pd.DataFrame, *, as_of: pd.Timestamp, lapse_months: int = LAPSE_MONTHS
) -> pd.DataFrame:
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
    last["lapse_date"] = lapse_day(last["last_visit"], lapse_months=lapse_months)
    within = last["lapse_date"].between(as_of.replace(day=1), as_of)
    return last[within].sort_values(["lapse_date", "vin"]).reset_index(drop=True)
