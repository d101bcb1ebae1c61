"""What a normal month may differ from its plan: seasonality, limits, and when a difference is a signal."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln

from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats import years as yearly

Kind = Literal["count", "share", "score"]
"""Counts add up to a year; a share is a count of successes over trials; a score is a mean of the year."""

TAIL = float(normal.above(3))
"""A month outside its limits on one side is rarer than this while nothing has changed: three sigma."""

RUN_LENGTH = 8
"""So many months in a row on one side of the plan are no accident either."""

FEWEST_MONTHS = 9


@dataclass(frozen=True)
class SeasonalPattern:
    """What past years say about the months of a year.

    ``seasonality`` holds twelve numbers: a count's share of its year [fraction], a share's or score's
    deviation from its year [fraction, points]. ``sigma`` is how far a normal month scatters: a score in
    points, counts and shares as a multiple of what chance alone would do (1 or more); NaN where no two
    months are known. ``likeness`` is the correlation of neighbouring months, ``change`` how far a year may
    lie from the year before [of counts the fraction of a year, of shares a fraction, of scores points].
    ``years`` is the number of years it rests on.
    """

    kind: Kind
    seasonality: tuple[float, ...]
    sigma: float
    years: int
    likeness: float = 0.0
    change: float = 0.0


def past_years(months: pd.DataFrame, *, before: int) -> list[int]:
    """The years before ``before`` of which at least nine months are defined, the last five of them."""
    known = months.dropna(subset="value")["period"].str[:4].astype(int)
    counts = known[known < before].value_counts()
    return [int(year) for year in sorted(counts[counts >= FEWEST_MONTHS].index)][-5:]


def seasonal_pattern(months: pd.DataFrame, *, kind: Kind, years: list[int]) -> SeasonalPattern:
    """Seasonality and scatter of a measure over some past years.

    Parameters
    ----------
    months : DataFrame
        The measure by month: ``period``, ``numerator``, ``denominator`` (of shares), ``value``.
    kind : {"count", "share", "score"}
        What is counted.
    years : list of int
        The years to learn from (:func:`past_years`).

    Returns
    -------
    SeasonalPattern
        One year tells nothing about seasonality: its months are then taken to be alike, which makes the
        scatter larger, never smaller.

    Notes
    -----
    Scatter is that of months freed of their year's level and their season and divided by their own chance
    error, so that a step between years does not widen it: years that differ are the matter of ``change``
    (:mod:`csanalysis.metrics.stats.years`).
    Source: W. A. Shewhart (1931), Economic Control of Quality of Manufactured Product; for counts and shares
    D. B. Laney (2002), Improved control charts for attributes, Quality Engineering 14.
    """
    value, size = _grid(months, "value", years), _grid(months, "denominator", years)
    if not years:
        flat = np.full(12, 1 / 12) if kind == "count" else np.zeros(12)
        return SeasonalPattern(kind, tuple(flat.tolist()), np.nan, 0)
    level = _yearly(value, size, _grid(months, "numerator", years), kind)
    kept = float(len(years) > 1)
    if kind == "count":
        share = np.nansum(value, axis=0) / np.nansum(value) if kept else np.full(12, 1 / 12)
        fitted, season = np.outer(np.nansum(value, axis=1), share), share
    else:
        own = np.nanmean(value - level[:, None], axis=0) if kept else np.zeros(12)
        own = np.nan_to_num(own - np.nanmean(own))
        kept = _kept_season(value - level[:, None] - own, own, len(years))
        season = own * kept
        fitted = level[:, None] + season
    error = _chance_error(kind, fitted, size)
    found = yearly.scatter((value - fitted) / error, fitted=len(years) + round(11 * kept))
    sigma = found.sigma if kind == "score" else float(np.fmax(found.sigma, 1.0))
    change = _change(kind, value, level, sigma * np.nanmean(error[-1]), found.likeness)
    return SeasonalPattern(
        kind, tuple(float(number) for number in season), sigma, len(years), found.likeness, change
    )


def _chance_error(kind: Kind, fitted: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    """What chance alone makes a month scatter; of scores 1, as their scatter is not known beforehand."""
    with np.errstate(divide="ignore", invalid="ignore"):
        error = {
            "count": np.sqrt(fitted),
            "share": np.sqrt(np.clip(fitted, 0, 1) * np.clip(1 - fitted, 0, 1) / size),
            "score": np.ones_like(fitted),
        }[kind]
    return np.where(error > 0, error, np.nan)


def _change(
    kind: Kind, value: NDArray[np.float64], level: NDArray[np.float64], sigma: float, likeness: float
) -> float:
    """How far a year may lie from the year before; ``sigma`` is a month's, in the unit of the values."""
    known = int((~np.isnan(value[-1])).sum())
    if kind == "count":
        # A year without a single case is one from before there could be any.
        sigma, level = sigma / level[-1] if level[-1] > 0 else np.nan, np.log(level[level > 0])
    if np.isnan(sigma):
        return 0.0
    # Plans of counts grow with what is counted: vehicles sold, vehicles that can lapse.
    trend = kind == "count"
    return yearly.change(level, sigma=sigma, likeness=likeness, months=known, trend=trend).scale


def control_limits(
    kind: Kind,
    centre: float,
    *,
    spread: float,
    size: float = np.nan,
    months: int = 1,
    freedom: float = np.inf,
    tail: float = TAIL,
) -> tuple[float, float]:
    """The range in which a month, or several months together, lies while all goes by plan.

    Parameters
    ----------
    kind : {"count", "share", "score"}
        What is counted.
    centre : float
        The plan: of a count the sum of the months, of a share or score their mean.
    spread : float
        How far a month on plan scatters, in the units of :attr:`SeasonalPattern.sigma`.
    size : float
        Trials of a share.
    months : int
        How many months a score is the mean of.
    freedom : float
        Degrees of freedom with which the scatter is known: few make the range wider.

    tail : float
        The share of what chance gives that may lie beyond either end.

    Returns
    -------
    tuple of float
        Lowest and highest normal value; beyond either lies at most ``tail`` of what chance gives. NaN where
        the scatter is not known, or there was no trial. Counts follow a negative binomial law, shares a
        beta-binomial one, scores Student's.
    """
    if np.isnan([centre, spread]).any() or (kind == "share" and not size > 0):
        return np.nan, np.nan
    if kind == "score":
        half = float(scipy.stats.t.isf(tail, freedom)) * spread / np.sqrt(months)
        return centre - half, centre + half
    spread *= float(scipy.stats.t.isf(tail, freedom) / scipy.stats.norm.isf(tail))
    if kind == "count":
        low, high = _count_range(max(centre, 0.0), spread**2, tail)
    else:
        below = share_chances(float(np.clip(centre, 0, 1)), round(size), spread**2).cumsum()
        low, high = np.searchsorted(below, [tail, 1 - tail]) / round(size)
    return float(low), float(high)


def run_of_one_side(actual: ArrayLike, plan: ArrayLike) -> int:
    """How many of the last known months lie on one side of the plan: below it negative, above positive.

    A month on the plan ends the run; months without a number are passed over.
    """
    sides = np.sign(np.asarray(actual, float) - np.asarray(plan, float))
    sides = sides[~np.isnan(sides)]
    if not len(sides) or sides[-1] == 0:
        return 0
    other = np.flatnonzero(sides != sides[-1])
    return int(sides[-1]) * (len(sides) - (int(other[-1]) + 1 if len(other) else 0))


def _grid(months: pd.DataFrame, column: str, years: list[int]) -> NDArray[np.float64]:
    """Years down, calendar months across; NaN where unknown."""
    wanted = [f"{year}-{month:02d}" for year in years for month in range(1, 13)]
    known = months.drop_duplicates("period").set_index("period")[column]
    return known.reindex(wanted).to_numpy(float).reshape(len(years), 12)


def _yearly(
    value: NDArray[np.float64], size: NDArray[np.float64], hits: NDArray[np.float64], kind: Kind
) -> NDArray[np.float64]:
    if kind == "share":
        return np.asarray(np.nansum(hits, axis=1) / np.nansum(size, axis=1), float)
    return np.asarray(np.nanmean(value, axis=1), float)


def _kept_season(rest: NDArray[np.float64], season: NDArray[np.float64], years: int) -> float:
    """How much of a season to believe: what its months differ beyond what chance makes them differ."""
    freedom = (~np.isnan(rest)).sum() - years - 11
    between = years * (season**2).sum() / 11
    if freedom <= 0 or not between > 0:
        return 0.0
    return float(max(0.0, 1 - (np.nansum(rest**2) / freedom) / between))


def _count_range(mean: float, times: float, tail: float) -> NDArray[np.float64]:
    """Ends of the range of counts whose variance is so many times their mean."""
    tails = [tail, 1 - tail]
    if mean == 0 or times <= 1 + 1e-9:
        return np.asarray(scipy.stats.poisson.ppf(tails, mean), float)
    return np.asarray(scipy.stats.nbinom.ppf(tails, mean / (times - 1), 1 / times), float)


def share_chances(rate: float, size: int, times: float) -> NDArray[np.float64]:
    """Chances of 0, 1, …, ``size`` successes whose variance is ``times`` that of independent trials."""
    hits = np.arange(size + 1)
    times = min(times, 0.95 * size + 0.05)  # more than that the trials cannot scatter
    if rate in (0.0, 1.0) or times <= 1 + 1e-9:
        return np.asarray(scipy.stats.binom.pmf(hits, size, rate), float)
    strength = (size - 1) / (times - 1) - 1
    successes, failures = rate * strength, (1 - rate) * strength
    ways = -np.log(size + 1) - betaln(size - hits + 1, hits + 1)
    chances: NDArray[np.float64] = np.exp(
        ways + betaln(hits + successes, size - hits + failures) - betaln(successes, failures)
    )
    return chances
