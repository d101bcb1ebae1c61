"""Warranties, service packages and insurance: what runs, and what ends when."""

import numpy as np
import pandas as pd

from csanalysis.metrics.periods import date_plus_months, months_between
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson

KINDS = ("warranty", "package", "insurance")
COMING_MONTHS = 12


def latest(policies: pd.DataFrame, kind: str) -> pd.Series:
    """The last day on which any policy of a kind ends for each vehicle: vin → date."""
    of_kind = policies[(policies["kind"] == kind).to_numpy()]
    return of_kind.groupby("vin")["end_date"].max()


def policies_running(policies: pd.DataFrame, vins: pd.Index, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Of the vehicles held the share with a policy that runs.

    Parameters
    ----------
    policies : DataFrame
        Clean table: ``vin``, ``kind``, ``end_date``.
    vins : Index
        The vehicles held.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        By ``policy`` at ``as_of``: ``numerator`` [vehicles], ``denominator`` [vehicles held], ``value``
        [fraction 0-1], ``low``, ``high`` (95 % Wilson).
    """
    ends = [latest(policies, kind) for kind in KINDS]
    running = [int((end[end.index.isin(vins)] > as_of).sum()) for end in ends]
    low, high = wilson(running, [len(vins)] * len(KINDS))
    label = [f"{as_of:%Y-%m-%d}"] * len(KINDS)
    return tidy(label, numerator=running, denominator=len(vins), low=low, high=high, policy=KINDS)


def policies_ending(policies: pd.DataFrame, vins: pd.Index, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Policies of the vehicles held that end in each of the coming twelve months, if nothing follows them.

    Returns
    -------
    DataFrame
        By month and ``policy``: ``value`` [vehicles], of each the last policy of the kind.
    """
    first = as_of + pd.Timedelta(days=1)
    months = months_between(first, date_plus_months(first, COMING_MONTHS - 1))
    values = []
    for kind in KINDS:
        ends = latest(policies, kind)
        ends = ends[ends.index.isin(vins) & (ends > as_of).to_numpy()]
        counts = ends.dt.strftime("%Y-%m").value_counts()
        values.append(counts.reindex(months, fill_value=0).to_numpy(float))
    return tidy(
        months * len(KINDS),
        value=np.concatenate(values),
        policy=[kind for kind in KINDS for _ in months],
    )
