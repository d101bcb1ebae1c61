"""Waiting times of which some are not over yet: the Kaplan-Meier estimate."""

import warnings
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

Curve = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def kaplan_meier(waited: ArrayLike, over: ArrayLike, at: ArrayLike) -> Curve:
    """Share of the waits that are over by given times.

    Parameters
    ----------
    waited : array of float
        How long each has waited, in any unit.
    over : array of bool
        False where it waits still (right-censored); it counts as at risk at that very time.
    at : array of float
        Times to give the share at, in the same unit.

    Returns
    -------
    tuple of three arrays
        Share [fraction 0-1] and its 95 % bounds (Greenwood, log-log), one a time. NaN beyond the longest wait
        seen; bounds are NaN at 0 and 1 too, where the formula has none.
    """
    waited, over, at = np.asarray(waited, float), np.asarray(over, bool), np.asarray(at, float)
    seen = at <= waited.max(initial=-np.inf)
    if not seen.any():
        nothing = np.full(len(at), np.nan)
        return nothing, nothing.copy(), nothing.copy()
    cdf = scipy.stats.ecdf(scipy.stats.CensoredData(uncensored=waited[over], right=waited[~over])).cdf
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The confidence interval is undefined")
        bounds: Any = cdf.confidence_interval(method="log-log")
    share = np.where(seen, cdf.evaluate(at), np.nan)
    inside = (share > 0) & (share < 1)
    low = np.where(inside, bounds.low.evaluate(at), np.nan)
    high = np.where(inside, bounds.high.evaluate(at), np.nan)
    return share, low, high
