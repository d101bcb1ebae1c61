"""Two groups compared as if they had had the same mix of cases: Mantel-Haenszel and indirect standardisation.

Tables are four arrays with one entry a stratum: successes and trials of one group, successes and trials of
the other. A stratum in which a group had no trial says nothing about the difference and weighs nothing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.intervals import wilson


class Estimate(NamedTuple):
    """A number and its 95 % interval; all NaN where there is nothing to compare."""

    value: float
    low: float
    high: float


NOTHING = Estimate(np.nan, np.nan, np.nan)


def risk_difference(
    successes: float, trials: float, other_successes: float, other_trials: float, *, confidence: float = 0.95
) -> Estimate:
    """Difference of two proportions with Newcombe's hybrid score interval; NaN where a group had no trial.

    Source: R. G. Newcombe (1998), Interval estimation for the difference between independent proportions.
    """
    if not (trials > 0 and other_trials > 0):
        return NOTHING
    first, second = successes / trials, other_successes / other_trials
    bounds = [
        wilson(*counts, confidence=confidence)
        for counts in ((successes, trials), (other_successes, other_trials))
    ]
    (low, high), (other_low, other_high) = [(float(low), float(high)) for low, high in bounds]
    difference = first - second
    return Estimate(
        difference,
        difference - float(np.hypot(first - low, other_high - second)),
        difference + float(np.hypot(high - first, second - other_low)),
    )


def mantel_haenszel_difference(
    successes: ArrayLike,
    trials: ArrayLike,
    other_successes: ArrayLike,
    other_trials: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Difference of two proportions, the same in every stratum or averaged over the strata.

    Parameters
    ----------
    successes, trials : array of float
        Of the one group, by stratum.
    other_successes, other_trials : array of float
        Of the group it is compared with.
    confidence : float
        Of the interval.

    Returns
    -------
    Estimate
        Difference [fraction], with the limits that invert the score test on Sato's variance; NaN where no
        stratum has both groups.

    Notes
    -----
    Sato's variance holds for few large strata and for many small ones. Source: T. Sato (1989), On the
    variance estimator for the Mantel-Haenszel risk difference; B. Klingenberg (2014), A new and improved
    confidence interval for the Mantel-Haenszel risk difference.
    """
    a, n, b, m, total = _strata(successes, trials, other_successes, other_trials)
    weight = (n * m / total).sum()
    if not weight > 0:
        return NOTHING
    difference = float((a * m / total - b * n / total).sum() / weight)
    slope = ((n**2 * b - m**2 * a + n * m * (m - n) / 2) / total**2).sum()
    level = ((a * (m - b) + b * (n - a)) / (2 * total)).sum()
    z = float(normal.quantile(0.5 + confidence / 2)) / weight
    middle = difference + z**2 * slope / 2
    half = float(np.sqrt(max(middle**2 - difference**2 + z**2 * level, 0.0)))
    return Estimate(difference, middle - half, middle + half)


def mantel_haenszel_odds_ratio(
    successes: ArrayLike,
    trials: ArrayLike,
    other_successes: ArrayLike,
    other_trials: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Odds of success of one group over those of another, pooled over the strata.

    Parameters
    ----------
    successes, trials, other_successes, other_trials, confidence
        As in :func:`mantel_haenszel_difference`.

    Returns
    -------
    Estimate
        Ratio, with the interval of Robins, Breslow and Greenland on the log scale; NaN where it is not
        defined.

    Notes
    -----
    Source: N. Mantel and W. Haenszel (1959), Statistical aspects of the analysis of data from retrospective
    studies; J. Robins, N. Breslow and S. Greenland (1986), Biometrics 42.
    """
    a, n, c, m, total = _strata(successes, trials, other_successes, other_trials)
    b, d = n - a, m - c
    with_, against = a * d / total, b * c / total
    if not (with_.sum() > 0 and against.sum() > 0):
        return NOTHING
    p, q = (a + d) / total, (b + c) / total
    r, s = with_.sum(), against.sum()
    variance = (
        (p * with_).sum() / (2 * r**2)
        + (p * against + q * with_).sum() / (2 * r * s)
        + (q * against).sum() / (2 * s**2)
    )
    half = float(normal.quantile(0.5 + confidence / 2) * np.sqrt(variance))
    ratio = float(r / s)
    return Estimate(ratio, ratio * float(np.exp(-half)), ratio * float(np.exp(half)))


class Expectation(NamedTuple):
    """What each person should have had, had each of their cases gone as it does in the whole store.

    ``expected`` [successes] and ``variance`` of the successes by chance alone.
    """

    expected: NDArray[np.float64]
    variance: NDArray[np.float64]


def indirect_standardisation(successes: ArrayLike, trials: ArrayLike) -> Expectation:
    """Expected successes given the mix of cases that each person had.

    Parameters
    ----------
    successes, trials : array of float
        One row a person, one column a stratum. The store is the sum over the persons, or over whatever the
        first axis holds; leading axes, such as years, are kept apart.

    Returns
    -------
    Expectation
        Sums over the strata of trials x the store's rate in the stratum, and of its binomial variance. Of all
        persons together as many are expected as there were.
    """
    x, n = np.asarray(successes, float), np.asarray(trials, float)
    over, under = x.sum(axis=-2, keepdims=True), n.sum(axis=-2, keepdims=True)
    rate = np.divide(over, under, out=np.zeros_like(over), where=under > 0)
    return Expectation((n * rate).sum(axis=-1), (n * rate * (1 - rate)).sum(axis=-1))


def _strata(*table: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    """The four columns and their total, of the strata in which both groups had trials."""
    a, n, b, m = (np.atleast_1d(np.asarray(column, float)) for column in table)
    both = (n > 0) & (m > 0)
    a, n, b, m = (column[both] for column in (a, n, b, m))
    return a, n, b, m, n + m
