"""95 % intervals: of a proportion, of a ratio of two counts, of a mean."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from csanalysis.metrics.stats import normal

Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]


def wilson(successes: ArrayLike, trials: ArrayLike, *, confidence: float = 0.95) -> Bounds:
    """Wilson score interval of a proportion; NaN where there were no trials or more successes than trials.

    Source: E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    k, n = np.asarray(successes, float), np.asarray(trials, float)
    z = normal.quantile(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where((n > 0) & (k <= n), n, np.nan)
        p = k / n
        centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    # At 0 and n successes the bound is 0 and 1 exactly; rounding must not push it past, nor off the share.
    return np.clip(np.minimum(centre - half, p), 0, 1), np.clip(np.maximum(centre + half, p), 0, 1)


def ratio_of_counts(numerator: ArrayLike, denominator: ArrayLike, *, confidence: float = 0.95) -> Bounds:
    """Exact interval of the ratio of two independent Poisson counts; NaN where the denominator is 0.

    Given their sum, the numerator is binomial with p = r / (1 + r), so Clopper-Pearson limits for p give
    limits for r. Source: J. Przyborowski and H. Wilenski (1940), Biometrika 31.
    """
    a, b = np.asarray(numerator, float), np.asarray(denominator, float)
    tail = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        b = np.where((b > 0) & ~np.isnan(a), b, np.nan)
        lower = np.where(a > 0, scipy.stats.beta.ppf(tail, np.where(a > 0, a, 1), b + 1), 0.0)
        upper = scipy.stats.beta.ppf(1 - tail, a + 1, b)
        low, high = lower / (1 - lower), upper / (1 - upper)
    return np.where(np.isnan(b), np.nan, low), np.where(np.isnan(b), np.nan, high)


Ends = Mapping[str, float] | pd.Series
"""``low`` and ``high`` of an interval."""


def intervals_overlap(one: Ends, other: Ends) -> bool:
    """Whether two intervals (``low``, ``high``) have a value in common, so that no difference is shown.

    An end that is not known may lie anywhere: then they overlap. Two 95 % intervals of equal things that are
    about as wide are apart in about 0.5 % of cases; a stricter test than one of the difference at 5 %.
    """
    return not bool(one["low"] > other["high"] or other["low"] > one["high"])


def means_t(
    values: NDArray[np.float64], starts: NDArray[np.intp], *, confidence: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """:func:`mean_t` of the parts of an array, each from its place in ``starts`` to the next one's."""
    parts = np.split(values, starts[1:]) if len(starts) else []
    size = np.array([len(part) for part in parts], dtype=float)
    mean = np.array([part.mean() for part in parts], dtype=float)
    error = np.array([part.std(ddof=1) if len(part) > 2 else np.nan for part in parts]) / np.sqrt(size)
    half = scipy.stats.t.ppf(0.5 + confidence / 2, np.maximum(size - 1, 1)) * error
    return mean - half, mean + half


def mean_t(values: pd.Series, *, confidence: float = 0.95) -> tuple[float, float]:
    """Student's interval of a mean; NaN with fewer than three values."""
    known = values.dropna().to_numpy(float)
    if len(known) < 3:
        return np.nan, np.nan
    half = scipy.stats.t.ppf(0.5 + confidence / 2, len(known) - 1) * scipy.stats.sem(known)
    return float(known.mean() - half), float(known.mean() + half)
