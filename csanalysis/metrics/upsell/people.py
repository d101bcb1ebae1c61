"""Who sells what: people judged by the mix of grades and items they were handed.

Cases are those of :func:`csanalysis.metrics.upsell.cases.upsell_cases`; all by year.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.metrics.stats.standardisation import indirect_standardisation
from csanalysis.metrics.stats.tallies import Split, Timeline, count_hits, split_by

FALSE_YEARS = 0.05
"""In how many years somebody is told apart though all are alike, however many people there are."""


class _Counts(NamedTuple):
    """Accepted and proposed items by year, person (the last row: nobody named) and stratum."""

    split: Split
    years: list[str]
    accepted: NDArray[np.float64]
    proposed: NDArray[np.float64]


def upsell_success_expected(cases: pd.DataFrame, timeline: Timeline, *, by: str) -> pd.DataFrame:
    """Success rate that the store would have had with each person's mix of grades and items.

    Parameters
    ----------
    cases : DataFrame
        Proposed items: ``accepted``, ``grade``, ``item`` and the column ``by``.
    timeline : Timeline
        Of the cases' dates.
    by : str
        ``advisor``, ``technician`` or ``team``.

    Returns
    -------
    DataFrame
        By year and ``by``: ``numerator`` [items expected to be accepted], ``denominator`` [proposed items],
        ``value`` [fraction 0-1], ``low``, ``high``: the limits within which 95 % of such rates would fall by
        chance. NaN where only one person proposed anything.
    """
    counts = _counts(cases, timeline, by)
    expected, variance = indirect_standardisation(counts.accepted, counts.proposed)
    trials = counts.proposed.sum(axis=2)
    reach = normal.Z95 * np.sqrt(variance)
    low, high = (np.clip(_share(expected + side * reach, trials), 0, 1) for side in (-1, 1))
    return _by_person(counts, expected, trials, _share(expected, trials), low, high)


def upsell_success_standardised(cases: pd.DataFrame, timeline: Timeline, *, by: str) -> pd.DataFrame:
    """Success rate of each person as it would be with the store's mix of grades and items.

    Parameters
    ----------
    cases, timeline, by
        As in :func:`upsell_success_expected`.

    Returns
    -------
    DataFrame
        By year and ``by``: ``numerator`` [accepted items], ``denominator`` [proposed items], ``value``
        [fraction], the store's rate x accepted / expected, ``low``, ``high`` (95 % Wilson limits of the crude
        rate, scaled alike). NaN where only one person proposed anything. Higher is better.

    Notes
    -----
    Indirect standardisation: an advisor who was handed only items of grade C is not the worse for it.
    """
    counts = _counts(cases, timeline, by)
    expected, _ = indirect_standardisation(counts.accepted, counts.proposed)
    accepted, trials = counts.accepted.sum(axis=2), counts.proposed.sum(axis=2)
    scale = _store_rate(counts) * _share(trials, expected)
    low, high = (bound * scale for bound in wilson(accepted, trials))
    value = np.where(expected > 0, _share(accepted, trials) * scale, np.nan)
    return _by_person(counts, accepted, trials, value, low, high)


def upsell_success_limits(cases: pd.DataFrame, timeline: Timeline, *, by: str) -> pd.DataFrame:
    """Limits of chance for the standardised rates: who lies outside differs from the store.

    Parameters
    ----------
    cases, timeline, by
        As in :func:`upsell_success_expected`.

    Returns
    -------
    DataFrame
        By year and ``by``: ``denominator`` [proposed items], ``value`` [fraction], the store's rate, ``low``
        and ``high``: the limits of a funnel plot at this volume and mix (:func:`confidence_each`). NaN where
        only one person proposed anything.

    Notes
    -----
    Source: D. J. Spiegelhalter (2005), Funnel plots for comparing institutional performance.
    """
    counts = _counts(cases, timeline, by)
    expected, variance = indirect_standardisation(counts.accepted, counts.proposed)
    rate = _store_rate(counts) + np.zeros_like(expected)
    people = (counts.proposed.sum(axis=2) > 0).sum(axis=1, keepdims=True)
    reach = normal.quantile(0.5 + confidence_each(people) / 2) * rate * _share(np.sqrt(variance), expected)
    nothing = np.full_like(expected, np.nan)
    low, high = np.clip(rate - reach, 0, 1), np.clip(rate + reach, 0, 1)
    return _by_person(counts, nothing, counts.proposed.sum(axis=2), rate, low, high)


def confidence_each(people: ArrayLike) -> NDArray[np.float64]:
    """Confidence [fraction] of one person's limits with which all of so many lie inside in 19 years of 20.

    Notes
    -----
    0.95 to the power of 1 / people: 97.5 % for two, 99.0 % for five, 99.8 % for 25. Source: Z. Šidák (1967),
    Rectangular confidence regions for the means of multivariate normal distributions.
    """
    count = np.maximum(np.asarray(people, float), 1.0)
    return np.asarray((1 - FALSE_YEARS) ** (1 / count), dtype=float)


def _counts(cases: pd.DataFrame, timeline: Timeline, by: str) -> _Counts:
    split, strata, years = split_by(cases, by), split_by(cases, "grade", "item"), timeline.periods("year")
    shape = len(years), len(split) + 1, max(len(strata), 1)
    # A row of nobody has the code -1: the last person.
    person = np.where(split.code >= 0, split.code, len(split))
    accepted, proposed = count_hits(
        (timeline.year_of_row, person, strata.code), shape, cases["accepted"].to_numpy()
    )
    alone = (proposed.sum(axis=2) > 0).sum(axis=1) < 2
    accepted[alone] = proposed[alone] = np.nan
    return _Counts(split, years, accepted, proposed)


def _store_rate(counts: _Counts) -> NDArray[np.float64]:
    """The store's rate in each year, as a column."""
    return _share(counts.accepted.sum(axis=(1, 2)), counts.proposed.sum(axis=(1, 2)))[:, np.newaxis]


def _share(over: NDArray[np.float64], under: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.divide(over, under, out=np.full_like(under, np.nan), where=under > 0)
    return found


def _by_person(counts: _Counts, *numbers: NDArray[np.float64]) -> pd.DataFrame:
    """A metric frame of what is given by year and person; the row of nobody is left out."""
    people = len(counts.split)
    columns = [number[:, :people].T.ravel() for number in numbers]
    names = ("numerator", "denominator", "value", "low", "high")
    return tidy(
        counts.years * people,
        **dict(zip(names, columns, strict=True)),
        **counts.split.labels(len(counts.years)),
    )
