"""Which measures are proven over the stores of a group: what was found in each, put together and corrected.

A league of stores rewards luck; a league of what stores do is of use to all of them. In each store a measure
was held against what would have been without it; here those effects are put together, and of all measures
those are called proven that stand after the correction for their number.
"""

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from csanalysis.metrics.network.funnel import FEWEST_STORES
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.many import Q_VALUE, q_values
from csanalysis.metrics.stats.shrinkage import between_levels

SEED = 20_251_231
DRAWS = 9_999
_MANY = 200
_CELLS = 4_000_000  # signs drawn at a time


def measures_league(effects: pd.DataFrame, *, period: str) -> dict[str, pd.DataFrame]:
    """The effects of measures over stores, and which of them are proven.

    Parameters
    ----------
    effects : DataFrame
        One row a store and measure: ``dealership``, ``tried``, ``value``, and ``low`` and ``high``, the ends
        of a 95 % normal interval; without them a store tells nothing.
    period : str
        Of the results.

    Returns
    -------
    dict of str to DataFrame
        All by ``tried``: ``network_measure_effect``, the mean over stores with its interval, ``denominator``
        = stores, none under :data:`FEWEST_STORES`; ``network_measure_q_value``, the share of false findings
        to be borne if this measure and all clearer ones are called proven; ``network_measure_stores``,
        ``numerator`` = stores that show it by themselves, all stores and measures taken together.

    Notes
    -----
    Random effects: weights 1 / (error^2 + t) with the variance t between stores (DerSimonian and Laird),
    the mean's error and its t distribution by Hartung and Knapp (2001), never smaller than the weights' own.
    The chance is that of a test of signs drawn at random, which holds however unlike the stores' errors are:
    where a measure does nothing on the whole, an effect is as likely to be above nil as below.
    """
    error = (effects["high"] - effects["low"]) / (2 * normal.Z95)
    known = effects.assign(error=error)[(error > 0) & effects["value"].notna()]
    alone = 2 * normal.above((known["value"] / known["error"]).abs().to_numpy(float))
    known = known.assign(proven=q_values(alone) <= Q_VALUE)
    names, means, chances, stores, shown = [], [], [], [], []
    for tried, of in known.groupby("tried", sort=True):
        if len(of) < FEWEST_STORES:
            continue
        values, errors = of["value"].to_numpy(float), of["error"].to_numpy(float)
        mean, half = _mean(values, errors)
        names.append(str(tried))
        means.append((mean, mean - half, mean + half))
        chances.append(_chance(values, errors))
        stores.append(len(of))
        shown.append(int((of["proven"] & (of["value"] * mean > 0)).sum()))
    periods = [period] * len(names)
    value, low, high = np.array(means).reshape(-1, 3).T
    return {
        "network_measure_effect": tidy(
            periods, value=value, low=low, high=high, denominator=stores, tried=names
        ),
        "network_measure_q_value": tidy(periods, value=q_values(chances), tried=names),
        "network_measure_stores": tidy(periods, numerator=shown, denominator=stores, tried=names),
    }


def _mean(values: NDArray[np.float64], errors: NDArray[np.float64]) -> tuple[float, float]:
    """Mean over stores, and half its 95 % interval."""
    weight = 1 / (errors**2 + between_levels(values, errors**-2.0))
    mean = float(weight @ values / weight.sum())
    freedom = len(values) - 1
    scatter = float(weight @ (values - mean) ** 2 / freedom)
    error = np.sqrt(max(scatter, 1.0) / weight.sum())
    return mean, float(scipy.stats.t.ppf(0.975, freedom) * error)


def _chance(values: NDArray[np.float64], errors: NDArray[np.float64]) -> float:
    """How often signs drawn at random give a weighted mean as far from nil; weights know no sign."""
    spread = max(0.0, float(((values**2 - errors**2) / errors**4).sum() / (errors**-4.0).sum()))
    pull = values / (errors**2 + spread)
    if len(pull) > _MANY:  # the sum of so many signs is normal
        return float(2 * normal.above(abs(pull.sum()) / np.sqrt(pull @ pull)))
    random, seen, hits, left = np.random.default_rng(SEED), abs(pull.sum()), 0, DRAWS
    while left:
        rows = min(left, max(1, _CELLS // len(pull)))
        signs = random.integers(0, 2, (rows, len(pull)), dtype=np.int8) * 2 - 1
        hits += int((np.abs(signs @ pull) >= seen * (1 - 1e-12)).sum())
        left -= rows
    return (1 + hits) / (DRAWS + 1)
