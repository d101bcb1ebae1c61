"""What the mean of the next twelve months may be, from months that hang together and years that differ.

A month is the level of its year plus an error that resembles the error of the month before. How alike months
are and how far years lie apart is hardly to be seen in one or two years of one series; it is learned from all
like series of a store together (its programmes and their items), and leans on what is usual where these are
few. What is left unknown widens the range.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from csanalysis.metrics.stats.years import Change, likeness_matrix

Array = NDArray[np.float64]

LIKENESSES = (0.0, 0.2, 0.4, 0.6, 0.8)
"""Correlations of neighbouring months that are thought possible."""

USUAL_LIKENESS = (0.40, 0.25, 0.18, 0.10, 0.07)
"""How likely each is before a month was seen."""

SPREADS = (0.0, 0.1, 0.2, 0.3, 0.45, 0.65, 0.9, 1.3, 2.0, 3.0, 5.0, 9.0, 16.0)
"""Spreads of whole years that are thought possible, in scatters of a single month."""

USUAL = 0.05
"""The usual spread of whole years whose months do not hang together, in scatters of a single month: half of
all series have less, and a few have far more (half a Cauchy law)."""

GROWING = 0.2
"""By how much that grows with the likeness: what makes months alike seldom ends with the year."""

LAST_YEARS = 5
FEWEST_OF_A_YEAR = 9


class History(NamedTuple):
    """What the months of one series say for every likeness (down) and spread (across).

    ``level`` is the mean of its last twelve months, ``evidence`` the logarithm of how likely the months were,
    ``scale`` how far the next twelve may lie from the level, with ``freedom`` of Student's t.
    """

    level: float
    evidence: Array
    scale: Array
    freedom: int


def history(months: ArrayLike) -> History | None:
    """Read the months of one series.

    Parameters
    ----------
    months : array
        In their order up to the last one over, NaN where unknown; the last sixty are used. Of earlier years
        those with nine months count.

    Returns
    -------
    History or None
        None where no two of the last twelve months are known.

    Notes
    -----
    Within a year the errors are an autoregression of first order, of which the year's mean is taken out; the
    means of two years in a row differ by twice the spread squared and by the error of both. The scatter of a
    month is integrated out (A. Gelman and others, 2013, Bayesian Data Analysis, section 14.2).
    """
    given = np.asarray(months, float)[-12 * LAST_YEARS :]
    grid = np.concatenate([np.full(-len(given) % 12, np.nan), given]).reshape(-1, 12)
    known = ~np.isnan(grid)
    if not len(grid) or known[-1].sum() < 2:
        return None
    kept = known.sum(axis=1) >= FEWEST_OF_A_YEAR
    kept[-1] = True
    shape = len(LIKENESSES), len(SPREADS)
    squares, evidence, cases = np.zeros(shape), np.zeros(shape), 0
    steps: list[float] = []
    scattered = False
    between = 2 * np.square(SPREADS)
    mean, of_mean = np.nan, np.zeros(len(LIKENESSES))
    before: tuple[float, Array] | None = None
    for year, there, use in zip(grid, known, kept, strict=True):
        if not use:
            before = None  # a year that is not known breaks the chain
            continue
        mean, of_mean = float(year[there].mean()), _of_means(there.tobytes())
        within, determinant = _within(year[there] - mean, there.tobytes())
        squares += within[:, None]
        scattered |= bool(np.ptp(year[there]) > 0)
        evidence -= determinant[:, None] / 2
        cases += int(there.sum()) - 1
        if before is not None:
            variance = (of_mean + before[1])[:, None] + between
            squares += (mean - before[0]) ** 2 / variance
            evidence -= np.log(variance) / 2
            cases += 1
            steps.append(mean - before[0])
        before = mean, of_mean
    if not scattered:
        # Months without any scatter tell nothing but how far years lie apart.
        change = float(np.sqrt(np.mean(np.square(steps)))) if steps else 0.0
        return History(mean, np.zeros(shape), np.full(shape, change), max(len(steps), 1))
    evidence = evidence - cases / 2 * np.log(squares)
    variance = (of_mean + _of_means(np.ones(12, bool).tobytes()))[:, None] + between
    return History(mean, evidence, np.sqrt(squares / cases * variance), cases)


def what_is_usual() -> Array:
    """How likely each likeness (down) and spread (across) is before a month was seen."""
    likeness, spread = np.array(LIKENESSES)[:, None], np.array(SPREADS)
    width = np.gradient(spread)
    falling = width / (1 + (spread / (USUAL + GROWING * likeness)) ** 2)
    found: Array = np.array(USUAL_LIKENESS)[:, None] * falling / falling.sum(axis=1, keepdims=True)
    return found


def learned(histories: Sequence[History], weights: Sequence[float]) -> Array:
    """How likely each likeness (down) and spread (across) is once all like series have been seen.

    Parameters
    ----------
    histories : sequence of History
        Like series of one store.
    weights : sequence of float
        How much each counts: the items of one programme, filled in by the same customers, count as one.
    """
    seen = np.log(what_is_usual()) + sum(
        weight * each.evidence for each, weight in zip(histories, weights, strict=True)
    )
    chance: Array = np.exp(seen - seen.max())
    return chance / chance.sum()


def likely_means(told: History, chances: Array, quantiles: ArrayLike) -> Array:
    """Quantiles of what the mean of the next twelve months may be.

    Parameters
    ----------
    told : History
        Of the series.
    chances : array
        From :func:`learned`.
    quantiles : array
        Fractions 0-1.

    Returns
    -------
    array
        About the mean of the last twelve months: no trend is carried on.
    """
    scale, weight = told.scale.ravel(), chances.ravel()
    widest = float(scale.max())
    if not widest > 0:
        return np.full(np.shape(quantiles), told.level)
    # Dense about the middle, and as far out as any quantile that is asked for.
    reach = np.arcsinh(scipy.stats.t.isf(min(np.min(quantiles), 1 - np.max(quantiles)), told.freedom) * 1000)
    places = np.sinh(np.linspace(-reach, reach, 801)) / 1000 * widest
    below = weight @ scipy.stats.t.cdf(places / scale[:, None], told.freedom)
    return np.asarray(told.level + np.interp(np.asarray(quantiles, float), below, places))


def next_year(months: ArrayLike) -> tuple[float, Change]:
    """The mean of the last twelve months of one series, and how far the next twelve may lie from it.

    Returns
    -------
    (float, Change)
        The Student's t whose 80 and 95 % ranges are those of :func:`likely_means`. NaN where no two of the
        last twelve months are known.
    """
    told = history(months)
    if told is None:
        return np.nan, Change(np.nan, 1.0)
    near, far = likely_means(told, learned([told], [1.0]), [0.9, 0.975]) - told.level
    freedoms = np.geomspace(1, 200, 400)
    ratios = scipy.stats.t.ppf(0.975, freedoms) / scipy.stats.t.ppf(0.9, freedoms)
    freedom = float(freedoms[np.abs(ratios - far / near).argmin()]) if near > 0 else float(told.freedom)
    return told.level, Change(float(near / scipy.stats.t.ppf(0.9, freedom)), freedom)


@cache
def _inverses(there: bytes) -> tuple[list[Array], Array, Array]:
    """By likeness: the inverse covariance of deviations from a year's mean, the logarithm of the covariance's
    determinant, and the variance of the mean, all for a month's scatter of one."""
    places = np.frombuffer(there, bool)
    count = int(places.sum())
    contrast = np.linalg.qr(np.column_stack([np.ones(count), np.eye(count)[:, 1:]]))[0][:, 1:]
    inverses, determinants, means = [], [], []
    for likeness in LIKENESSES:
        alike = likeness_matrix(likeness)[np.ix_(places, places)]
        inner = contrast.T @ alike @ contrast
        inverses.append(contrast @ np.linalg.inv(inner) @ contrast.T)
        determinants.append(np.linalg.slogdet(inner)[1])
        means.append(alike.sum() / count**2)
    return inverses, np.array(determinants), np.array(means)


def _within(deviations: Array, there: bytes) -> tuple[Array, Array]:
    """Squares of deviations from a year's mean, freed of their likeness, and logarithms of determinants."""
    inverses, determinants, _ = _inverses(there)
    return np.array([deviations @ inverse @ deviations for inverse in inverses]), determinants


def _of_means(there: bytes) -> Array:
    return _inverses(there)[2]
