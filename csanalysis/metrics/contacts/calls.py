"""Next year's calls: how many customers to call, how many calls that takes, and how many agents."""

import numpy as np
import pandas as pd

from csanalysis.metrics.periods import months_of, shift_month
from csanalysis.metrics.results import tidy

CALLS_PER_DAY = 60
"""Calls that one agent makes on a working day, notes included."""

WORKING_DAYS = 22
"""Working days of one agent in a month."""


def seasonal_naive_forecast(counts: "pd.Series[float]", *, plan_year: int, over: str) -> "pd.Series[float]":
    """What each month of the plan year brings if it is as the same month before it.

    Parameters
    ----------
    counts : Series
        By month label; a month that is not in it, but lies between the first one and ``over``, had none.
    plan_year : int
        Year of the twelve months returned.
    over : str
        The last month that is over; the latest such month of each calendar month is repeated.

    Returns
    -------
    Series
        By month of the plan year; NaN where the calendar month was never seen whole.
    """
    found = {}
    first = min(counts.index, default="9999-12")
    for month in months_of(plan_year):
        before = shift_month(month, -12)
        while before > over:
            before = shift_month(before, -12)
        found[month] = float(counts.get(before, 0.0)) if before >= first else np.nan
    return pd.Series(found)


def lagged_forecast(
    counts: "pd.Series[float]", planned: "pd.Series[float]", *, months: int, plan_year: int
) -> "pd.Series[float]":
    """What came, or is planned, so many months before each month of the plan year.

    ``counts`` holds the months that are over, ``planned`` those of the plan year.
    """
    known = pd.concat([counts[~counts.index.isin(planned.index)], planned])
    wanted = [shift_month(month, -months) for month in months_of(plan_year)]
    return pd.Series(known.reindex(wanted).to_numpy(float), index=months_of(plan_year))


def calls_needed(rows: pd.DataFrame, *, plan_year: int) -> list[pd.DataFrame]:
    """Calls that everybody would take who is to be called in the plan year.

    Parameters
    ----------
    rows : DataFrame
        One row a month and purpose: ``month``, ``purpose``, ``cases`` [customers], ``calls``, both whole.
    plan_year : int
        Year of the twelve months.

    Returns
    -------
    list of DataFrame
        By month and year, whole and by ``purpose``: ``value`` [calls], ``denominator`` [customers]; NaN in a
        month that has no row. The whole is the sum of the purposes known, the year that of its months.
    """
    months, year = months_of(plan_year), str(plan_year)
    rows = rows[rows["month"].isin(months)]
    if rows.empty:
        return []
    frames = []
    for purpose in [None, *rows["purpose"].unique()]:
        part = rows if purpose is None else rows[rows["purpose"] == purpose]
        sums = part.groupby("month")[["calls", "cases"]].sum().reindex(months)
        sums.loc[year] = sums.sum()
        names = {} if purpose is None else {"purpose": str(purpose)}
        frames.append(tidy(list(sums.index), value=sums["calls"], denominator=sums["cases"], **names))
    return frames


def agents_needed(
    calls: pd.DataFrame, *, calls_per_month: float = CALLS_PER_DAY * WORKING_DAYS, pace: str = "standard"
) -> pd.DataFrame:
    """Agents that it takes to make the calls.

    Parameters
    ----------
    calls : DataFrame
        :func:`calls_needed`, whole.
    calls_per_month : float
        Calls that one agent makes in a month.
    pace : str
        What that number is called: ``standard``, or ``own`` for what the agents made last year.

    Returns
    -------
    DataFrame
        ``pace``, by month and, as the mean of the months, year: ``numerator`` [calls], ``denominator`` [calls
        one agent makes], ``value`` [agents, not rounded].
    """
    months = np.where(calls["period"].str.len() == 4, 12, 1)
    return tidy(calls["period"], numerator=calls["value"], denominator=calls_per_month * months, pace=pace)
