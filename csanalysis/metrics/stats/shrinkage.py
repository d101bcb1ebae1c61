"""Estimates of several groups, each drawn towards the mean as far as they do not differ beyond chance."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def between_levels(estimates: Floats, known: Floats) -> float:
    """DerSimonian and Laird's variance between estimates, ``known`` being one by the variance of each."""
    seen = known > 0
    estimates, known = estimates[seen], known[seen]
    if len(known) < 2:
        return 0.0
    total = known.sum()
    excess = (known * (estimates - known @ estimates / total) ** 2).sum() - (len(known) - 1)
    return max(0.0, float(excess / (total - (known**2).sum() / total)))


def shrunk(estimates: ArrayLike, errors: ArrayLike) -> tuple[Floats, Floats]:
    """Empirical Bayes: the estimates drawn towards their mean, the less known the further.

    Parameters
    ----------
    estimates, errors : array
        Each with its standard error; an error of 0 or NaN says that nothing is known of it.

    Returns
    -------
    (array, array)
        The drawn estimates and their standard errors, that of the mean among them. All are the mean where
        they differ no more than chance would have them; NaN where nothing is known of any.

    Notes
    -----
    With the variance t between groups (:func:`between_levels`), weight w = 1 / error^2 and the mean m,
    weighted by 1 / (t + error^2), an estimate becomes (w x + m / t) / (w + 1 / t).
    Source: C. N. Morris (1983), Parametric empirical Bayes inference.
    """
    value, error = np.asarray(estimates, float), np.asarray(errors, float)
    there = (error > 0) & ~np.isnan(value)
    if not there.any():
        return np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    known = np.where(there, 1 / np.where(there, error, 1.0) ** 2, 0.0)
    value = np.where(there, value, 0.0)
    between = between_levels(value, known)
    weight = np.where(there, 1 / (between + np.where(there, error, 1.0) ** 2), 0.0)
    mean = float(weight @ value / weight.sum())
    own = between * known / (between * known + 1)  # how much of a group's own is kept
    own_error = between / (between * known + 1)
    variance = own_error + (1 - own) ** 2 / weight.sum()
    return own * value + (1 - own) * mean, np.sqrt(variance)


def shrunk_shares(hits: ArrayLike, trials: ArrayLike) -> tuple[Floats, Floats]:
    """:func:`shrunk` of several shares, the error of each at the share of all of them.

    Without a hit, or with hits alone, nothing can be told apart: the shares as they are, without an error.
    """
    k, n = np.asarray(hits, float), np.asarray(trials, float)
    whole = k.sum() / n.sum() if n.sum() > 0 else np.nan
    shares = np.divide(k, n, out=np.full(n.shape, np.nan), where=n > 0)
    if not 0 < whole < 1:
        return shares, np.full(n.shape, np.nan)
    return shrunk(shares, np.sqrt(whole * (1 - whole) / np.where(n > 0, n, np.nan)))
