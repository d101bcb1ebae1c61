"""Who lies behind the store beyond what chance would bring, and by how many cases or points."""

import numpy as np
import pandas as pd
import scipy

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.many import Q_VALUE, q_values


def shortfalls(
    rows: pd.DataFrame, whole: float | pd.Series, *, better: str, by: str, **group: str
) -> pd.DataFrame:
    """Those of several people, teams or processes whose share is worse than the store's beyond chance.

    Parameters
    ----------
    rows : DataFrame
        One row a person: ``period``, ``by``, ``numerator`` [cases that went well, or badly where lower is
        better], ``denominator`` [cases].
    whole : float or Series
        The share that each would have had, being like all others [fraction].
    better : {"higher", "lower"}
        Whether a higher share is better.
    by : str
        The column that names them.

    Returns
    -------
    DataFrame
        A row for each that is worse: ``value`` [cases short of, or beyond, ``whole``, more is worse],
        ``denominator`` [cases]. No rows where nobody is.

    Notes
    -----
    The one-sided binomial test of each share against ``whole``, false-discovery rate of all of them together
    at most :data:`csanalysis.metrics.stats.many.Q_VALUE`.
    """
    if rows.empty:
        return tidy([], **{by: [], **{name: [] for name in group}})
    hits, trials = rows["numerator"].to_numpy(float), rows["denominator"].to_numpy(float)
    expected = np.broadcast_to(np.asarray(whole, dtype=float), hits.shape)
    if better == "higher":
        chances = scipy.stats.binom.cdf(hits, trials, expected)
    else:
        chances = scipy.stats.binom.sf(hits - 1, trials, expected)
    short = (expected * trials - hits) if better == "higher" else (hits - expected * trials)
    known = (trials > 0) & ~np.isnan(hits) & ~np.isnan(expected)
    told = known & (q_values(np.where(known, chances, np.nan)) <= Q_VALUE) & (short > 0)
    found = rows[told]
    return tidy(
        found["period"], value=short[told], denominator=trials[told], **{by: list(found[by])}, **group
    )


def score_shortfalls(rows: pd.DataFrame, *, by: str, **group: str) -> pd.DataFrame:
    """Those of several people whose mean score lies below that of all others beyond chance.

    Parameters
    ----------
    rows : DataFrame
        One row a person: ``period``, ``by``, ``value`` [points], ``denominator`` [responses], ``low`` and
        ``high`` (95 %).
    by : str
        The column that names them.

    Returns
    -------
    DataFrame
        A row for each that is worse: ``value`` [points below the mean of the others], ``denominator``
        [responses]. No rows where nobody is, or fewer than two are known.

    Notes
    -----
    The one-sided normal test of the difference, its error from both intervals; false-discovery rate of all
    of them together at most :data:`csanalysis.metrics.stats.many.Q_VALUE`.
    """
    known = rows.dropna(subset=["value", "low", "high"])
    if len(known) < 2:
        return tidy([], **{by: [], **{name: [] for name in group}})
    score, count = known["value"].to_numpy(float), known["denominator"].to_numpy(float)
    error = (known["high"] - known["low"]).to_numpy(float) / (2 * normal.Z95)
    rest = count.sum() - count
    others = ((score * count).sum() - score * count) / rest
    # The error of the others' mean: theirs, weighted as their scores are.
    spread = np.sqrt(((error * count) ** 2).sum() - (error * count) ** 2) / rest
    chances = normal.below((score - others) / np.maximum(np.hypot(error, spread), 1e-12))
    told = (q_values(chances) <= Q_VALUE) & (score < others)
    return tidy(
        known["period"][told],
        value=(others - score)[told],
        denominator=count[told],
        **{by: list(known[by][told])},
        **group,
    )
