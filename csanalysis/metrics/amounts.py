"""How much money falls in each month and year, with the months in which none does."""

import numpy as np
import pandas as pd

from csanalysis.metrics.counts import counts_by_period
from csanalysis.metrics.periods import month_labels
from csanalysis.metrics.results import tidy


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
        there are cases and no amount of any.
    """
    counts = counts_by_period(dates, since=since, as_of=as_of)
    months = month_labels(dates)
    sums = pd.concat([amounts.groupby(label).sum(min_count=1) for label in (months, months.str[:4])])
    size = counts["value"].to_numpy()
    known = sums.reindex(counts["period"]).to_numpy(float)
    return tidy(counts["period"], denominator=size, value=np.where(size == 0, 0.0, known))
