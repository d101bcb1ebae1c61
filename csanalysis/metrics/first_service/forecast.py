"""First services to come, two ways, and how each would have done in past years.

The planning rule is one average rate applied to the sales a fixed lag before. The kernel spreads each month's
sales over the months that follow, as past vehicles came. Both are back-tested on the same years.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.first_service.rates import first_service_return_rate_average
from csanalysis.metrics.first_service.targets import first_service_expected
from csanalysis.metrics.periods import (
    date_plus_months,
    month_number,
    month_numbers,
    months_of,
    shift_month,
    span,
)
from csanalysis.metrics.results import tidy, with_period_kind
from csanalysis.metrics.stats.kaplan_meier import kaplan_meier


def return_kernel(vehicles: pd.DataFrame, *, years: int, as_of: pd.Timestamp) -> pd.Series:
    """Share of a month's vehicles whose first service falls 0, 1, 2, … calendar months after the sale's.

    Parameters
    ----------
    vehicles : DataFrame
        ``sale_date`` and ``return_date`` (:func:`csanalysis.metrics.first_service.rates.with_first_service`).
    years : int
        The sales of the last so many years are used.
    as_of : Timestamp
        Nothing later is known, and only months that are over by then count.

    Returns
    -------
    Series
        Share [fraction 0-1] by months waited, from 0 to the longest wait seen; it adds up to the share that
        ever came. Empty without sales.

    Notes
    -----
    Steps of the Kaplan-Meier estimate of the wait in calendar months; vehicles still waiting are censored.
    """
    last = month_number(date_plus_months(as_of + pd.Timedelta(days=1), -1))
    begin, end = np.array([last - 12 * years + 1, last + 1], dtype="datetime64[M]")
    recent = (vehicles["sale_date"] >= begin) & (vehicles["sale_date"] < end)
    sold, returned = (month_numbers(vehicles.loc[recent, name]) for name in ("sale_date", "return_date"))
    came = (returned >= sold) & (returned <= last)
    waited = np.where(came, returned, last) - sold
    share, _, _ = kaplan_meier(waited, came, np.arange(waited.max(initial=-1) + 1))
    return pd.Series(np.diff(share, prepend=0.0))


def first_service_forecast(units: pd.Series, kernel: pd.Series, *, plan_year: int) -> pd.DataFrame:
    """First services to be expected in the plan year, from how long past vehicles took to come.

    Parameters
    ----------
    units : Series
        Vehicles sold or to be sold by month label
        (:func:`csanalysis.metrics.first_service.targets.units_by_month`).
    kernel : Series
        :func:`return_kernel`.
    plan_year : int
        Year of the twelve months returned.

    Returns
    -------
    DataFrame
        ``value`` [vehicles, not rounded] by month and for the year: each month's units spread by the kernel
        over the months that follow. NaN where units that matter are unknown, or without a kernel.

    Notes
    -----
    forecast(m) = sum over k of units(m - k) x kernel(k).
    """
    months = months_of(plan_year)
    if kernel.empty:
        return tidy([*months, str(plan_year)], value=np.nan)
    reach = len(kernel) - 1
    base = units.reindex([shift_month(months[0], k) for k in range(-reach, 12)]).to_numpy(float)
    unknown = np.convolve(np.isnan(base), kernel > 0, mode="valid") > 0
    spread = np.convolve(np.nan_to_num(base), kernel, mode="valid")
    values = np.where(unknown, np.nan, spread)
    return tidy([*months, str(plan_year)], value=[*values, values.sum()])


def first_service_backtest(
    vehicles: pd.DataFrame,
    rate: pd.DataFrame,
    sold: pd.DataFrame,
    services: pd.DataFrame,
    *,
    complete: Sequence[int],
    years: int,
    lag_months: int,
    pooled: bool = False,
) -> pd.DataFrame:
    """What both rules would have forecast for each past year, against what then came.

    Parameters
    ----------
    vehicles : DataFrame
        ``sale_date`` and ``return_date`` (:func:`csanalysis.metrics.first_service.rates.with_first_service`).
    rate, sold, services : DataFrame
        ``first_service_return_rate``, ``new_vehicle_sales`` and ``first_service_visits``, not split.
    complete : sequence of int
        The complete years of sales and visits, in order; each but the first is forecast.
    years, lag_months, pooled
        As the rule in use has them.

    Returns
    -------
    DataFrame
        By ``rule`` (``return_rate``, ``lag_kernel``), month and year: ``numerator`` = forecast [vehicles],
        ``denominator`` = actual first services [vehicles], ``value`` = forecast / actual [ratio; 1 is exact].

    Notes
    -----
    Each forecast knows the data up to the end of the year before, and in place of sales targets the sales
    that the year then had: what is tested is the rule, not the sales plan.
    """
    units = with_period_kind(sold, "month").set_index("period")["value"]
    came = services.set_index("period")["value"]
    rows = []
    for year in complete[1:]:
        before = pd.Timestamp(year - 1, 12, 31)
        average = first_service_return_rate_average(
            rate,
            complete=[past for past in complete if past < year],
            years=years,
            as_of=before,
            pooled=pooled,
        )
        by_rate = first_service_expected(
            units, rate=average["value"].item(), lag_months=lag_months, plan_year=year
        )["value"].to_numpy()
        kernel = return_kernel(vehicles, years=years, as_of=before)
        periods = [*months_of(year), str(year)]
        forecasts = {
            "return_rate": [*by_rate, by_rate.sum()],
            "lag_kernel": first_service_forecast(units, kernel, plan_year=year)["value"],
        }
        rows += [
            tidy(periods, numerator=forecast, denominator=came[periods], rule=rule)
            for rule, forecast in forecasts.items()
        ]
    return pd.concat(rows, ignore_index=True) if rows else tidy([], rule=[])


def first_service_backtest_error(backtest: pd.DataFrame) -> pd.DataFrame:
    """By how many first services a month's forecast was off, on average.

    Parameters
    ----------
    backtest : DataFrame
        :func:`first_service_backtest`.

    Returns
    -------
    DataFrame
        By ``rule``, year and the span of all years: ``numerator`` = sum of |forecast - actual| over the
        months [vehicles], ``denominator`` = months, ``value`` = mean absolute error [vehicles a month]. Lower
        is better.
    """
    months = with_period_kind(backtest, "month")
    if months.empty:
        return tidy([], rule=[])
    years = months["period"].str[:4]
    off = months.assign(error=(months["numerator"] - months["denominator"]).abs())
    whole = span([int(years.min()), int(years.max())])
    sums = [
        off.assign(period=period).groupby(["rule", "period"], sort=False)["error"].agg(["sum", "count"])
        for period in (years, whole)
    ]
    both = pd.concat(sums).reset_index()
    return tidy(both["period"], numerator=both["sum"], denominator=both["count"], rule=both["rule"])
