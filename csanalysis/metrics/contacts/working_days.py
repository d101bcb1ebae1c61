"""Working days of a country's calendar, with its public holidays and the weekends that are worked instead."""

from datetime import date
from functools import cache

import numpy as np
import pandas as pd


def working_days(after: pd.Timestamp, until: pd.Timestamp, *, country: str = "CN") -> pd.DatetimeIndex:
    """The days on which an office works.

    Parameters
    ----------
    after, until : Timestamp
        The days after the one and up to the other.
    country : str
        Two letters (ISO 3166), such as ``CN``. Holidays that are not yet announced are taken as the law has
        them, without weekends worked instead.

    Returns
    -------
    DatetimeIndex
        In order; empty where ``until`` is not after ``after``.
    """
    days = pd.date_range(after.normalize() + pd.Timedelta(days=1), until.normalize(), freq="D")
    worked = {year: _worked(country, year) for year in days.year.unique()}
    return days[np.fromiter((day in worked[day.year] for day in days.date), dtype=bool, count=len(days))]


def days_worked(month: str, *, country: str = "CN") -> int:
    """The number of working days of a month, such as ``2026-02``."""
    first = pd.Timestamp(f"{month}-01")
    return len(working_days(first - pd.Timedelta(days=1), first + pd.offsets.MonthEnd(0), country=country))


@cache
def _worked(country: str, year: int) -> frozenset[date]:
    import holidays

    known = holidays.country_holidays(country, years=year)
    days = pd.date_range(f"{year}-01-01", f"{year}-12-31", freq="D").date
    return frozenset(day for day in days if known.is_working_day(day))
