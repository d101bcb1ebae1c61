"""What a normal year would give: the range in which next year's number falls four times in five."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy

CHANCE = 0.8
"""How often a normal year's number lies in its range."""

FEWEST = 3
"""Past changes, or past forecasts, needed to tell how far a year may be off."""

LAST = 5
"""Of more of them the last so many are used."""

Range = tuple[float, float]
UNKNOWN: Range = (np.nan, np.nan)


class Step(NamedTuple):
    """A known change of level at a known day: its ``size``, its standard ``error``, and ``before`` [fraction
    0-1 by year], how much of each year's cases lie before that day."""

    size: float
    error: float
    before: pd.Series


def around_last_year(
    past: pd.Series, *, lowest: float = -np.inf, highest: float = np.inf, step: Step | None = None
) -> Range:
    """The range of a number that starts from last year and changes as much as it used to.

    Parameters
    ----------
    past : Series
        The number by year (int), complete years only; a missing year breaks the chain.
    lowest, highest : float
        What the number cannot pass, such as 0 and 1 for a share.
    step : Step, optional
        What is known to have changed: every year is taken as if it had been so from its beginning, and the
        step is no change from year to year.

    Returns
    -------
    (float, float)
        80 % prediction interval: the last number +- Student's t x root mean square of the last changes from
        year to year, five at most. NaN with fewer than three changes.

    Notes
    -----
    Changes are taken around 0, so that a trend widens the range instead of being carried on. They hold both
    what changed and the chance of small numbers, whichever is the larger.
    """
    known = past.dropna()
    if known.empty:
        return UNKNOWN
    latest, unsure = known.index.max(), 0.0
    if step is not None:
        before = step.before.reindex(past.index).fillna(0.0)
        past = past + step.size * before
        unsure = step.error * float(before.loc[latest])
    changes = past.reindex(range(known.index.min(), latest + 1)).diff().dropna().tail(LAST)
    if len(changes) < FEWEST:
        return UNKNOWN
    half = scipy.stats.t.ppf(0.5 + CHANCE / 2, len(changes)) * np.sqrt((changes**2).mean() + unsure**2)
    last = float(past.loc[latest])
    return max(lowest, last - half), min(highest, last + half)


def around_forecast(expected: float, *, forecast: pd.Series, came: pd.Series) -> Range:
    """The range of a count that a rule foretells, from how far the rule was off in past years.

    Parameters
    ----------
    expected : float
        What the rule foretells.
    forecast, came : Series
        What it would have foretold for past years, and what came, by year.

    Returns
    -------
    (float, float)
        80 % prediction interval: expected x the past ratios came / forecast (mean and spread of their
        logarithms, Student's t), the last five at most. NaN with fewer than three.
    """
    ratio = (came / forecast).where((came > 0) & (forecast > 0)).dropna().tail(LAST)
    if len(ratio) < FEWEST or np.isnan(expected):
        return UNKNOWN
    off = np.log(ratio)
    half = scipy.stats.t.ppf(0.5 + CHANCE / 2, len(off) - 1) * off.std() * np.sqrt(1 + 1 / len(off))
    return float(expected * np.exp(off.mean() - half)), float(expected * np.exp(off.mean() + half))


def rounded_outward(bounds: Range) -> Range:
    """A range of something counted, out to whole numbers."""
    low, high = np.round(bounds, 9)
    return float(np.floor(low)), float(np.ceil(high))


def around_share(past: pd.Series, before: pd.Series, *, base: float) -> Range:
    """The range of a count that is a share of a known base, such as lapses of last year's vehicles.

    Parameters
    ----------
    past : Series
        The count by year.
    before : Series
        The base that each of those years began with, by the same year.
    base : float
        The base that the coming year begins with.

    Returns
    -------
    (float, float)
        :func:`around_last_year` of the share, times ``base``.
    """
    low, high = around_last_year(past / before.where(before > 0), lowest=0.0)
    return low * base, high * base
