"""The group as a whole: its totals, and the range in which its stores lie."""

from collections.abc import Sequence

import pandas as pd

from csanalysis.metrics.network.funnel import Scale
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import ratio_of_counts, wilson

QUARTILES = {"25": 0.25, "50": 0.5, "75": 0.75}
FEWEST_FOR_QUARTILES = 4
FEWEST_FOR_MEANS = 3
"""Of two stores each could tell the other's score from their mean."""


def group_rate(rates: pd.DataFrame, *, scale: Scale, by: Sequence[str] = ()) -> pd.DataFrame:
    """The rate of all stores together: sum of numerators over sum of denominators, by period.

    Parameters
    ----------
    rates : DataFrame
        One row a store and period: ``period``, ``numerator``, ``denominator``; a store without either is
        left out of its period.
    scale : str
        ``proportion`` (Wilson interval) or ``ratio`` (exact interval of a ratio of counts).
    by : sequence of str
        Columns that split the stores, such as ``region``: the rate of each part.
    """
    known = rates.dropna(subset=["numerator", "denominator"])
    keys = [*by, "period"]
    sums = known.groupby(keys, sort=True)[["numerator", "denominator"]].sum().reset_index()
    interval = wilson if scale == "proportion" else ratio_of_counts
    part, whole = sums["numerator"].to_numpy(float), sums["denominator"].to_numpy(float)
    low, high = interval(part, whole)
    split = {name: sums[name] for name in by}
    return tidy(sums["period"], numerator=part, denominator=whole, low=low, high=high, **split)


def group_total(counts: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """The sum over stores by period; NaN where a store's count is unknown, for it would be too small.

    ``by`` as in :func:`group_rate`.
    """
    stores = counts.groupby([*by, "period"], sort=True)["value"].agg(["sum", "count", "size"]).reset_index()
    sums = stores["sum"].where(stores["count"] == stores["size"]).to_numpy(float)
    return tidy(stores["period"], value=sums, **{name: stores[name] for name in by})


def quartiles(values: pd.DataFrame) -> pd.DataFrame:
    """Lower quartile, median and upper quartile of the stores by period, each store one voice.

    Parameters
    ----------
    values : DataFrame
        One row a store and period: ``period``, ``value``; NaN is left out.

    Returns
    -------
    DataFrame
        By ``quartile`` (``25``, ``50``, ``75``); ``denominator`` = stores; no rows for a period with under
        :data:`FEWEST_FOR_QUARTILES` stores.
    """
    known = values.dropna(subset="value").groupby("period", sort=True)["value"]
    stores = known.size()
    periods = stores.index[stores >= FEWEST_FOR_QUARTILES]
    frames = [
        tidy(periods, value=known.quantile(at)[periods], denominator=stores[periods], quartile=name)
        for name, at in QUARTILES.items()
    ]
    return pd.concat(frames, ignore_index=True)
