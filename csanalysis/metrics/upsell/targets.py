"""Next year's success rates by grade, and what they are worth.

Rates are ``upsell_success_rate`` by ``grade``, amounts ``upsell_amount_success_rate`` by ``grade``: of both
the years are used. Complete years are those of the data that are over and whole.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.results import tidy, with_period_kind


def upsell_success_target(
    rates: pd.DataFrame, *, complete: Sequence[int], years: int, plan_year: int
) -> pd.DataFrame:
    """The success rate to reach in the plan year, by grade: the store's own best of the last years.

    Parameters
    ----------
    rates : DataFrame
        ``upsell_success_rate`` by ``grade``.
    complete : sequence of int
        Complete years.
    years : int
        How many of the last of them to choose from; fewer where there are fewer.
    plan_year : int
        Year of the target.

    Returns
    -------
    DataFrame
        One row a ``grade`` that has a rate: ``value`` [fraction 0-1]; no rows without a complete year.

    Notes
    -----
    What the store has shown it can do; where last year was the best, the target is to hold it.
    """
    best = _yearly(rates, "value", complete).tail(years).max().dropna()
    return tidy([str(plan_year)] * len(best), value=best.to_numpy(), grade=list(best.index))


def upsell_success_target_backtest(
    rates: pd.DataFrame, *, complete: Sequence[int], years: int
) -> pd.DataFrame:
    """What the rule would have set in each past year, by grade, knowing only the years before it.

    Returns
    -------
    DataFrame
        By year and ``grade``: ``value`` [fraction 0-1], to be laid beside the rate that then came about.
    """
    parts = [
        upsell_success_target(rates, complete=complete[:place], years=years, plan_year=year)
        for place, year in enumerate(complete)
        if place
    ]
    return pd.concat(parts, ignore_index=True) if parts else tidy([], grade=[])


def upsell_success_target_overall(
    target: pd.DataFrame, rates: pd.DataFrame, *, complete: Sequence[int]
) -> pd.DataFrame:
    """The store's success rate if every grade meets its target and the mix stays that of the last year.

    Returns
    -------
    DataFrame
        One row of the plan year: ``value`` [fraction 0-1]; no row without a target.
    """
    if target.empty:
        return tidy([])
    items = _yearly(rates, "denominator", complete).iloc[-1]
    aims = target.set_index("grade")["value"]
    weights = items.reindex(aims.index).fillna(0)
    value = (aims * weights).sum() / weights.sum() if weights.sum() else np.nan
    return tidy([target["period"].iloc[0]], value=value)


def upsell_point_value(amounts: pd.DataFrame, *, complete: Sequence[int], plan_year: int) -> pd.DataFrame:
    """What one point of success is worth in a year, by grade.

    Returns
    -------
    DataFrame
        One row a ``grade`` of the plan year: ``value`` [yuan], a hundredth of what was proposed in the last
        complete year; no rows without one.
    """
    return _of_last_year(amounts, 0.01, complete=complete, plan_year=plan_year)


def upsell_target_value(
    target: pd.DataFrame,
    rates: pd.DataFrame,
    amounts: pd.DataFrame,
    *,
    complete: Sequence[int],
    plan_year: int,
) -> pd.DataFrame:
    """What reaching the target would bring in a year, by grade.

    Returns
    -------
    DataFrame
        One row a ``grade`` of the plan year: ``value`` [yuan], points from the last complete year's rate up
        to the target x what was proposed then; 0 where the target is to hold. No rows without a target.
    """
    if target.empty:
        return tidy([], grade=[])
    last = _yearly(rates, "value", complete).iloc[-1]
    missing = target.set_index("grade")["value"] - last
    return _of_last_year(amounts, missing, complete=complete, plan_year=plan_year)


def total_of_grades(by_grade: pd.DataFrame) -> pd.DataFrame:
    """Amounts by ``grade`` summed by period."""
    sums = by_grade.groupby("period")["value"].sum(min_count=1)
    return tidy(list(sums.index), value=sums.to_numpy())


def _of_last_year(
    amounts: pd.DataFrame, factor: float | pd.Series, *, complete: Sequence[int], plan_year: int
) -> pd.DataFrame:
    yearly = _yearly(amounts, "denominator", complete)
    if yearly.empty:
        return tidy([], grade=[])
    worth = (yearly.iloc[-1] * factor).dropna()
    return tidy([str(plan_year)] * len(worth), value=worth.to_numpy(), grade=list(worth.index))


def _yearly(frame: pd.DataFrame, column: str, complete: Sequence[int]) -> pd.DataFrame:
    """One number of the complete years: a row a year, a column a grade."""
    years = with_period_kind(frame, "year")
    table = years.pivot(index="period", columns="grade", values=column)
    return table.reindex([str(year) for year in complete])
