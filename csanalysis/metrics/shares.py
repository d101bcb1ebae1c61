"""Shares of cases by month and year, with the periods in which there was no case."""

import pandas as pd

from csanalysis.metrics.counts import counts_by_period
from csanalysis.metrics.intervals import wilson
from csanalysis.metrics.results import group_columns, tidy


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
    cases = counts_by_period(known, since=since, as_of=as_of, labels=labels)
    agreed = yes.fillna(False).astype(bool)
    yeses = counts_by_period(known.where(agreed), since=since, as_of=as_of, labels=labels)["value"]
    low, high = wilson(yeses, cases["value"])
    groups = {name: cases[name] for name in group_columns(cases)}
    return tidy(cases["period"], numerator=yeses, denominator=cases["value"], low=low, high=high, **groups)
