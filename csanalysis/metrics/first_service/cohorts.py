"""First service (首保) by cohort: what share of the vehicles sold then came back, and after how long.

Both take the rows of :func:`csanalysis.metrics.first_service.rates.with_first_service`; higher is better.
"""

import numpy as np
import pandas as pd

from csanalysis.metrics.periods import add_months, last_days
from csanalysis.metrics.results import group_columns, tidy
from csanalysis.metrics.stats.by_period import counts_by_period, split_labels
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.metrics.stats.kaplan_meier import kaplan_meier

DAYS_A_MONTH = 365.25 / 12


def first_service_cohort_rate(
    vehicles: pd.DataFrame,
    *,
    window_months: int,
    since: pd.Timestamp,
    as_of: pd.Timestamp,
    by: str | None = None,
) -> pd.DataFrame:
    """Share of the vehicles sold in a month or year whose first service came within a window of the sale.

    Parameters
    ----------
    vehicles : DataFrame
        :func:`with_first_service`: ``sale_date``, ``return_date`` and the column ``by``.
    window_months : int
        A first service on the day ``sale_date + window_months months`` still counts.
    since, as_of, by
        As in :func:`csanalysis.metrics.first_service.rates.new_vehicle_sales`.

    Returns
    -------
    DataFrame
        By month and year of sale: ``numerator`` [vehicles], ``denominator`` [vehicles], ``value`` [fraction
        0-1], ``low``, ``high`` (95 % Wilson). ``numerator`` and ``value`` are NaN until the last day of the
        period plus the window is over, ``value`` also where nothing was sold.
    """
    labels = split_labels(vehicles, by)
    within = vehicles["return_date"] <= add_months(vehicles["sale_date"], window_months)
    sold = counts_by_period(vehicles["sale_date"], since=since, as_of=as_of, labels=labels)
    came = counts_by_period(vehicles["sale_date"].where(within), since=since, as_of=as_of, labels=labels)
    observed = add_months(last_days(list(sold["period"])), window_months) <= as_of
    numerator = came["value"].where(observed)
    low, high = wilson(numerator, sold["value"])
    groups = {name: sold[name] for name in group_columns(sold)}
    return tidy(sold["period"], numerator=numerator, denominator=sold["value"], low=low, high=high, **groups)


def first_service_curve(vehicles: pd.DataFrame, *, as_of: pd.Timestamp, months: int = 12) -> pd.DataFrame:
    """Share of the vehicles sold that had come for their first service k months after the sale.

    Parameters
    ----------
    vehicles : DataFrame
        :func:`with_first_service`: ``sale_date``, ``return_date``.
    as_of : Timestamp
        Vehicles still waiting then are right-censored.
    months : int
        Largest k.

    Returns
    -------
    DataFrame
        One row a k in ``months_since_sale``, k months being k x 365.25 / 12 days: ``value`` [fraction 0-1],
        ``low``, ``high`` (95 %, log-log). NaN where k months lie beyond the longest waiting time seen.

    Notes
    -----
    1 - Kaplan-Meier survival of the waiting time in days. Source: E. L. Kaplan and P. Meier (1958),
    Nonparametric estimation from incomplete observations.
    """
    returned = vehicles["return_date"].notna().to_numpy()
    ends = vehicles["return_date"].fillna(as_of).to_numpy(dtype="datetime64[D]")
    days = (ends - vehicles["sale_date"].to_numpy(dtype="datetime64[D]")).astype("int64")
    at = np.arange(1, months + 1) * DAYS_A_MONTH
    share, low, high = kaplan_meier(days, returned, at)
    labels = [str(month) for month in range(1, months + 1)]
    return tidy(
        [as_of.strftime("%Y-%m-%d")] * months, value=share, low=low, high=high, months_since_sale=labels
    )
