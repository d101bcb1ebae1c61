"""Last year's vehicles that came back, and those that still may.

Visits are those of :func:`csanalysis.metrics.customers.units.units`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.periods import months_between
from csanalysis.metrics.results import tidy


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
    frames = []
    for each in years:
        before = np.unique(unit[year == each - 1])
        now = year == each
        _, earliest = np.unique(unit[now], return_index=True)  # visits stand in order of unit and date
        back = month[now][earliest][np.isin(unit[now][earliest], before)]
        end = min(pd.Timestamp(each, 12, 31), as_of)
        months = months_between(pd.Timestamp(each, 1, 1), end)
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
