"""How far whole years differ: what the store's own years show of it beyond small numbers, and what is usual.

Where a store's years differ by no more than chance gives, the year to come is told as narrowly; how far years
differ is never known well from a few of them, and that widens the range (A. Gelman, 2006, Prior distributions
for variance parameters).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]

USUAL = {
    "known": 0.025,
    "lost": 0.05,
    "waiting": 0.06,
    "elsewhere": 0.14,
    "sales": 0.08,
    "price": 0.02,
    "upsell": 0.10,
}
"""Spread from year to year on the log scale (``upsell``: log odds) that is usual; a store's own years may
show that they differ less, or far more."""

POSSIBLE = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1.7, 2.2, 3.0, 4.0, 6.0, 9.0, 14.0)
"""Spreads that are thought possible, in usual ones: half a Cauchy law, with half its weight below 0.8 usual
ones."""


class Spread(NamedTuple):
    """How far a whole year may lie from its middle: ``middle``, ``scale`` on the log scale, Student's t."""

    middle: float
    scale: float
    freedom: float


def pooled_spread(
    deviations: list[float], weights: Array, *, usual: float, noise: Sequence[float] | None = None
) -> Spread:
    """The years' spread about their weighted middle, as far as they show it; for the year to come.

    Parameters
    ----------
    deviations : list of float
        By year, on the log scale.
    weights : array
        How much each year counts for the middle.
    usual : float
        The spread that years usually have.
    noise : sequence of float, optional
        The variance that each deviation has of small numbers alone: the simulated year draws that by itself,
        and it is no difference between years.
    """
    values = np.asarray(deviations, dtype=float)
    chance = np.zeros(len(values)) if noise is None else np.asarray(noise, dtype=float)
    share = weights / weights.sum()
    middle = float(values @ share)
    told = _likely(values - middle, np.diag(chance), usual=usual, fitted=True)
    return _spread(middle, told, usual, times=1 + float((share**2).sum()), more=float((share**2) @ chance))


def last_year_level(counts: list[float], name: str) -> tuple[float, Spread]:
    """A count that drifts: last year's, with the spread of the changes from year to year, half of a trend."""
    changes = [log_ratio(later + 1, earlier + 1) for earlier, later in pairwise(counts)]
    noise = [1 / (count + 1) for count in counts]
    return counts[-1], drift_spread(changes, usual=USUAL[name], noise=noise)


def drift_spread(changes: list[float], *, usual: float, noise: Sequence[float] | None = None) -> Spread:
    """Changes from year to year: their mean counts as far as there are years to show it.

    ``noise`` is the variance that each year's level has of small numbers alone, one more than there are
    changes: two changes in a row share it, and that of the last level is put in again.
    """
    values = np.asarray(changes, dtype=float)
    chance = np.zeros(len(values) + 1) if noise is None else np.asarray(noise, dtype=float)
    middle = float(values.sum() / (len(values) + 2.0))
    shared = np.diag(chance[1:] + chance[:-1]) - np.diag(chance[1:-1], 1) - np.diag(chance[1:-1], -1)
    told = _likely(values - middle, shared, usual=usual)
    return _spread(middle, told, usual, times=1 + 1 / (len(values) + 2.0), more=float(chance[-1]))


def _likely(rest: Array, noise: Array, *, usual: float, fitted: bool = False) -> Array:
    """How likely each of the possible spreads is once the years have been seen."""
    places = np.array(POSSIBLE)
    chance = np.log(np.gradient(places) / (1 + (1.25 * places) ** 2))
    floor = (0.05 * usual) ** 2 * np.eye(len(rest))  # no year is just like another
    for place, times in enumerate(places if len(rest) else ()):
        covariance = noise + (times * usual) ** 2 * np.eye(len(rest)) + floor
        inverse = np.linalg.inv(covariance)
        chance[place] -= (np.linalg.slogdet(covariance)[1] + rest @ inverse @ rest) / 2
        if fitted:
            chance[place] -= np.log(inverse.sum()) / 2
    likely: Array = np.exp(chance - chance.max())
    return likely / likely.sum()


def _spread(middle: float, likely: Array, usual: float, *, times: float, more: float) -> Spread:
    """The Student's t whose 80 and 95 % ranges are those of the spreads joined."""
    scales = np.sqrt((np.array(POSSIBLE) * usual) ** 2 * times + more) + 1e-9
    places = np.linspace(0, 40, 4001) * float(np.sqrt(likely @ scales**2)) / 10
    below = likely @ stats.norm.cdf(places / scales[:, None])
    near, far = np.interp([0.9, 0.975], below, places)
    freedom = float(_FREEDOMS[np.abs(_RATIOS - far / max(near, 1e-12)).argmin()])
    return Spread(middle, float(near / stats.t.ppf(0.9, freedom)), freedom)


_FREEDOMS = np.geomspace(1.5, 200, 300)
_RATIOS = stats.t.ppf(0.975, _FREEDOMS) / stats.t.ppf(0.9, _FREEDOMS)


def log_ratio(over: float, under: float) -> float:
    """How far two positive numbers are apart on the log scale."""
    return float(np.log(over / under))
