"""Churn told apart: by the age of the vehicle, and month by month over half a year.

Visits and sales are those of :func:`csanalysis.metrics.customers.units.units`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.units import seen_in_years
from csanalysis.metrics.periods import month_numbers
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson

ROLLING_MONTHS = 6


def annual_churn_rate_by_age(
    visits: pd.DataFrame, sales: pd.DataFrame, *, years: Sequence[int]
) -> pd.DataFrame:
    """The yearly churn rate by how old the vehicle was when the year began.

    Parameters
    ----------
    visits, sales : DataFrame
        One row a visit, one row a sale (whoever sold it).
    years : sequence of int
        As in :func:`annual_churn_rate`.

    Returns
    -------
    DataFrame
        As of :func:`annual_churn_rate`, one row a year and ``vehicle_age``: completed years from the first
        sale in the ledger to 31 December of the year before (0 where it was sold later still), ``unknown``
        where the ledger has no sale. A year has the ages that occur in it; together they are the year's
        vehicles.
    """
    seen = seen_in_years(visits, years=years)
    first_sale = sales.groupby("unit")["sale_date"].min().reindex(range(len(seen)))
    parts = []
    for place, year in enumerate(years[1:]):
        before = seen[:, place]
        age = (year - 1 - first_sale.dt.year).clip(lower=0)[before]
        lost = pd.Series(~seen[before, place + 1], index=age.index).groupby(age, dropna=False)
        counted = pd.DataFrame({"lost": lost.sum(), "before": lost.size()})
        ages = ["unknown" if pd.isna(value) else str(int(value)) for value in counted.index]
        low, high = wilson(counted["lost"], counted["before"])
        parts.append(
            tidy(
                [str(year)] * len(counted),
                numerator=counted["lost"].to_numpy(),
                denominator=counted["before"].to_numpy(),
                low=low,
                high=high,
                vehicle_age=ages,
            )
        )
    return pd.concat([tidy([], vehicle_age=[]), *parts], ignore_index=True)


def rolling_churn_rate(visits: pd.DataFrame, *, months: Sequence[str]) -> pd.DataFrame:
    """Of the vehicles with a visit six months ago, the share without one since.

    Parameters
    ----------
    visits : DataFrame
        One row a visit.
    months : sequence of str
        The months that are over, in a row from the data's first on.

    Returns
    -------
    DataFrame
        One row a month from the seventh on: ``numerator`` [vehicles with a visit in month m - 6 and none
        in the months m - 5 to m], ``denominator`` [vehicles with a visit in month m - 6], ``value``
        [fraction 0-1], ``low``, ``high`` (95 % Wilson). Higher is worse.
    """
    later = months[ROLLING_MONTHS:]
    if not later:
        return tidy([])
    number = month_numbers(pd.Series(pd.to_datetime([f"{months[0]}-01"])))[0]
    seen = pd.DataFrame({"unit": visits["unit"].to_numpy(), "month": visits["month"].to_numpy() - number})
    seen = seen[(seen["month"] >= 0) & (seen["month"] < len(months))].drop_duplicates()
    seen = seen.sort_values(["unit", "month"])
    following = seen.groupby("unit")["month"].shift(-1)
    lost = (following.isna() | (following - seen["month"] > ROLLING_MONTHS)).to_numpy()
    month = seen["month"].to_numpy()
    before = np.bincount(month, minlength=len(months))[: len(later)]
    gone = np.bincount(month[lost], minlength=len(months))[: len(later)]
    low, high = wilson(gone, before)
    return tidy(later, numerator=gone, denominator=before, low=low, high=high)
