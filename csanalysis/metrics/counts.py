"""How many rows fall in each month and year, with the months in which none does."""

import numpy as np
import pandas as pd

from csanalysis.metrics.periods import month_number, month_numbers, months_between
from csanalysis.metrics.results import tidy


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


def split_labels(frame: pd.DataFrame, by: str | None) -> pd.Series | None:
    """The column to split by, as text; yes and no become ``true`` and ``false``."""
    if by is None:
        return None
    column = frame[by]
    return column.map({True: "true", False: "false"}).astype("str") if column.dtype == "boolean" else column
