"""Calendar months, ages in months, complete years, and how a period is written.

A period is ``2025`` (year), ``2025-03`` (month), ``2025-W07`` (ISO week), ``2023/2025`` (span of years)
or ``2025-12-31`` (date).
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.period_kinds import PeriodKind as PeriodKind
from csanalysis.metrics.period_kinds import period_kind as period_kind


def add_months(dates: pd.Series, months: int) -> pd.Series:
    """Dates moved by calendar months, the day cut to the month's last: 31 January + 1 is 28 February."""
    # A table has far fewer days than rows, so each day is moved once.
    place, days = pd.factorize(dates.to_numpy(dtype="datetime64[s]"), use_na_sentinel=False)
    values = days.astype("datetime64[D]")
    month = values.astype("datetime64[M]")
    day = (values - month.astype("datetime64[D]")).astype("int64")
    moved = month + np.timedelta64(months, "M")
    last_day = ((moved + 1).astype("datetime64[D]") - moved.astype("datetime64[D]")).astype("int64") - 1
    shifted = moved.astype("datetime64[D]") + np.minimum(day, last_day).astype("timedelta64[D]")
    return pd.Series(shifted.astype("datetime64[s]")[place], index=dates.index, name=dates.name)


def date_plus_months(date: pd.Timestamp, months: int) -> pd.Timestamp:
    """One date moved as :func:`add_months` moves many."""
    return pd.Timestamp(add_months(pd.Series([date]), months).iloc[0])


def age_in_months(dates: pd.Series, at: pd.Timestamp) -> pd.Series:
    """The largest n with ``date + n months <= at`` [months, Int64; negative for later dates; NA for none]."""
    at_ = pd.Timestamp(at)
    age = (at_.year - dates.dt.year) * 12 + (at_.month - dates.dt.month)
    # `date + n months` is cut to the month's end: on a month's last day every later day counts as reached.
    not_reached = (dates.dt.day > at_.day) & (at_.day < at_.days_in_month)
    reached: pd.Series = (age - not_reached.astype("int64")).astype("Int64")
    return reached


def month_numbers(dates: pd.Series) -> NDArray[np.int64]:
    """Months since January 1970 [int64], to count and subtract; a missing date is far below zero."""
    return dates.to_numpy(dtype="datetime64[M]").astype("int64")


def month_number(date: pd.Timestamp) -> int:
    """Months since January 1970 of one date."""
    return (date.year - 1970) * 12 + date.month - 1


def month_labels(dates: pd.Series) -> pd.Series:
    """``2025-03`` for each date, NaN for none."""
    codes, months = pd.factorize(dates.to_numpy(dtype="datetime64[M]").astype("datetime64[s]"))
    labels = np.append(np.datetime_as_string(months, unit="M").astype(object), np.nan)
    return pd.Series(labels[codes], index=dates.index, name=dates.name, dtype="str")


def months_between(first: pd.Timestamp, last: pd.Timestamp) -> list[str]:
    """Every month label from the month of ``first`` to that of ``last``."""
    return [str(month) for month in pd.period_range(first, last, freq="M")]


def rows_until(table: pd.DataFrame, date: str, day: pd.Timestamp) -> pd.DataFrame:
    """The rows dated up to and including a day; the table itself where that is all of them."""
    known = (table[date] <= day).to_numpy()
    return table if known.all() else table[known]


def years_between(first: pd.Timestamp, last: pd.Timestamp) -> list[str]:
    """Every year label from the year of ``first`` to that of ``last``."""
    return [str(year) for year in range(first.year, last.year + 1)]


def shift_month(month: str, months: int) -> str:
    """A month label moved by calendar months."""
    return str(pd.Period(month, freq="M") + months)


def months_of(year: int | str) -> list[str]:
    """The twelve month labels of a year."""
    return [f"{year}-{month:02d}" for month in range(1, 13)]


def last_days(periods: Sequence[str]) -> pd.Series:
    """The last day of each month or year [datetime64[s]], from their labels."""
    months = np.array([12 if len(period) == 4 else 1 for period in periods], dtype="timedelta64[M]")
    after = np.array(list(periods), dtype="datetime64[M]") + months
    return pd.Series((after.astype("datetime64[D]") - 1).astype("datetime64[s]"))


def year_ends(first: int | str, last: int | str) -> list[str]:
    """31 December of each year from ``first`` to ``last``, as date labels."""
    return [f"{year}-12-31" for year in range(int(first), int(last) + 1)]


def complete_years(dates: Iterable[pd.Series] | pd.Series, *, as_of: pd.Timestamp) -> list[int]:
    """Calendar years that every table covers whole.

    Parameters
    ----------
    dates : Series or several
        The date column of each table needed.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    list of int
        Years that end on or before ``as_of`` and whose January is not before the month of any table's
        first row; empty where a table is.
    """
    tables = [dates] if isinstance(dates, pd.Series) else list(dates)
    firsts = [table.min() for table in tables]
    if any(pd.isna(first) for first in firsts):
        return []
    first = max(firsts)
    begin = first.year if first.month == 1 else first.year + 1
    return list(range(begin, last_complete_year(as_of) + 1))


def last_complete_year(as_of: pd.Timestamp) -> int:
    """The last calendar year that is over at ``as_of``."""
    return as_of.year if (as_of.month, as_of.day) == (12, 31) else as_of.year - 1


def span(years: list[int]) -> str:
    """``2023/2025`` for the years 2023, 2024 and 2025."""
    return f"{years[0]}/{years[-1]}"


def week_numbers(dates: pd.Series) -> NDArray[np.int64]:
    """ISO weeks since that of 1 January 1970 [int64], to count and subtract; none is far below zero."""
    days = dates.to_numpy(dtype="datetime64[D]").astype("int64")
    # The first day of 1970 was a Thursday: its week began three days before.
    return (days + 3) // 7


def week_label(number: int) -> str:
    """``2025-W07`` of a week counted as :func:`week_numbers` counts; a week has the year of its Thursday."""
    year, week, _ = (date(1970, 1, 1) + timedelta(weeks=int(number))).isocalendar()
    return f"{year}-W{week:02d}"


def month_label(number: int) -> str:
    """``2025-03`` of a month counted as :func:`month_numbers` counts."""
    return f"{1970 + number // 12}-{number % 12 + 1:02d}"


def period_days(period: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of a week, month or year; ValueError where the calendar has no such period."""
    kind = period_kind(period)
    if kind == "week":
        year, week = period.split("-W")
        monday = pd.Timestamp(date.fromisocalendar(int(year), int(week), 1))
        return monday, monday + pd.Timedelta(days=6)
    if kind not in ("month", "year"):
        raise ValueError(f"{period!r} is no week, month or year")
    span = pd.Period(period, freq="M" if kind == "month" else "Y")
    return span.start_time, span.end_time.normalize()


def last_weeks(until: pd.Timestamp, count: int) -> list[str]:
    """The labels of the ``count`` ISO weeks that end with the one of ``until``."""
    last = int(week_numbers(pd.Series([until]))[0])
    return [week_label(number) for number in range(last - count + 1, last + 1)]
