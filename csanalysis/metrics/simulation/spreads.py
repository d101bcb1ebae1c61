"""How far whole years differ: the store's own spread, leaning on a usual one while it has few years."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PRIOR_YEARS = 4.0
"""How many years of its own a store needs before they outweigh the usual spread below."""
USUAL = {
    "known": 0.025,
    "lost": 0.05,
    "waiting": 0.06,
    "elsewhere": 0.14,
    "sales": 0.08,
    "price": 0.02,
    "upsell": 0.10,
}
"""Spread from year to year on the log scale (``upsell``: log odds) that is assumed until the store's own
years show theirs."""


class Spread(NamedTuple):
    """How far a whole year may lie from its middle: ``middle``, ``scale`` on the log scale, Student's t."""

    middle: float
    scale: float
    freedom: float


def pooled_spread(deviations: list[float], weights: Array, *, usual: float) -> Spread:
    """The years' spread about their weighted middle, joined with what is usual; for the year to come.

    A store with few years leans on the usual spread: :data:`PRIOR_YEARS` years' worth of it.
    """
    values = np.asarray(deviations, dtype=float)
    share = weights / weights.sum()
    middle = float(values @ share)
    freedom = PRIOR_YEARS + len(values) - 1
    squares = PRIOR_YEARS * usual**2 + ((values - middle) ** 2).sum()
    return Spread(middle, float(np.sqrt(squares / freedom * (1 + (share**2).sum()))), freedom)


def last_year_level(counts: list[float], name: str) -> tuple[float, Spread]:
    """A count that drifts: last year's, with the spread of the changes from year to year, half of a trend."""
    changes = [log_ratio(later + 1, earlier + 1) for earlier, later in pairwise(counts)]
    return counts[-1], drift_spread(changes, usual=USUAL[name])


def drift_spread(changes: list[float], *, usual: float) -> Spread:
    """Changes from year to year: their mean counts as far as there are years to show it."""
    values = np.asarray(changes, dtype=float)
    middle = float(values.sum() / (len(values) + 2.0))
    freedom = PRIOR_YEARS + max(len(values) - 1, 0)
    deviations = ((values - values.mean()) ** 2).sum() if len(values) else 0.0
    scale = np.sqrt((PRIOR_YEARS * usual**2 + deviations) / freedom * (1 + 1 / (len(values) + 2.0)))
    return Spread(middle, float(scale), freedom)


def log_ratio(over: float, under: float) -> float:
    """How far two positive numbers are apart on the log scale."""
    return float(np.log(over / under))
