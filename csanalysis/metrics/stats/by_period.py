"""Counts, shares and amounts by month and year, with the periods in which there was no case."""

import numpy as np
import pandas as pd

from csanalysis.metrics.periods import month_labels, month_number, month_numbers, months_between
from csanalysis.metrics.results import group_columns, tidy
from csanalysis.metrics.stats.intervals import wilson


def counts_by_period(
    dates: pd.Series, *, since: pd.Timestamp, as_of: pd.Timestamp, labels: pd.Series | None = None
) -> pd.DataFrame:
    """Dates counted by month and year.

    Parameters
    ----------
    dates : Series
        One date a thing to count; a missing one counts nowhere.
    since, as_of : Timestamp
        First and last month reported; NaT for ``since`` gives no rows.
    labels : Series, optional
        The split of each date, named as the split; a missing label counts nowhere. Every category of a
        categorical is reported.

    Returns
    -------
    DataFrame
        ``value`` [count] for each split, every month, then every year; 0 where there is none. A year holds
        what its reported months hold.
    """
    if labels is None:
        name, codes, splits = None, np.zeros(len(dates), dtype=int), np.array([""])
    else:
        name, category = str(labels.name), labels.astype("category").cat
        codes, splits = category.codes.to_numpy(), category.categories.to_numpy()
    if pd.isna(since) or since > as_of or not len(splits):
        return tidy([], **({name: []} if name else {}))
    months = months_between(since, as_of)
    place = month_numbers(dates) - month_number(since)
    counted = (place >= 0) & (place < len(months)) & (codes >= 0)
    flat = np.bincount(
        codes[counted].astype(int) * len(months) + place[counted], minlength=len(splits) * len(months)
    )
    by_month = flat.reshape(len(splits), len(months))
    years, year_starts = np.unique([month[:4] for month in months], return_index=True)
    by_year = np.add.reduceat(by_month, year_starts, axis=1)
    values = np.hstack([by_month, by_year])
    periods = [*months, *(str(year) for year in years)]
    groups = {name: np.repeat(splits, len(periods))} if name else {}
    return tidy(periods * len(splits), value=values.ravel(), **groups)


def share_by_period(
    dates: pd.Series,
    yes: pd.Series,
    *,
    since: pd.Timestamp,
    as_of: pd.Timestamp,
    labels: pd.Series | None = None,
) -> pd.DataFrame:
    """Of the cases of each month and year, the share that is a yes.

    Parameters
    ----------
    dates : Series
        One date a case; a missing one counts nowhere.
    yes : Series of boolean
        Whether each case is a yes; an unknown one is no case.
    since, as_of : Timestamp
        First and last month reported; NaT for ``since`` gives no rows.
    labels : Series, optional
        The split of each case, named as the split; a missing label counts nowhere.

    Returns
    -------
    DataFrame
        ``numerator`` [yeses], ``denominator`` [cases], ``value`` [fraction 0-1; NaN where there is no case],
        ``low``, ``high`` (95 % Wilson) by split, every month, then every year.
    """
    known = dates.where(yes.notna())
    labels = None if labels is None else labels.astype("category")  # for both counts
    cases = counts_by_period(known, since=since, as_of=as_of, labels=labels)
    agreed = yes.fillna(False).astype(bool)
    yeses = counts_by_period(known.where(agreed), since=since, as_of=as_of, labels=labels)["value"]
    low, high = wilson(yeses, cases["value"])
    groups = {name: cases[name] for name in group_columns(cases)}
    return tidy(cases["period"], numerator=yeses, denominator=cases["value"], low=low, high=high, **groups)


def amounts_by_period(
    dates: pd.Series, amounts: pd.Series, *, since: pd.Timestamp, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Amounts summed by month and year.

    Parameters
    ----------
    dates : Series
        One date a case; a missing one counts nowhere.
    amounts : Series
        Its amount [yuan], NaN where unknown.
    since, as_of : Timestamp
        First and last month reported; NaT for ``since`` gives no rows.

    Returns
    -------
    DataFrame
        Every month, then every year: ``denominator`` [cases], ``value`` [yuan]; 0 without a case, NaN where
        there are cases and no amount of any. A year holds what its reported months hold.
    """
    counts = counts_by_period(dates, since=since, as_of=as_of)
    months = month_labels(dates)
    months = months.where(months.isin(counts["period"]))  # a year holds what its reported months hold
    sums = pd.concat([amounts.groupby(label).sum(min_count=1) for label in (months, months.str[:4])])
    size = counts["value"].to_numpy()
    known = sums.reindex(counts["period"]).to_numpy(float)
    return tidy(counts["period"], denominator=size, value=np.where(size == 0, 0.0, known))


def split_labels(frame: pd.DataFrame, by: str | None) -> pd.Series | None:
    """The column to split by, as text; yes and no become ``true`` and ``false``."""
    if by is None:
        return None
    column = frame[by]
    return column.map({True: "true", False: "false"}).astype("str") if column.dtype == "boolean" else column
