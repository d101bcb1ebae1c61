"""Years differ and months hang together: how far a mean of some months may lie from another.

A month is the level of its year plus an error that resembles the error of the month before. How far whole
years lie apart is learned from the changes between past years, and leans on a usual spread while these are
few.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

PRIOR_YEARS = 2.0
"""How many changes between past years weigh as much as the usual spread below."""

USUAL = 0.1
"""Spread of whole years that is assumed until past years show theirs, in scatters of a single month."""

PRIOR_LIKENESS = 0.2
"""Correlation of neighbouring months that is assumed, with the weight of one year of months."""

MOST_LIKE = 0.8


class Scatter(NamedTuple):
    """How months scatter within their year: ``sigma`` of one month, ``likeness`` of neighbours [correlation],
    and the degrees of ``freedom`` with which sigma is known."""

    sigma: float
    likeness: float
    freedom: float


class Change(NamedTuple):
    """How far a year may lie from the year before: ``scale``, and ``freedom`` of its Student's t."""

    scale: float
    freedom: float


def scatter(errors: ArrayLike, *, fitted: int = 1) -> Scatter:
    """How the months of past years scatter.

    Parameters
    ----------
    errors : array of years x months
        What is left of each month once its year's mean (and its season) is taken out; NaN where unknown.
    fitted : int
        How many numbers were fitted to the months of all years together.

    Returns
    -------
    Scatter
        NaN ``sigma`` where no two months of a year are known.

    Notes
    -----
    The mean of a year follows its months, which makes them look calmer and less alike than they are: for
    twelve months of correlation r the lag-one correlation found is r - (1 + 3 r) / 12 (M. H. Quenouille,
    F. H. C. Marriott and J. A. Pope, 1954), and the variance is that of a month less that of the mean.
    """
    rest = np.atleast_2d(np.asarray(errors, float))
    known = int((~np.isnan(rest)).sum())
    if known - fitted < 1:
        return Scatter(np.nan, PRIOR_LIKENESS, 0.0)
    pairs = ~np.isnan(rest[:, 1:]) & ~np.isnan(rest[:, :-1])
    squares = float(np.nansum(rest**2))
    likeness, years = PRIOR_LIKENESS, known / 12
    if pairs.sum() >= 3 and squares > 0:
        found = float(np.nansum(rest[:, 1:] * rest[:, :-1])) / pairs.sum() / (squares / known)
        mended = (found + 1 / 12) / (1 - 3 / 12)
        likeness = (years * mended + PRIOR_LIKENESS) / (years + 1)
    likeness = float(np.clip(likeness, 0.0, MOST_LIKE))
    freedom = float(known - fitted)
    seen = squares / freedom
    # Alike months show less of their variance around their own mean.
    hidden = mean_variance(12, likeness)
    sigma = np.sqrt(seen * (1 - 1 / 12) / (1 - hidden))
    return Scatter(float(sigma), likeness, max(freedom * (1 - likeness**2) / (1 + likeness**2), 1.0))


def likeness_matrix(likeness: float, months: int = 12) -> NDArray[np.float64]:
    """Correlations of the months of a year, falling off with their distance."""
    places = np.arange(months)
    distance = np.abs(places[:, None] - places)
    matrix: NDArray[np.float64] = np.where(distance == 0, 1.0, np.power(float(likeness), distance))
    return matrix


def unlike_series(rest: pd.DataFrame, *, least: int) -> float:
    """How many unlike series the columns are worth: their number squared ÷ the sum of squared correlations.

    Parameters
    ----------
    rest : DataFrame
        A column a series, a row a month: what is left once each year's mean is taken out.
    least : int
        Months that a pair must share; with fewer the two count as one, as do those without scatter.

    Notes
    -----
    So many unlike series tell a variance, or a correlation of months, as well as these.
    """
    alike = rest.corr(min_periods=least).fillna(1.0).to_numpy()
    return float(len(alike) ** 2 / np.square(alike).sum())


def mean_variance(months: int, likeness: float) -> float:
    """Variance of a mean of neighbouring months, as a share of that of one month: 1 / n for unlike ones."""
    return float(likeness_matrix(likeness, months).sum() / months**2)


def change(
    levels: ArrayLike, *, sigma: float, likeness: float, months: int = 12, trend: bool = False
) -> Change:
    """How far the year to come may lie from the last one.

    Parameters
    ----------
    levels : array
        Means of past years in their order, the last one last.
    sigma, likeness
        See :class:`Scatter`; in the unit of the levels.
    months : int
        How many months the last level is the mean of.
    trend : bool
        Whether what the levels are held against grows with them, so that their mean change is no change.

    Returns
    -------
    Change
        ``scale`` = root of (prior x usual + sum of squared changes) / (prior + changes), where the usual
        square is that of two years of such months and of :data:`USUAL`; a trend that is not followed widens
        it.
    """
    steps = np.diff(np.asarray(levels, float))
    steps = steps[~np.isnan(steps)]
    told = len(steps)
    if trend and told:
        steps, told = steps - steps.mean(), told - 1
    usual = sigma**2 * (mean_variance(12, likeness) + mean_variance(months, likeness) + 2 * USUAL**2)
    freedom = change_freedom(told)
    squares = PRIOR_YEARS * usual + (steps**2).sum()
    return Change(float(np.sqrt(squares / freedom)), freedom)


def change_freedom(changes: int) -> float:
    """Degrees of freedom of a :class:`Change` that rests on so many changes between past years."""
    return PRIOR_YEARS + changes


def freedom_of_sum(first: float, freedom: float, second: float, other: float) -> float:
    """Degrees of freedom of the sum of two variances, each known with its own (F. E. Satterthwaite, 1946)."""
    parts = first**2 / freedom + second**2 / other
    return float((first + second) ** 2 / parts) if parts > 0 else np.inf
