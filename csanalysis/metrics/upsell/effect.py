"""What grading changed: success before and after, at the same mix and against the trend that was there.

Cases are those of :func:`csanalysis.metrics.upsell.cases.upsell_cases`. After is from the day on which
grading began, before is everything earlier.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import month_numbers
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.interrupted_series import InterruptedSeries, interrupted_series
from csanalysis.metrics.stats.standardisation import (
    NOTHING,
    Estimate,
    mantel_haenszel_difference,
    mantel_haenszel_odds_ratio,
    risk_difference,
)
from csanalysis.metrics.stats.tallies import count_hits, split_by
from csanalysis.metrics.upsell.cases import GRADES

Measure = Literal["crude", "standardised", "odds_ratio"]
Verdict = Literal["helped", "hurt", "trend", "masked", "none", "unknown"]

SERIES = ("observed", "fitted", "without_grading")


def upsell_success_change(
    cases: pd.DataFrame,
    *,
    graded_since: pd.Timestamp | None,
    as_of: pd.Timestamp,
    by_grade: bool = False,
    measure: Measure = "crude",
) -> pd.DataFrame:
    """Change of the success rate since grading began.

    Parameters
    ----------
    cases : DataFrame
        Proposed items: ``date``, ``accepted``, ``grade``, ``item``; those without a date are left out.
    graded_since : Timestamp or None
        First day of grading; None where nobody says.
    as_of : Timestamp
        Last day counted.
    by_grade : bool
        One row a ``grade``, or one for all of them.
    measure : str
        ``crude``: after - before; ``standardised``: the Mantel-Haenszel difference over grade x item;
        ``odds_ratio``: the Mantel-Haenszel odds ratio over the same.

    Returns
    -------
    DataFrame
        Of ``as_of`` (and ``grade``): ``value`` [difference of fractions, or ratio of odds], ``low``, ``high``
        (95 %: Newcombe, Klingenberg, Robins-Breslow-Greenland). NaN without items on either side. Higher is
        better.

    Notes
    -----
    Source: 《借助分级管理机制提升维修增项成功比例》.
    """
    date = f"{as_of:%Y-%m-%d}"
    groups = list(GRADES) if by_grade else [""]
    found = [NOTHING] * len(groups)
    if graded_since is not None and len(cases):
        grades = split_by(cases, "grade").groups["grade"]
        table = _before_and_after(cases, graded_since)
        for place, grade in enumerate(groups):
            rows = [grades.index(grade)] if grade in grades else [] if grade else slice(None)
            found[place] = _compared([counts[rows].ravel() for counts in table], measure)
    value, low, high = np.array(found).T
    return tidy(
        [date] * len(groups), value=value, low=low, high=high, **({"grade": groups} if by_grade else {})
    )


def upsell_success_sides(
    cases: pd.DataFrame, *, graded_since: pd.Timestamp | None, as_of: pd.Timestamp, by_grade: bool = False
) -> pd.DataFrame:
    """Success before grading began and since.

    Parameters are those of :func:`upsell_success_change`.

    Returns
    -------
    DataFrame
        Of ``as_of``, by ``when`` (before, after) and ``grade`` where asked: ``numerator`` [items agreed to],
        ``denominator`` [items proposed], ``value`` their share. No rows where nobody says when grading began.
    """
    by = ["when", "grade"] if by_grade else ["when"]
    if graded_since is None or cases.empty:
        return tidy([], **{name: [] for name in by})
    known = cases[cases["date"].notna()]
    when = np.where(known["date"] >= graded_since, "after", "before")
    sums = known.assign(when=when).groupby(by, observed=True)["accepted"].agg(["sum", "size"]).reset_index()
    return tidy(
        [f"{as_of:%Y-%m-%d}"] * len(sums),
        numerator=sums["sum"].astype(float),
        denominator=sums["size"].astype(float),
        **{name: sums[name].astype("str") for name in by},
    )


def _before_and_after(cases: pd.DataFrame, graded_since: pd.Timestamp) -> tuple[NDArray[np.float64], ...]:
    """Accepted and proposed after, accepted and proposed before: by grade and item."""
    grade, item = split_by(cases, "grade"), split_by(cases, "item")
    after = np.where(cases["date"].isna(), -1, cases["date"] >= graded_since)
    shape = len(grade), len(item), 2
    accepted, proposed = count_hits((grade.code, item.code, after), shape, cases["accepted"].to_numpy())
    return accepted[..., 1], proposed[..., 1], accepted[..., 0], proposed[..., 0]


def _compared(table: Sequence[NDArray[np.float64]], measure: Measure) -> Estimate:
    """Of accepted and proposed items after, and accepted and proposed before, by stratum."""
    a, n, b, m = table
    if measure == "standardised":
        return mantel_haenszel_difference(a, n, b, m)
    if measure == "odds_ratio":
        return mantel_haenszel_odds_ratio(a, n, b, m)
    return risk_difference(a.sum(), n.sum(), b.sum(), m.sum())


def success_series(cases: pd.DataFrame, *, graded_since: pd.Timestamp | None) -> InterruptedSeries | None:
    """Monthly success rates over grade x item as an interrupted time series; None with too few months."""
    if graded_since is None:
        return None
    dated = cases[cases["date"].notna()]
    strata = split_by(dated, "grade", "item")
    after = (dated["date"] >= graded_since).to_numpy()
    return interrupted_series(
        dated["accepted"].to_numpy(float), month_numbers(dated["date"]), after, strata.code
    )


def series_step(series: InterruptedSeries | None, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The jump on the day over and above the trend: one row of ``as_of``, NaN where none can be told."""
    return _one_row(series.step if series else NOTHING, as_of)


def series_trend(series: InterruptedSeries | None, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The change a year that went on before and after: one row of ``as_of``, NaN where none can be told."""
    return _one_row(series.trend if series else NOTHING, as_of)


def series_months(series: InterruptedSeries | None) -> pd.DataFrame:
    """What was seen, what was fitted and what there would have been without the step.

    Returns
    -------
    DataFrame
        By month and ``line`` (observed, fitted, without_grading): ``value`` at the usual mix; no rows without
        a series. ``without_grading`` has all months, and equals ``fitted`` before.
    """
    if series is None:
        return tidy([], line=[])
    months = [str(month) for month in series.months.astype("datetime64[M]")]
    values = np.concatenate([series.observed, series.fitted, series.without])
    return tidy(months * len(SERIES), value=values, line=np.repeat(SERIES, len(months)))


def effect_verdict(standardised: Estimate, step: Estimate) -> Verdict:
    """What may be said of an effect.

    Parameters
    ----------
    standardised : Estimate
        After - before at the same mix.
    step : Estimate
        The jump on the day over and above the trend.

    Returns
    -------
    str
        ``helped`` or ``hurt`` only where both intervals lie on the same side of 0; ``trend`` where the rates
        differ but the trend may be all of it, ``masked`` where the step differs but the rates do not,
        ``none`` where neither does, ``unknown`` where one of them is not known.
    """
    if np.isnan([*standardised, *step]).any():
        return "unknown"
    if min(standardised.low, step.low) > 0:
        return "helped"
    if max(standardised.high, step.high) < 0:
        return "hurt"
    differs = [estimate.low > 0 or estimate.high < 0 for estimate in (standardised, step)]
    return "trend" if differs[0] else "masked" if differs[1] else "none"


def relative_change(change: pd.DataFrame, before: float) -> pd.DataFrame:
    """A change as a share of what there was before, to be laid beside published ones.

    Parameters
    ----------
    change : DataFrame
        One row: ``value``.
    before : float
        The level before, in the same unit; NaN where it is not known.

    Returns
    -------
    DataFrame
        Of the row's period: ``numerator`` [change], ``denominator`` [level before], ``value`` [fraction].
    """
    return tidy(change["period"], numerator=change["value"], denominator=before)


def success_before(cases: pd.DataFrame, *, graded_since: pd.Timestamp | None) -> float:
    """Success rate of all items before grading began [fraction]; NaN where there is none."""
    return float(cases.loc[cases["date"] < graded_since, "accepted"].mean()) if graded_since else np.nan


def _one_row(found: Estimate, as_of: pd.Timestamp) -> pd.DataFrame:
    return tidy([f"{as_of:%Y-%m-%d}"], value=found.value, low=found.low, high=found.high)
