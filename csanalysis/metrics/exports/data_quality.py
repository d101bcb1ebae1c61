"""What became of the rows that were read."""

import pandas as pd

from csanalysis.metrics.results import tidy

FATES = ("rows_read", "rows_repeated", "rows_rejected", "rows_after_as_of", "rows_kept")


def row_counts(counts: pd.DataFrame, *, as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Rows by table and by fate.

    Parameters
    ----------
    counts : DataFrame
        One row an input table: ``table`` and the columns :data:`FATES` [rows].
    as_of : Timestamp
        Last day counted, the period of every figure.

    Returns
    -------
    dict of str to DataFrame
        For each fate: ``table``, ``value`` [rows].
    """
    period = [as_of.strftime("%Y-%m-%d")] * len(counts)
    return {fate: tidy(period, value=counts[fate], table=counts["table"]) for fate in FATES}


def cell_counts(counts: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Unreadable cells, or rows set aside, by table and column.

    Parameters
    ----------
    counts : DataFrame
        One row a table and column: ``table``, ``column``, ``count``.
    as_of : Timestamp
        Last day counted, the period of every figure.

    Returns
    -------
    DataFrame
        ``table``, ``column``, ``value`` [cells or rows].
    """
    period = [as_of.strftime("%Y-%m-%d")] * len(counts)
    return tidy(period, value=counts["count"], table=counts["table"], column=counts["column"])
