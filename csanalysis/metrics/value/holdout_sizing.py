"""A holdout sized before it begins: how likely it is to show a difference, and how long until it is."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.value.holdout import POWER_AT


def holdout_planned_power(
    lists: pd.DataFrame, *, share: float, year: int | str, years: int = 1, difference: float = POWER_AT
) -> list[pd.DataFrame]:
    """How likely a holdout that is not yet begun is to show a difference.

    Parameters
    ----------
    lists : DataFrame
        One row a call list: ``list``, ``vehicles`` on it, no vehicle on two, and ``base``, the chance
        [fraction 0-1] that one of them comes in the time that is looked at.
    share : float
        How many are drawn to be left uncalled [fraction 0-1].
    year : int or str
        The plan year.
    years : int
        Over so many years' lists, each as long as these.
    difference : float
        What calling is supposed to add to the chance [fraction].

    Returns
    -------
    list of DataFrame
        By ``list``, and for all lists together: ``numerator`` [vehicles kept apart], ``denominator``
        [vehicles to be called], ``value`` [chance that a two-sided test at 5 % finds it, fraction 0-1]; NaN
        where nobody would be kept apart or the base is not known.

    Notes
    -----
    Together the lists are weighed by the vehicles to be called, as
    :func:`csanalysis.metrics.value.holdout.pooled_effect` weighs them. Source:
    J. L. Fleiss, B. Levin and M. C. Paik (2003), Statistical Methods for Rates and Proportions, chapter 4.
    """
    kept, called, error = _planned(lists, share, difference)
    pooled = _pooled_error(called, error)
    errors = np.append(error, pooled) / np.sqrt(years)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = normal.below(difference / errors - normal.Z95) + normal.below(
            -difference / errors - normal.Z95
        )
    return _planned_rows(lists, year, power, kept * years, called * years)


def holdout_months_needed(
    lists: pd.DataFrame,
    *,
    share: float,
    year: int | str,
    list_months: int,
    difference: float = POWER_AT,
    power: float = 0.8,
) -> list[pd.DataFrame]:
    """How long a holdout has to be kept until it is as likely as that to show a difference.

    Parameters
    ----------
    lists, share, year, difference
        As in :func:`holdout_planned_power`.
    list_months : int
        Months from the start of a year until what its lists brought is known.
    power : float
        The chance asked for [fraction 0-1].

    Returns
    -------
    list of DataFrame
        By ``list``, and for all together: ``value`` [months], twelve for each further year whose lists are
        needed; ``numerator`` [vehicles kept apart] and ``denominator`` [vehicles to be called] by the time
        that all lists together need. NaN where nobody would be kept apart or the base is not known. Lower is
        better.
    """
    kept, called, error = _planned(lists, share, difference)
    errors = np.append(error, _pooled_error(called, error))
    reach = normal.Z95 + normal.quantile(power)
    years = np.maximum(np.ceil(np.round((reach * errors / difference) ** 2, 9)), 1)
    months = 12 * (years - 1) + list_months
    return _planned_rows(lists, year, months, kept * years[-1], called * years[-1])


def _planned(
    lists: pd.DataFrame, share: float, difference: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """By list the vehicles kept apart and to be called, and the standard error of their difference."""
    vehicles, base = lists["vehicles"].to_numpy(float), lists["base"].to_numpy(float)
    kept = np.floor(np.round(vehicles * share, 9) + 0.5)
    called = vehicles - kept
    higher = np.minimum(base + difference, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(base * (1 - base) / kept + higher * (1 - higher) / called)
    return kept, called, np.where((kept > 0) & (called > 0), error, np.nan)


def _pooled_error(called: NDArray[np.float64], error: NDArray[np.float64]) -> float:
    known = ~np.isnan(error)
    if not known.any():
        return np.nan
    return float(np.sqrt(((called[known] * error[known]) ** 2).sum()) / called[known].sum())


def _planned_rows(
    lists: pd.DataFrame,
    year: int | str,
    values: NDArray[np.float64],
    kept: NDArray[np.float64],
    called: NDArray[np.float64],
) -> list[pd.DataFrame]:
    """A row a list, and one of all together: its ``values`` come last, its vehicles are the known lists'."""
    each = tidy(
        [str(year)] * len(lists), value=values[:-1], numerator=kept, denominator=called, list=lists["list"]
    )
    known = ~np.isnan(values[:-1])
    whole = tidy([str(year)], value=values[-1:], numerator=kept[known].sum(), denominator=called[known].sum())
    return [each, whole] if len(lists) else []
