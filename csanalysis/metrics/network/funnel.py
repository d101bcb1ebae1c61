"""How far a store's figure may lie from the group's by chance alone, given how many cases it rests on.

Small stores scatter widely, and stores differ a little for a thousand reasons; neither deserves praise or
blame. Limits allow for both. Source: D. J. Spiegelhalter (2005), Funnel plots for comparing institutional
performance, Statistics in Medicine 24.
"""

from typing import Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.many import q_values

Scale = Literal["proportion", "ratio"]
FEWEST_STORES = 8
"""Fewer stores do not show how much stores differ, so none of them is told apart."""

CONFIDENCE = 0.95
_OUTLIERS = 0.1  # share of stores at either end that may not stretch the limits by themselves


def funnel(rates: pd.DataFrame, *, metric: str, scale: Scale) -> dict[str, pd.DataFrame]:
    """Where each store should lie if it were like the others, and how far off it is.

    Parameters
    ----------
    rates : DataFrame
        One row a store at one period: ``period``, ``dealership``, ``numerator``, ``denominator``.
    metric : str
        Whose rates they are; becomes the group ``metric``.
    scale : str
        ``proportion`` (numerator among the denominator) or ``ratio`` (of two counts of different things).

    Returns
    -------
    dict of str to DataFrame
        ``network_limits`` by ``dealership`` and ``metric``: ``value`` is the group's pooled rate, ``low`` and
        ``high`` the limits within which 95 % of like stores of this size lie. ``network_standing``, same
        groups: standard deviations from the group's rate; NaN under :data:`FEWEST_STORES` stores.
        ``network_limits`` without ``dealership`` but with ``cases``: the same limits over a range of sizes,
        for drawing. Stores without cases are left out.
    """
    known = rates[(rates["denominator"] > 0) & rates["numerator"].notna()].reset_index(drop=True)
    if len(known) < 2:
        return {}
    part, whole = known["numerator"].to_numpy(float), known["denominator"].to_numpy(float)
    centre = part.sum() / whole.sum()
    aim = turned(np.array([centre]), scale)[0]
    errors = sampling_error(whole, centre, scale)
    away = turned(_moved(part, whole, scale), scale) - aim
    spread = between_store_variance(away, errors) if len(known) >= FEWEST_STORES else 0.0
    standing = away / np.sqrt(errors**2 + spread) if len(known) >= FEWEST_STORES else np.nan
    names, period = known["dealership"], known["period"]
    low, high = _limits(aim, errors, spread, scale)
    sizes = np.unique(np.round(np.geomspace(max(whole.min() * 0.6, 1), whole.max() * 1.2, 40))).astype(float)
    curve_low, curve_high = _limits(aim, sampling_error(sizes, centre, scale), spread, scale)
    return {
        "network_limits": tidy(period, value=centre, low=low, high=high, dealership=names, metric=metric),
        "network_standing": tidy(period, value=standing, dealership=names, metric=metric),
        "network_funnel": tidy(
            [str(period.iloc[0])] * len(sizes),
            value=centre,
            low=curve_low,
            high=curve_high,
            metric=metric,
            cases=[f"{size:.0f}" for size in sizes],
        ),
    }


def told_apart(standings: pd.DataFrame) -> pd.DataFrame:
    """The share of false findings to be borne if a store, and all that stand out more, are told apart.

    Parameters
    ----------
    standings : DataFrame
        ``network_standing`` by ``dealership`` and ``metric``, of all measures that one report compares.

    Returns
    -------
    DataFrame
        By the same groups: ``value`` [fraction 0-1], all stores and measures being one family; NaN where no
        standing is given.

    Notes
    -----
    One store in twenty lies beyond the 95 % limits of a funnel without being any different.
    """
    chance = 2 * normal.above(standings["value"].abs().to_numpy(float))
    groups = {name: standings[name] for name in ("dealership", "metric")}
    return tidy(standings["period"], value=q_values(chance), **groups)


def between_store_variance(away: NDArray[np.float64], errors: NDArray[np.float64]) -> float:
    """Variance between stores beyond their sampling error, from deviations on the turned scale.

    The outermost tenth at either end is pulled in first, so that one odd store does not excuse itself.
    Source: DerSimonian and Laird (1986), as adapted by Spiegelhalter (2005).
    """
    standing = away / errors
    edges = np.quantile(standing, [_OUTLIERS, 1 - _OUTLIERS])
    # Clipping shortens even pure noise; the normal's own clipped variance puts it right.
    pulled = np.clip(standing, *edges) ** 2 / _clipped_variance()
    weight = errors**-2.0
    excess = pulled.sum() - (len(away) - 1)
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    return float(max(0.0, excess / scale))


def _clipped_variance() -> float:
    edge = normal.quantile(1 - _OUTLIERS)
    inside = 1 - 2 * _OUTLIERS - 2 * edge * scipy.stats.norm.pdf(edge)
    return float(inside + 2 * _OUTLIERS * edge**2)


def turned(rate: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """The rate on a scale on which its error depends on the number of cases alone."""
    found: NDArray[np.float64] = np.arcsin(np.sqrt(rate)) if scale == "proportion" else np.sqrt(rate)
    return found


def turned_back(place: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """The rate that :func:`turned` puts there."""
    if scale == "proportion":
        return np.sin(np.clip(place, 0, np.pi / 2)) ** 2
    return np.clip(place, 0, None) ** 2


def _moved(part: NDArray[np.float64], whole: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    return np.clip(part / whole, 0, 1) if scale == "proportion" else part / whole


def sampling_error(whole: NDArray[np.float64], centre: float, scale: Scale) -> NDArray[np.float64]:
    """Standard error on the turned scale; a ratio of two Poisson counts has both counts' noise."""
    if scale == "proportion":
        return 1 / (2 * np.sqrt(whole))
    return np.sqrt((1 + centre) / (4 * whole))


def _limits(
    aim: float, errors: NDArray[np.float64], spread: float, scale: Scale
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    reach = normal.quantile(0.5 + CONFIDENCE / 2) * np.sqrt(errors**2 + spread)
    return turned_back(aim - reach, scale), turned_back(aim + reach, scale)
