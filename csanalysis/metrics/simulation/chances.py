"""Drawn years held against the targets: the chance of each, of all, and how they pull at each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.results import tidy
from csanalysis.metrics.simulation.model import Array, Model
from csanalysis.metrics.simulation.run import Change, Year, simulate
from csanalysis.metrics.stats.likely_year import next_year

MEASURED_MONTHS = 24
BLOCK_MONTHS = 3
MATERIAL = 0.05
"""Differences of chance smaller than this are not worth a director's time."""


def resampled_years(months: pd.DataFrame, *, draws: int, seed: int) -> Array:
    """Years made of the store's own months, for what does not flow from the stock of vehicles.

    Parameters
    ----------
    months : DataFrame
        A monthly metric in order of time: ``numerator``, ``denominator``, ``value``; its last
        :data:`MEASURED_MONTHS` months are used.
    draws, seed : int
        How many years, and from what; two metrics of the same months with one seed are drawn together.

    Returns
    -------
    array
        The year's value [draws]: sum over sum where there are counts, else the mean of the months. NaN under
        twelve months.

    Notes
    -----
    Moving blocks of three months, so that good and bad spells stay together. Years differ more than their
    months tell: draws are widened about their mean to how far years of this measure lie apart
    (:func:`csanalysis.metrics.stats.likely_year.next_year`), as Student's t is. No trend: it holds if next
    year is made as the last two were. Source: H. R. Künsch (1989), The jackknife and the bootstrap for
    general stationary observations.
    """
    known = months.dropna(subset="value").tail(MEASURED_MONTHS)
    if len(known) < 12:
        return np.full(draws, np.nan)
    rng = np.random.default_rng([seed, len(known)])
    starts = rng.integers(0, len(known) - BLOCK_MONTHS + 1, size=(draws, 12 // BLOCK_MONTHS))
    place = (starts[:, :, None] + np.arange(BLOCK_MONTHS)).reshape(draws, 12)
    counts = known[["numerator", "denominator"]].to_numpy(float)
    if np.isnan(counts).any():
        drawn = known["value"].to_numpy(float)[place].mean(axis=1)
        return _widened(drawn, months["value"].to_numpy(float), rng)
    over, under = (counts[:, column][place].sum(axis=1) for column in (0, 1))
    drawn = np.divide(over, under, out=np.full(draws, np.nan), where=under > 0)
    return np.clip(_widened(drawn, months["value"].to_numpy(float), rng), 0.0, None)


def _widened(drawn: Array, months: Array, rng: np.random.Generator) -> Array:
    """Draws about their mean, as far apart as whole years are; never closer than they were drawn."""
    _, change = next_year(months)
    deviation = float(drawn.std())
    if not deviation > 0 or np.isnan(change.scale):
        return drawn
    tails = np.sqrt(change.freedom / rng.chisquare(change.freedom, len(drawn)))
    middle = float(drawn.mean())
    return np.asarray(middle + (drawn - middle) * tails * max(change.scale / deviation, 1.0))


def target_met(drawn: Array, target: float, *, better: str) -> NDArray[np.bool_]:
    """In which draws a target is reached; a rounding error does not miss it."""
    slack = 1e-9 * max(abs(target), 1.0)
    return drawn >= target - slack if better == "higher" else drawn <= target + slack


def chance_of_target(hits: NDArray[np.bool_], *, plan_year: int, **group: str) -> pd.DataFrame:
    """Share of the draws in which a target is met: ``numerator`` and ``denominator`` are draws."""
    return tidy([str(plan_year)], numerator=hits.sum(), denominator=len(hits), **group)


def contradictions(hits: Mapping[str, NDArray[np.bool_]], *, plan_year: int) -> pd.DataFrame:
    """Pairs of targets that help or hinder each other.

    Parameters
    ----------
    hits : mapping of str to array of bool
        For each target, in which draws it is met; the draws are the same.

    Returns
    -------
    DataFrame
        By ``target`` and ``against``: ``numerator`` [chance of both], ``denominator`` [chance of both if
        they had nothing to do with each other], ``value`` their ratio: 1 nothing, below 1 they hinder each
        other, 0 both together never came about. Only pairs that differ by :data:`MATERIAL` or more, and pairs
        that can be met, each by itself, but never came together.
    """
    rows = []
    for one, other in combinations(hits, 2):
        both, apart = (hits[one] & hits[other]).mean(), hits[one].mean() * hits[other].mean()
        if apart > 0 and (abs(both - apart) >= MATERIAL or (both == 0 and apart >= 0.01)):
            rows.append((one, other, both, apart))
    return tidy(
        [str(plan_year)] * len(rows),
        numerator=[row[2] for row in rows],
        denominator=[row[3] for row in rows],
        target=[row[0] for row in rows],
        against=[row[1] for row in rows],
    )


@dataclass(frozen=True)
class Lever:
    """What is moved to move a number of the simulated year, and which way is better.

    A little, so that the answer holds near where the store stands. A ``share`` is worth money by the point,
    a count by the hundredth of its target. ``gain`` is what the change adds by its definition; None: it is
    read from the drawn years.
    """

    change: Change
    share: bool = False
    better: Literal["higher", "lower"] = "higher"
    gain: float | None = None


LEVERS = {
    "first_services": Lever(Change(first_service=0.01)),
    "churn_rate": Lever(Change(retention=0.05), share=True, better="lower"),
    "lapses": Lever(Change(retention=0.05), better="lower"),
    "success_rate": Lever(Change(upsell=0.01), share=True, gain=0.01),
}
"""The numbers of a simulated year that a target can be held against."""


def drawn_year(year: Year, quantity: str) -> Array:
    """One number of :data:`LEVERS` in each drawn year [draws]; the months of a count add up."""
    drawn: Array = getattr(year, quantity)
    return drawn.sum(axis=1) if drawn.ndim == 2 else drawn


def point_values(
    model: Model,
    targets: Mapping[str, float],
    quantities: Mapping[str, str],
    *,
    plan_year: int,
    planned_sales: NDArray[np.float64] | None = None,
    draws: int = 200,
) -> pd.DataFrame:
    """Money in the plan year for one more point of a rate, or one per cent of a count.

    Parameters
    ----------
    model : Model
        The store.
    targets : mapping of str to float
        The targets.
    quantities : mapping of str to str
        By target, which of :data:`LEVERS` it is held against; without one it gets NaN.
    planned_sales : array, optional
        As in :func:`csanalysis.metrics.simulation.run.simulate`.
    draws : int
        Kinds of year that both runs share.

    Returns
    -------
    DataFrame
        By ``target``: ``value`` [yuan], revenue with a little more of it less revenue without, per point.

    Notes
    -----
    Both runs have the same kind of years and no chance in the single vehicles: what differs is the lever.
    """
    base = simulate(model, planned_sales=planned_sales, draws=draws, exact=True)
    values = []
    for target, aim in targets.items():
        value = np.nan
        if (quantity := quantities.get(target)) is not None:
            lever = LEVERS[quantity]
            moved = simulate(model, lever.change, planned_sales=planned_sales, draws=draws, exact=True)
            money = float((moved.revenue.sum(axis=1) - base.revenue.sum(axis=1)).mean())
            step = _gain(base, moved, quantity)
            value = money * (0.01 if lever.share else 0.01 * aim) / step if step > 0 else np.nan
        values.append(value)
    return tidy([str(plan_year)] * len(values), value=values, target=list(targets))


def _gain(base: Year, moved: Year, quantity: str) -> float:
    """By how much a lever moved the number to the better, in the mean of the draws."""
    lever = LEVERS[quantity]
    if lever.gain is not None:
        return float(np.full(len(base.revenue), lever.gain).mean())
    better, worse = (moved, base) if lever.better == "higher" else (base, moved)
    gain: Array = getattr(better, quantity) - getattr(worse, quantity)
    return float((gain.sum(axis=1) if gain.ndim == 2 else gain).mean())


def targets_met(hits: Sequence[NDArray[np.bool_]], *, plan_year: int) -> pd.DataFrame:
    """How many targets a year meets.

    Parameters
    ----------
    hits : sequence of array of bool
        For each target, in which draws it is met.

    Returns
    -------
    DataFrame
        ``value`` the median, ``low`` and ``high`` the 10th and 90th of a hundred draws [targets],
        ``denominator`` how many targets there are. Where each is met in five years of ten, next to no year
        meets all of them.
    """
    count = np.sum(hits, axis=0)
    low, middle, high = np.quantile(count, [0.1, 0.5, 0.9], method="inverted_cdf")
    return tidy([str(plan_year)], value=middle, low=low, high=high, denominator=len(hits))
