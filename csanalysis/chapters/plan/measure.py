"""The plan of the year: every target with its range, worth and past, and the moves that matter most."""

import pandas as pd

from csanalysis.chapters import churn, first_service, information, satisfaction, upsell
from csanalysis.chapters.goal import Goal, Tables
from csanalysis.chapters.plan import moves as plan_moves
from csanalysis.chapters.plan.backtests import backtests
from csanalysis.chapters.plan.goals import goals_of
from csanalysis.chapters.work_lists import measure_calls
from csanalysis.chapters.work_lists.last_year import measure_last_year
from csanalysis.metrics.plan import target_ranges
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.surveys.survey_items import item_gap
from csanalysis.params import Params


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
        (``rule_backtest_*``, ``rule_met_share``); the year's calls and the moves. What needs a table
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
    results += backtests(params, tables, results)
    results += measure_calls(params, tables) + measure_last_year(params, tables)
    return results + plan_moves.measure(params, tables, results)


def _ranges(params: Params, results: Results, goals: list[Goal]) -> dict[str, list[pd.DataFrame]]:
    """By name, a row a goal: the target with the range of a normal year."""
    rows: dict[str, list[pd.DataFrame]] = {}
    for goal in goals:
        low, high = goal.normal_year(params, results, goal)
        if goal.unit == "count":
            low, high = target_ranges.rounded_outward((low, high))
        value = goal.value(results, params.plan_year)
        row = _of(params, goal, value=value, low=low, high=high)
        rows.setdefault(goal.range_metric, []).append(row)
    return rows


def _worth(params: Params, results: Results, goals: list[Goal]) -> list[pd.DataFrame]:
    """What meeting each target brings above last year's level; NaN where no price is known."""
    return [_of(params, goal, value=goal.worth(params, results, goal)) for goal in goals]


def _of(params: Params, goal: Goal, **numbers: float) -> pd.DataFrame:
    """A number of the plan year about one goal."""
    split = {name: [label] for name, label in goal.group.items()}
    return tidy([str(params.plan_year)], **numbers, target=goal.target, **split)
