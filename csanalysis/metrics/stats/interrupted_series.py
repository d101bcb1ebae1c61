"""Interrupted time series: did something jump on a day, over and above the trend that was there before?"""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from csanalysis.metrics.stats.standardisation import Estimate

FEWEST_MONTHS = 6
"""With fewer months on a side, a trend cannot be told from a jump."""

SEASON_MONTHS = 36
"""From so many months on, a yearly wave is fitted too."""

FEWEST_CASES = 10
"""A stratum with fewer cases takes the variance of all strata."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class InterruptedSeries:
    """What was fitted to the months.

    ``step`` is the jump on the day, ``trend`` the change in a year that went on before and after; both in the
    unit of the values. ``months`` (month numbers since January 1970) have ``observed`` (the month's mean
    at the usual mix of strata), ``fitted``, and ``without``, what the months after would have had by the
    trend alone.
    """

    step: Estimate
    trend: Estimate
    months: NDArray[np.int64]
    observed: Floats
    fitted: Floats
    without: Floats


def interrupted_series(
    values: Floats, months: NDArray[np.int64], after: NDArray[np.bool_], strata: NDArray[np.int64]
) -> InterruptedSeries | None:
    """Fit level by stratum, a straight trend, a yearly wave and a step to many single values.

    Parameters
    ----------
    values : array of float
        One a case, such as 1 for success and 0 for failure, or an amount.
    months : array of int
        Month of each case, counted from any origin.
    after : array of bool
        Whether it lies after the interruption; a month may have both.
    strata : array of int
        From 0: cases of one stratum have a common level, so that a change of their mix is no step.

    Returns
    -------
    InterruptedSeries or None
        None with fewer than six months on a side, or where nothing can be told apart.

    Notes
    -----
    Least squares over all cases. Their variance is that within the strata, made larger where the months
    scatter more than it explains (quasi-likelihood); limits are Student's, with as many degrees of freedom as
    there are months beyond the coefficients. Source: A. K. Wagner and others (2002), Segmented regression
    analysis of interrupted time series studies in medication use research.
    """
    if min(len(np.unique(months[after])), len(np.unique(months[~after]))) < FEWEST_MONTHS:
        return None
    cells, cell = np.unique(months * 2 + after, return_inverse=True)
    number, stepped = cells // 2, (cells % 2).astype(float)
    width, height = len(cells), int(strata.max()) + 1
    place = strata * width + cell
    counts, sums, squares = (
        np.bincount(place, weights, minlength=height * width).reshape(height, width).astype(float)
        for weights in (None, values, values**2)
    )
    design = _design(number, stepped)
    sizes = counts.sum(axis=1)
    mean = sums.sum(axis=1) / np.maximum(sizes, 1)
    middle = counts @ design / np.maximum(sizes, 1)[:, np.newaxis]

    def crossed(weights: Floats) -> Floats:
        """Sum of squares of the design within the strata, each case with its stratum's weight."""
        whole = design.T @ ((weights @ counts)[:, np.newaxis] * design)
        found: Floats = whole - (middle * (weights * sizes)[:, np.newaxis]).T @ middle
        return found

    squared = crossed(np.ones(height))
    if np.linalg.matrix_rank(squared) < len(squared):
        return None
    inverse = np.linalg.inv(squared)
    slope = inverse @ (design.T @ sums.sum(axis=0) - middle.T @ (mean * sizes))
    level = mean - middle @ slope
    explained = level[:, np.newaxis] + design @ slope
    variance = _within(squares - 2 * explained * sums + counts * explained**2, sizes)
    months_seen, month = np.unique(number, return_inverse=True)
    left_over = np.bincount(month, (sums - counts * explained).sum(axis=0))
    chance = np.bincount(month, variance @ counts)
    freedom = len(months_seen) - design.shape[1] - 1
    scatter = (
        max(1.0, float((left_over**2 / np.maximum(chance, 1e-12)).sum() / freedom)) if freedom > 0 else 1.0
    )
    errors = np.sqrt(np.diag(inverse @ crossed(variance) @ inverse) * scatter)
    reach = float(scipy.stats.t.ppf(0.975, max(freedom, 1))) * errors
    trend, step = (Estimate(slope[k], slope[k] - reach[k], slope[k] + reach[k]) for k in (0, 1))

    usual = float((level * sizes).sum() / sizes.sum())
    cases = np.bincount(month, counts.sum(axis=0))
    fitted, without = (
        np.bincount(month, counts.sum(axis=0) * (usual + columns @ slope)) / cases
        for columns in (design, np.column_stack([design[:, 0], np.zeros(width), design[:, 2:]]))
    )
    return InterruptedSeries(step, trend, months_seen, fitted + left_over / cases, fitted, without)


def _design(number: NDArray[np.int64], stepped: Floats) -> Floats:
    """Years from the middle, the step and, where the months are many, a yearly wave: one row a cell."""
    columns = [(number - number.mean()) / 12, stepped]
    if len(np.unique(number)) >= SEASON_MONTHS:
        turn = 2 * np.pi * number / 12
        columns += [np.sin(turn), np.cos(turn)]
    return np.column_stack(columns)


def _within(squares: Floats, sizes: Floats) -> Floats:
    """Variance of what is left over in each stratum; that of all together where one has too few cases."""
    spread, freedom = np.maximum(squares.sum(axis=1), 0), np.maximum(sizes - 1, 0)
    common = spread.sum() / max(freedom.sum(), 1)
    return np.where(sizes >= FEWEST_CASES, spread / np.maximum(freedom, 1), common)
