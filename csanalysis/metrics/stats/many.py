"""Many at once: of many things alike, the extremes lie far apart by chance alone, and some stand out."""

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

Q_VALUE = 0.05
"""The share of false findings to be borne among all that are told apart."""


def q_values(chances: ArrayLike) -> NDArray[np.float64]:
    """The share of false findings to be borne if a thing and all clearer ones are told apart.

    Parameters
    ----------
    chances : array
        The chance of each at no difference; NaN where it was not tested.

    Returns
    -------
    array
        Benjamini and Hochberg's (1995), NaN where the chance is.
    """
    given = np.asarray(chances, float)
    found = np.full(given.shape, np.nan)
    tested = ~np.isnan(given)
    if tested.any():
        found[tested] = scipy.stats.false_discovery_control(np.clip(given[tested], 0, 1), method="bh")
    return found


def chance_of_extremes(
    part: ArrayLike, whole: ArrayLike, *, dispersion: float = 1.0, freedom: float = np.inf
) -> float:
    """How likely the lowest and the highest of several like shares lie as far apart as these.

    Parameters
    ----------
    part, whole : array
        Successes and trials of each; those without a trial are left out.
    dispersion : float
        How many times the variance of independent trials they scatter.
    freedom : float
        Degrees of freedom with which that is known.

    Returns
    -------
    float
        NaN with fewer than two of them, where all trials or none were a success, or where the dispersion is
        not known.

    Notes
    -----
    The studentized range of so many, with the error of the pooled share. Two 95 % intervals that do not
    overlap are no such test: of twelve equal ones the extremes' are apart in 18 %.
    Source: J. W. Tukey (1953); C. Y. Kramer (1956), for unequal numbers of trials.
    """
    hits, trials = np.asarray(part, float), np.asarray(whole, float)
    known = (trials > 0) & ~np.isnan(hits)
    hits, trials = hits[known], trials[known]
    if np.isnan(dispersion) or len(trials) < 2 or not 0 < hits.sum() < trials.sum():
        return np.nan
    share, shares = hits.sum() / trials.sum(), hits / trials
    ends = [int(shares.argmin()), int(shares.argmax())]
    error = np.sqrt(dispersion * share * (1 - share) * (1 / trials[ends]).sum() / 2)
    apart = (shares[ends[1]] - shares[ends[0]]) / error
    return float(scipy.stats.studentized_range.sf(apart, len(trials), freedom))


def extremes_differ(rows: pd.DataFrame, *, dispersion: float = 1.0, freedom: float = np.inf) -> bool:
    """Whether the extremes of a metric's rows (``numerator``, ``denominator``) differ beyond chance (5 %)."""
    counts = (rows[name].to_numpy(float) for name in ("numerator", "denominator"))
    return bool(chance_of_extremes(*counts, dispersion=dispersion, freedom=freedom) <= 0.05)


def clearly_above(rows: pd.DataFrame, whole: float) -> "pd.Series[bool]":
    """Which of several shares (``numerator``, ``denominator``) lie above that of the whole beyond chance.

    Parameters
    ----------
    rows : DataFrame
        One row a share.
    whole : float
        The share of all of them [fraction].

    Returns
    -------
    Series of bool
        Of the rows' index: the one-sided binomial test, false-discovery rate at most :data:`Q_VALUE`; False
        without a trial.
    """
    hits, trials = (rows[name].to_numpy(float) for name in ("numerator", "denominator"))
    known = trials > 0
    # The binomial law's upper tail; scipy.stats has the same, and takes as long to load as a list to draw up.
    tails = scipy.special.bdtrc(hits - 1, np.where(known, trials, 0).astype(int), whole)
    chances = np.where(known, tails, np.nan)
    return pd.Series(q_values(chances) <= Q_VALUE, index=rows.index)
