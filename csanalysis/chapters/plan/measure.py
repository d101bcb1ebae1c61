"""The plan of the year: every target with its range, worth and past, and the moves that matter most."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.chapters import churn, first_service, information, satisfaction, upsell
from csanalysis.chapters.goal import Goal, goals_of
from csanalysis.chapters.plan import moves as plan_moves
from csanalysis.chapters.plan.backtests import backtests
from csanalysis.chapters.plan.reading import kind_of
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.plan import target_ranges
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.surveys.survey_items import item_gap
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def measure(params: Params, tables: Tables) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        Everything the targets are made with.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``; only sales and visits must be there.

    Returns
    -------
    Results
        The targets and their actuals; what a normal year would give around each (``target_range_*``),
        what meeting it is worth (``target_value``), what its rule would have set in past years
        (``rule_backtest_*``, ``rule_met_share``); and the moves. What needs a table
        that is missing is left out.
    """
    results = first_service.measure_plan(params, tables) + churn.measure(params, tables)
    results += satisfaction.score_results(params, tables)
    results += upsell.measure_plan(params, tables) + information.measure_plan(params, tables)
    used, of_year, year = churn.vehicle_revenue(params, tables)
    years = [str(params.plan_year), *([str(year)] if year else [])]
    worth = {"revenue_per_vehicle": tidy(years, value=[used, of_year][: len(years)])}
    results += Results(worth)
    goals = goals_of(results, plan_year=params.plan_year)
    results += Results(_ranges(params, results, goals)) + Results(
        {"target_value": _worth(params, results, goals)}
    )
    gaps = item_gap(satisfaction.surveys(tables).years)
    results += Results({"item_gap": gaps[gaps["period"] == str(params.as_of.year)]})
    results += backtests(params, results, gaps)
    return results + plan_moves.measure(params, tables, results)


def _ranges(params: Params, results: Results, goals: list[Goal]) -> dict[str, list[pd.DataFrame]]:
    """By name, a row a goal: the target with the range of a normal year."""
    rows: dict[str, list[pd.DataFrame]] = {}
    for goal in goals:
        low, high = _normal_year(params, results, goal)
        if kind_of(goal.target) == "count":
            low, high = target_ranges.whole((low, high))
        row = tidy(
            [str(params.plan_year)],
            value=_target(params, results, goal),
            low=low,
            high=high,
            target=goal.target,
            **{name: [label] for name, label in goal.group.items()},
        )
        rows.setdefault(f"target_range_{kind_of(goal.target)}", []).append(row)
    return rows


def _normal_year(params: Params, results: Results, goal: Goal) -> target_ranges.Range:
    past = _past(params, results, goal)
    if goal.target == "first_service_target":
        tested = results.select("first_service_backtest", "year", rule="return_rate").set_index("period")
        months = results.select("first_service_expected", "month")["value"]
        return target_ranges.around_forecast(
            float(months.sum(skipna=False)) if len(months) else np.nan,
            forecast=tested["numerator"],
            came=tested["denominator"],
        )
    if goal.target == "monthly_churn_ceiling":
        rates = results.select("annual_churn_rate", "year")
        before = pd.Series(rates["denominator"].to_numpy(), index=rates["period"].astype(int))
        return target_ranges.around_share(past, before.reindex(past.index), base=_base(params, results))
    lowest, highest = (1.0, np.inf) if goal.target == "programme_rank_target" else (0.0, np.inf)
    return target_ranges.around_last_year(
        past, lowest=lowest, highest=1.0 if kind_of(goal.target) == "rate" else highest
    )


def _past(params: Params, results: Results, goal: Goal) -> "pd.Series[float]":
    """What came in the complete years, by year."""
    rows = results.select(goal.actual, "year", **goal.group)
    years = rows["period"].astype(int)
    over = years <= last_complete_year(pd.Timestamp(params.as_of))
    return pd.Series(rows["value"].to_numpy(), index=years)[over.to_numpy(dtype=bool)].sort_index()


def _base(params: Params, results: Results) -> float:
    """Vehicles of the last complete year, the ones that can lapse."""
    year = str(last_complete_year(pd.Timestamp(params.as_of)))
    rows = results.select("retained_share", "year", period=year, years_later="1")
    return float(rows["denominator"].iloc[0]) if len(rows) else np.nan


def _target(params: Params, results: Results, goal: Goal) -> float:
    value = results.value(goal.target, params.plan_year, **goal.group)
    return np.nan if value is None else value


def _worth(params: Params, results: Results, goals: list[Goal]) -> list[pd.DataFrame]:
    """What meeting each target brings above last year's level; NaN where no price is known."""
    return [
        tidy(
            [str(params.plan_year)],
            value=_money(params, results, goal),
            target=goal.target,
            **{name: [label] for name, label in goal.group.items()},
        )
        for goal in goals
    ]


def _money(params: Params, results: Results, goal: Goal) -> float:
    plan = params.plan_year
    if goal.target == "first_service_target":
        past = _past(params, results, goal)
        before = past.get(last_complete_year(pd.Timestamp(params.as_of)), np.nan)
        revenue = results.value("revenue_per_vehicle", plan)
        return np.nan if revenue is None else max(0.0, _target(params, results, goal) - before) * revenue
    if goal.target == "churn_rate_target":
        return _known(results.value("retention_value", plan))
    if goal.target == "upsell_success_target":
        return _known(results.value("upsell_target_value", plan))
    if goal.target == "programme_score_target":
        last = _known(results.value("programme_score", params.as_of.year, **goal.group))
        return _paid(results, goal, plan, _target(params, results, goal)) - _paid(results, goal, plan, last)
    return np.nan


def _paid(results: Results, goal: Goal, plan: int, score: float) -> float:
    """The rebate of the tier that a score reaches; NaN where the programme pays none or nobody knows it."""
    tiers = results.select("rebate_amount", None, "tier", period=str(plan), **goal.group)
    if tiers.empty or np.isnan(score):
        return np.nan
    reached = tiers["tier"].astype(float) <= score + 1e-9
    return float(tiers.loc[reached, "value"].max()) if reached.any() else 0.0


def _known(value: float | None) -> float:
    return np.nan if value is None else value
