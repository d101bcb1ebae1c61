"""Customer information: are records right and entered in time, and which files have been kept long enough."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.metrics.periods import add_months
from csanalysis.metrics.results import group_columns, tidy, with_period_kind
from csanalysis.metrics.stats.by_period import counts_by_period, share_by_period, split_labels

LATE_AFTER_HOURS = 24
"""An entry made within this many hours is in time."""

RETENTION_MONTHS = {"sales": 24, "repair": 24, "complaint": 120}
"""How long each kind of file is kept at hand [months]."""


def record_accuracy_rate(checks: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None) -> pd.DataFrame:
    """Of the records checked, the share that was right.

    Parameters
    ----------
    checks : DataFrame
        One row a check: ``check_date``, ``correct`` and the column ``by``.
    as_of : Timestamp
        Last day counted.
    by : str, optional
        Split by this column, such as ``record_type`` or ``staff``; checks without an entry are left out.

    Returns
    -------
    DataFrame
        By month and year from the first check on: ``numerator`` [correct], ``denominator`` [checked],
        ``value`` [fraction 0-1; NaN where nothing was checked], ``low``, ``high`` (95 % Wilson). Higher is
        better.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    dates = checks["check_date"]
    return share_by_period(
        dates, checks["correct"], since=dates.min(), as_of=as_of, labels=split_labels(checks, by)
    )


def late_entry_rate(checks: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None) -> pd.DataFrame:
    """Of the entries whose time is known, the share made later than 24 hours.

    Parameters
    ----------
    checks : DataFrame
        One row a check: ``check_date``, ``hours_to_entry`` [hours] and the column ``by``. A check without
        hours is no entry: exactly 24 hours are in time.
    as_of, by
        As in :func:`record_accuracy_rate`.

    Returns
    -------
    DataFrame
        By month and year from the first check on: ``numerator`` [late entries], ``denominator`` [entries],
        ``value`` [fraction 0-1; NaN where there was no entry], ``low``, ``high`` (95 % Wilson). Lower is
        better.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    dates, hours = checks["check_date"], checks["hours_to_entry"]
    late = (hours > LATE_AFTER_HOURS).astype("boolean").mask(hours.isna())
    return share_by_period(dates, late, since=dates.min(), as_of=as_of, labels=split_labels(checks, by))


def last_year_as_target(rates: pd.DataFrame, *, plan_year: int) -> pd.DataFrame:
    """What each year should at least reach: the result of the year before.

    Parameters
    ----------
    rates : DataFrame
        A rate by month and year, split or not; its year rows are used.
    plan_year : int
        The last year to set a target for.

    Returns
    -------
    DataFrame
        The same split: ``value`` [fraction 0-1] for each year after one of ``rates``.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    years = with_period_kind(rates, "year")
    years = years[years["period"].astype(int) < plan_year]
    following = (years["period"].astype(int) + 1).astype("str")
    return tidy(following, value=years["value"], **{name: years[name] for name in group_columns(years)})


def files_due_for_archiving(
    dates: Mapping[str, pd.Series], *, as_of: pd.Timestamp, plan_year: int
) -> pd.DataFrame:
    """Files that have been kept as long as they must be.

    Parameters
    ----------
    dates : mapping of str to Series
        For each kind of file in :data:`RETENTION_MONTHS` the day it was made.
    as_of : Timestamp
        Last day counted.
    plan_year : int
        The year whose months are looked ahead to.

    Returns
    -------
    DataFrame
        By ``file``: ``value`` [files] at ``as_of``, all whose time is up by then; and for each month of the
        plan year and the year those whose time is up in it, of the files there are now.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    up = {file: add_months(made.dropna(), RETENTION_MONTHS[file]) for file, made in dates.items()}
    until_now = tidy(
        [f"{as_of:%Y-%m-%d}"] * len(up), value=[(day <= as_of).sum() for day in up.values()], file=list(up)
    )
    first, last = pd.Timestamp(plan_year, 1, 1), pd.Timestamp(plan_year, 12, 31)
    ahead = [
        counts_by_period(day.where(day > as_of), since=first, as_of=last).assign(file=file)
        for file, day in up.items()
    ]
    return pd.concat([until_now, *ahead], ignore_index=True)
