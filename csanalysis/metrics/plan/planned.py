"""What the plan asks for in a year, month by month and part by part."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.first_service.targets import largest_remainder
from csanalysis.metrics.results import tidy


def months_of_target(total: float, shares: pd.Series) -> pd.DataFrame:
    """A year's whole number over its months.

    Parameters
    ----------
    total : float
        The year's number.
    shares : Series
        By month, in which proportion months make the year; NaN where unknown.

    Returns
    -------
    DataFrame
        ``value`` by month, which add up to the total by largest remainder; no rows where a month is unknown.
    """
    if shares.empty or shares.isna().any() or not shares.sum() > 0 or np.isnan(total):
        return tidy([])
    return tidy(list(shares.index), value=largest_remainder(total, shares.to_numpy(float)))


def moved_alike(
    total: float, last: float, parts: pd.Series, *, plan_year: int, by: str, names: Sequence[str]
) -> pd.DataFrame:
    """What a rate or score asks of its parts: each moves from last year by as much as the whole.

    Parameters
    ----------
    total, last : float
        What the plan asks of the whole, and what last year gave.
    parts : Series
        What last year gave, by part.
    plan_year : int
        The year that is planned.
    by : str
        The split that the parts are values of.
    names : sequence of str
        The parts wanted, in their order.

    Returns
    -------
    DataFrame
        ``value`` by part, between 0 and 1 [fraction]; NaN where last year gave none.

    Notes
    -----
    In last year's mix the parts then make the whole again.
    """
    asked = parts.reindex(list(names)).astype(float) + (total - last)
    return tidy([str(plan_year)] * len(names), value=asked.clip(0, 1).to_numpy(), **{by: list(names)})
