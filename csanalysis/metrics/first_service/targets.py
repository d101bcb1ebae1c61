"""From a rate and planned units to whole-number targets: expectation, rounding, splits that add up."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from csanalysis.metrics.periods import date_plus_months, month_labels, months_of, shift_month
from csanalysis.metrics.results import tidy, with_period_kind


def round_half_up(values: ArrayLike) -> NDArray[np.float64]:
    """Nearest whole numbers, halves up, after rounding to 1e-9: 0.5 is 1, 2.5 is 3; NaN stays NaN."""
    whole: NDArray[np.float64] = np.floor(np.round(np.asarray(values, dtype=float), 9) + 0.5)
    return whole


def largest_remainder(total: float, weights: ArrayLike) -> NDArray[np.float64]:
    """A whole number split by weights so that the parts add up exactly.

    Parameters
    ----------
    total : float
        The whole number to split; NaN gives NaN parts.
    weights : array of float
        Not negative. If all are 0 nothing says how to split, and the parts are NaN.

    Returns
    -------
    array of float
        Whole parts in the order of the weights: each exact share rounded down, the rest one by one to the
        largest remainders (rounded to 1e-9; ties to the first).

    Notes
    -----
    Hamilton's method of apportionment.
    """
    weight = np.asarray(weights, dtype=float)
    if np.isnan(total) or not weight.sum() > 0:
        return np.full(len(weight), np.nan)
    exact = np.round(total * weight / weight.sum(), 9)
    parts: NDArray[np.float64] = np.floor(exact)
    remainders = np.round(exact - parts, 9)
    for place in np.argsort(-remainders, kind="stable")[: round(total - parts.sum())]:
        parts[place] += 1
    return parts


def units_by_month(
    sold: pd.DataFrame,
    targets: pd.DataFrame | None,
    *,
    plan_year: int,
    as_of: pd.Timestamp,
    target_share: float = 1.0,
) -> pd.Series:
    """Vehicles sold before the plan year and vehicles to be sold in it.

    Parameters
    ----------
    sold : DataFrame
        ``new_vehicle_sales``: ``period``, ``value`` [vehicles].
    targets : DataFrame or None
        One row a month: ``month``, ``units`` [vehicles]; None where the dealership gave none.
    plan_year : int
        Targets count in this year, sales before it.
    as_of : Timestamp
        A month that is not over by then has no sales figure yet.
    target_share : float
        Part of the target units that is meant, such as the local share [fraction 0-1].

    Returns
    -------
    Series
        Units [vehicles] by month label; a month that is not in it is unknown.
    """
    over = date_plus_months(as_of + pd.Timedelta(days=1), -1).strftime("%Y-%m")
    months = with_period_kind(sold, "month").set_index("period")["value"]
    units = months[(months.index <= over) & (months.index < f"{plan_year}-01")]
    if targets is None:
        return units
    planned = pd.Series(
        targets["units"].to_numpy(float) * target_share, index=month_labels(targets["month"]), name="value"
    )
    both: pd.Series = pd.concat([units, planned[planned.index.isin(months_of(plan_year))]])
    return both


def first_service_expected(units: pd.Series, *, rate: float, lag_months: int, plan_year: int) -> pd.DataFrame:
    """First services to be expected in each month of the plan year.

    Parameters
    ----------
    units : Series
        Vehicles sold or to be sold by month label (:func:`units_by_month`).
    rate : float
        ``first_service_return_rate_average`` [ratio]; NaN makes every month NaN.
    lag_months : int
        Months from sale to first service.
    plan_year : int
        Year of the twelve months returned.

    Returns
    -------
    DataFrame
        One row a month: ``denominator`` = units of the month ``lag_months`` before, ``value`` = rate x units
        [vehicles, not rounded]; NaN where those units are unknown.

    Notes
    -----
    Source: 《年初的工作规划该怎样做？——4S店客服篇》.
    """
    months = months_of(plan_year)
    base = units.reindex([shift_month(month, -lag_months) for month in months]).to_numpy(float)
    return tidy(months, denominator=base, value=rate * base)


def first_service_target(expected: pd.DataFrame, *, uplift: float) -> pd.DataFrame:
    """First-service targets by month and for the year.

    Parameters
    ----------
    expected : DataFrame
        ``first_service_expected``: the twelve months of the plan year.
    uplift : float
        Asked for above expectation [fraction].

    Returns
    -------
    DataFrame
        ``value`` [vehicles, whole]: a month's expectation x (1 + uplift) rounded half up; the year is the
        sum of its months, NaN where a month is.
    """
    months = tidy(expected["period"], value=round_half_up(expected["value"] * (1 + uplift)))
    return _with_year(months)


def first_service_target_by_agent(target: pd.DataFrame, *, agents: Mapping[str, float]) -> pd.DataFrame:
    """Each month's target split over agents by weight; every month and the year add up exactly.

    Parameters
    ----------
    target : DataFrame
        ``first_service_target``.
    agents : mapping of str to float
        Weight of each agent, in the order in which ties are settled.

    Returns
    -------
    DataFrame
        ``agent`` and ``value`` [vehicles, whole] by month and year; no rows without agents.
    """
    months = with_period_kind(target, "month")
    parts = np.array([largest_remainder(total, list(agents.values())) for total in months["value"]])
    shares = [
        _with_year(tidy(months["period"], value=parts[:, place], agent=agent))
        for place, agent in enumerate(agents)
    ]
    return pd.concat(shares, ignore_index=True) if shares else tidy([], agent=[])


def _with_year(months: pd.DataFrame) -> pd.DataFrame:
    """The month rows of one year and split, and their sum below; NaN where a month is."""
    year = months.iloc[[0]].assign(
        period=months["period"].iloc[0][:4], value=months["value"].sum(skipna=False)
    )
    return pd.concat([months, year], ignore_index=True)
