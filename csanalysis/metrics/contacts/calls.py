"""Next year's calls: how many customers to call, how many calls that takes, and how many agents."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.metrics.first_service.targets import round_half_up
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


def calls_needed(
    cases: Mapping[str, "pd.Series[float]"], per_case: Mapping[str, float], *, plan_year: int
) -> list[pd.DataFrame]:
    """Calls to be made in each month of the plan year.

    Parameters
    ----------
    cases : mapping of str to Series
        For each purpose the customers to call, by month of the plan year; a month that is NaN is not known.
    per_case : mapping of str to float
        How many calls one customer takes, by purpose; 1 where it is not known.
    plan_year : int
        Year of the twelve months.

    Returns
    -------
    list of DataFrame
        By month and year, whole and by ``purpose``: ``value`` [calls, whole], ``denominator`` [customers].
        The whole is the sum of the purposes that are known, the year that of its months.
    """
    months, year = months_of(plan_year), str(plan_year)
    frames, known, wanted = [], [], []
    for purpose, of_purpose in cases.items():
        times = per_case.get(purpose, np.nan)
        customers = of_purpose.reindex(months)
        calls = pd.Series(round_half_up(customers * (1.0 if np.isnan(times) else times)), index=months)
        if calls.isna().all():
            continue
        known.append(calls)
        wanted.append(customers)
        frames.append(
            tidy(
                [*months, year],
                value=[*calls, calls.sum()],
                denominator=[*customers, customers.sum()],
                purpose=purpose,
            )
        )
    if not known:
        return []
    every, customers = (pd.concat(parts, axis=1).sum(axis=1, min_count=1) for parts in (known, wanted))
    whole = tidy([*months, year], value=[*every, every.sum()], denominator=[*customers, customers.sum()])
    return [whole, *frames]


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
