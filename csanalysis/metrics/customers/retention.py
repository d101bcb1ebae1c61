"""Customers who stay: how many of a year's vehicles are still here later, and what holding them is worth.

Visits are those of :func:`csanalysis.metrics.customers.units.units`: ``unit``, ``visit_date``,
``total_amount``.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.units import seen_in_years
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson

HORIZON_YEARS = 5


def retained_share(visits: pd.DataFrame, *, years: Sequence[int]) -> pd.DataFrame:
    """Share of a year's vehicles with a visit one to five years later.

    Parameters
    ----------
    visits : DataFrame
        One row a visit.
    years : sequence of int
        The complete years, in a row.

    Returns
    -------
    DataFrame
        One row a year and ``years_later`` ("1" to "5"): ``numerator`` [vehicles back in that year],
        ``denominator`` [vehicles of the year], ``value`` [fraction 0-1], ``low``, ``high`` (95 % Wilson). NaN
        where the later year is not complete. Higher is better.

    Notes
    -----
    |seen(y) & seen(y+k)| / |seen(y)|: years between are not asked, so a vehicle may come back.
    """
    seen = seen_in_years(visits, years=years)
    places = [(place, k) for place in range(len(years)) for k in range(1, HORIZON_YEARS + 1)]
    back = [
        (seen[:, place] & seen[:, place + k]).sum() if place + k < len(years) else np.nan
        for place, k in places
    ]
    of = [seen[:, place].sum() for place, _ in places]
    low, high = wilson(back, of)
    return tidy(
        [str(years[place]) for place, _ in places],
        numerator=back,
        denominator=of,
        low=low,
        high=high,
        years_later=[str(k) for _, k in places],
    )


def revenue_per_vehicle(visits: pd.DataFrame, *, year: int | None) -> float:
    """Amount that a vehicle brought in the year [yuan]: sum of ``total_amount`` / vehicles with a visit.

    NaN without a year, a visit or an amount.
    """
    of_year = visits[(visits["visit_date"].dt.year == year).to_numpy()]
    vehicles = of_year["unit"].nunique()
    return float(of_year["total_amount"].sum(min_count=1) / vehicles) if vehicles else np.nan


def retention_value(vehicles: float, *, churn_points: float, revenue: float, plan_year: int) -> pd.DataFrame:
    """What keeping customers brings: vehicles x points of churn avoided x revenue a vehicle.

    Parameters
    ----------
    vehicles : float
        Vehicles of the last complete year, those that the churn rate is of.
    churn_points : float
        Churn avoided [fraction 0-1]; below 0 counts as 0, NaN gives NaN.
    revenue : float
        Revenue a vehicle and year [yuan].
    plan_year : int
        The year in which it is won.

    Returns
    -------
    DataFrame
        One row: ``value`` [yuan]. Higher is better.

    Notes
    -----
    5,000 vehicles x 10 points x 500 yuan = 250,000 yuan.
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    return tidy([str(plan_year)], value=vehicles * np.maximum(churn_points, 0.0) * revenue)
