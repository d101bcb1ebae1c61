"""Did the stores' ranges hold? In one store a range holds or does not; over many it shows how often."""

import pandas as pd

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson


def range_calibration(told: pd.DataFrame, came: pd.DataFrame, *, period: str) -> dict[str, pd.DataFrame]:
    """Of the stores' ranges for a past year, the share that held, and where those that did not were missed.

    Parameters
    ----------
    told : DataFrame
        One row a store and quantity: ``dealership``, ``quantity``, ``low``, ``high``, what was simulated
        knowing only the years before.
    came : DataFrame
        ``dealership``, ``quantity``, ``value``: what the year brought.
    period : str
        That year.

    Returns
    -------
    dict of str to DataFrame
        ``network_range_held`` by ``quantity``: stores within their range among all (Wilson interval: stores
        are taken as independent, though one year was good or bad for many of them).
        ``network_range_missed`` by ``quantity`` and ``beyond`` (``below``, ``above``): the share that came
        out lower, or higher.
    """
    both = told.merge(
        came[["dealership", "quantity", "value"]], on=["dealership", "quantity"], suffixes=("_told", "")
    )
    both = both.dropna(subset=["low", "high", "value"])
    below, above = both["value"] < both["low"], both["value"] > both["high"]
    counts = both.assign(below=below, above=above, held=~(below | above)).groupby("quantity")
    sums, stores = counts[["below", "above", "held"]].sum(), counts.size()
    periods = [period] * len(stores)
    low, high = wilson(sums["held"], stores)
    held = tidy(
        periods, numerator=sums["held"], denominator=stores, low=low, high=high, quantity=stores.index
    )
    missed = [
        tidy(periods, numerator=sums[side], denominator=stores, quantity=stores.index, beyond=side)
        for side in ("below", "above")
    ]
    return {"network_range_held": held, "network_range_missed": pd.concat(missed, ignore_index=True)}
