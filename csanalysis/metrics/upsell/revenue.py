"""What a visit brings (单车产值): by month, by type and team, and what changed since work was graded."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import month_numbers
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.interrupted_series import FEWEST_MONTHS, InterruptedSeries, interrupted_series
from csanalysis.metrics.stats.standardisation import NOTHING, Estimate
from csanalysis.metrics.stats.tallies import Timeline, column_split

DRAWS = 2000
SEED = 2019

Floats = NDArray[np.float64]


def revenue_per_visit(
    visits: pd.DataFrame, *, since: pd.Timestamp, as_of: pd.Timestamp, by: str | None = None
) -> pd.DataFrame:
    """Mean amount of a visit (客单价).

    Parameters
    ----------
    visits : DataFrame
        One row a repair order: ``visit_date``, ``total_amount`` and the column ``by``.
    since, as_of : Timestamp
        First and last month reported.
    by : str, optional
        Split by this column; a visit without an entry in it is left out.

    Returns
    -------
    DataFrame
        By month and year (and ``by``): ``numerator`` [yuan], ``denominator`` [repair orders with an amount],
        ``value`` [yuan]; NaN without any. Higher is better.

    Notes
    -----
    Source: 《借助分级管理机制提升维修增项成功比例》.
    """
    amount = visits["total_amount"].to_numpy(float)
    timeline = Timeline.spanning(visits["visit_date"].where(~np.isnan(amount)), since=since, as_of=as_of)
    split, periods = column_split(visits, by), timeline.periods()
    over, under = timeline.sums(split, np.nan_to_num(amount)), timeline.sums(split)
    numerator = np.where(under > 0, over, np.nan)
    return tidy(
        periods * len(split),
        numerator=numerator.ravel(),
        denominator=under.ravel(),
        **split.labels(len(periods)),
    )


def revenue_per_visit_change(
    visits: pd.DataFrame,
    *,
    graded_since: pd.Timestamp | None,
    as_of: pd.Timestamp,
    standardised: bool = False,
) -> pd.DataFrame:
    """Change of the mean amount of a visit since grading began.

    Parameters
    ----------
    visits : DataFrame
        One row a repair order: ``visit_date``, ``service_type``, ``total_amount``; those without an amount
        are left out.
    graded_since : Timestamp or None
        First day of grading; None where nobody says.
    as_of : Timestamp
        Last day counted.
    standardised : bool
        Compare visits of the same ``service_type``, and average the differences with Mantel-Haenszel weights.

    Returns
    -------
    DataFrame
        One row of ``as_of``: ``value`` [yuan], ``low``, ``high`` (95 %, percentiles of 2,000 draws of whole
        months, always the same ones; NaN with fewer than six months on a side). Higher is better.

    Notes
    -----
    Whole months are drawn since the visits of a month resemble each other.
    Source: 《借助分级管理机制提升维修增项成功比例》.
    """
    known = visits[visits["total_amount"].notna()]
    found = NOTHING
    if graded_since is not None and len(known):
        after = (known["visit_date"] >= graded_since).to_numpy()
        if after.any() and not after.all():
            strata, types = pd.factorize(known["service_type"])
            sides = [_by_month(known[side], strata[side], len(types)) for side in (after, ~after)]
            found = _change(sides, standardised=standardised)
    return tidy([f"{as_of:%Y-%m-%d}"], value=found.value, low=found.low, high=found.high)


def revenue_series(visits: pd.DataFrame, *, graded_since: pd.Timestamp | None) -> InterruptedSeries | None:
    """Revenue per visit over service types as an interrupted time series; None with too few months."""
    known = visits[visits["total_amount"].notna()]
    if graded_since is None or known.empty:
        return None
    after = (known["visit_date"] >= graded_since).to_numpy()
    strata, _ = pd.factorize(known["service_type"])
    return interrupted_series(
        known["total_amount"].to_numpy(float), month_numbers(known["visit_date"]), after, strata
    )


def revenue_before(visits: pd.DataFrame, *, graded_since: pd.Timestamp | None) -> float:
    """Mean amount of all visits before grading began [yuan]; NaN where there is none."""
    if graded_since is None:
        return np.nan
    return float(visits.loc[visits["visit_date"] < graded_since, "total_amount"].mean())


def _by_month(visits: pd.DataFrame, strata: NDArray[np.int64], types: int) -> tuple[Floats, Floats]:
    """Amounts and visits, one row a month that has any, one column a service type."""
    months, month = np.unique(month_numbers(visits["visit_date"]), return_inverse=True)
    shape = len(months), types
    place = month * types + strata
    sums, counts = (
        np.bincount(place, weights, minlength=shape[0] * shape[1]).reshape(shape).astype(float)
        for weights in (visits["total_amount"].to_numpy(float), None)
    )
    return sums, counts


def _change(sides: list[tuple[Floats, Floats]], *, standardised: bool) -> Estimate:
    whole = [(sums.sum(axis=0)[np.newaxis], counts.sum(axis=0)[np.newaxis]) for sums, counts in sides]
    value = float(_difference(whole, standardised=standardised)[0])
    if min(len(counts) for _, counts in sides) < FEWEST_MONTHS:
        return Estimate(value, np.nan, np.nan)
    random = np.random.default_rng(SEED)
    drawn = []
    for sums, counts in sides:
        times = random.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=DRAWS).astype(
            float
        )
        drawn.append((times @ sums, times @ counts))
    low, high = np.nanpercentile(_difference(drawn, standardised=standardised), [2.5, 97.5])
    return Estimate(value, float(low), float(high))


def _difference(sides: list[tuple[Floats, Floats]], *, standardised: bool) -> Floats:
    """After - before of each draw; types that a side lacks say nothing."""
    (sums, counts), (sums_before, counts_before) = sides
    with np.errstate(divide="ignore", invalid="ignore"):
        if not standardised:
            crude: Floats = sums.sum(axis=1) / counts.sum(axis=1) - sums_before.sum(
                axis=1
            ) / counts_before.sum(axis=1)
            return crude
        weights = counts * counts_before / (counts + counts_before)
        differences = weights * (sums / counts - sums_before / counts_before)
        averaged: Floats = np.nansum(differences, axis=1) / np.nansum(weights, axis=1)
    return averaged
