"""What the best quarter of the stores does differently: an association, no proof of a cause."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from csanalysis.metrics.network.funnel import FEWEST_STORES
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal

SEED = 20_220_106
SHUFFLES = 4_999
MANY = 200
"""Stores beyond which a shuffled difference of means is normal, with just the variance that shuffling has."""

Q_VALUE = 0.1


def best_quarter(standing: pd.Series, *, better: str) -> list[str]:
    """The stores of the best quarter, by standing in the funnel rather than by bare rate.

    Parameters
    ----------
    standing : Series
        ``network_standing`` by dealership; NaN is left out.
    better : str
        ``higher`` or ``lower``.

    Returns
    -------
    list of str
        Best first, at least two; none under :data:`FEWEST_STORES` stores.
    """
    known = standing.dropna().sort_values(ascending=better == "lower", kind="stable")
    return (
        [str(name) for name in known.index[: max(2, len(known) // 4)]] if len(known) >= FEWEST_STORES else []
    )


def practice_differences(
    practices: Mapping[str, pd.Series], best: list[str], *, metric: str, period: str
) -> pd.DataFrame:
    """Mean of each practice in the best quarter less that of the other stores.

    Parameters
    ----------
    practices : mapping of str to Series
        Each practice's rate by dealership.
    best : list of str
        :func:`best_quarter`.
    metric : str
        In which they are the best; becomes the group ``metric``.
    period : str
        Of the practices.

    Returns
    -------
    DataFrame
        By ``metric`` and ``practice``: ``value`` = difference, ``low`` and ``high`` its 95 % Welch interval.
        Only those that hold after a permutation test of every practice, corrected for their number
        (Benjamini-Hochberg, q <= 0.1); no rows where none holds.
    """
    tested = {}
    for name, values in practices.items():
        known = values.dropna()
        inside = known.index.isin(best)
        if inside.sum() >= 2 and (~inside).sum() >= 4 and known.nunique() > 1:
            tested[name] = _difference(known.to_numpy(float), inside)
    if not tested:
        return tidy([], metric=[], practice=[])
    adjusted = scipy.stats.false_discovery_control([result[3] for result in tested.values()], method="bh")
    held = [
        (name, result) for (name, result), q in zip(tested.items(), adjusted, strict=True) if q <= Q_VALUE
    ]
    return tidy(
        [period] * len(held),
        value=[result[0] for _, result in held],
        low=[result[1] for _, result in held],
        high=[result[2] for _, result in held],
        metric=[metric] * len(held),
        practice=[name for name, _ in held],
    )


def _difference(values: NDArray[np.float64], inside: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    best, rest = values[inside], values[~inside]
    welch = scipy.stats.ttest_ind(best, rest, equal_var=False)
    with np.errstate(invalid="ignore"):
        low, high = welch.confidence_interval(0.95)
    return float(best.mean() - rest.mean()), float(low), float(high), _chance(values, inside)


def _chance(values: NDArray[np.float64], inside: NDArray[np.bool_]) -> float:
    """How often stores put together by lot differ as much as those inside do from the others."""
    count, others = int(inside.sum()), int((~inside).sum())
    seen = abs(values[inside].mean() - values[~inside].mean())
    if len(values) > MANY:
        spread = np.sqrt(values.var(ddof=1) * (1 / count + 1 / others))
        return float(2 * normal.above(seen / spread))
    random = np.random.default_rng(SEED)
    orders = random.permuted(np.tile(values, (SHUFFLES, 1)), axis=1)
    shuffled = orders[:, :count].mean(axis=1) - orders[:, count:].mean(axis=1)
    return float((1 + (np.abs(shuffled) >= seen - 1e-12).sum()) / (SHUFFLES + 1))
