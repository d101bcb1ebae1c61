"""Every target rule of the plan, tested on past years."""

from dataclasses import replace

import pandas as pd

from csanalysis.chapters.goal import Goal, Tables
from csanalysis.chapters.plan.goals import GOALS
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.plan import plain_forecasts, rule_backtests
from csanalysis.metrics.results import Results
from csanalysis.params import Params


def backtests(params: Params, tables: Tables, results: Results) -> Results:
    """What each rule would have set in each past year, what came, and how often it was met.

    Parameters
    ----------
    params : Params
        Rules, tiers and the last day counted.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``.
    results : Results
        The targets, their actuals and the back-tests that other chapters make.

    Returns
    -------
    Results
        ``rule_backtest_rate``, ``rule_backtest_count`` and ``rule_backtest_score`` by ``target`` and
        ``rule``, ``rule_met_share`` over the years tested; ``forecast_error_rate``, ``_count`` and ``_score``
        by ``target`` and ``method``: how far the rule in use and plain forecasts were off in the same years.
    """
    last = last_complete_year(pd.Timestamp(params.as_of))
    found: dict[str, list[pd.DataFrame]] = {}
    for goal in GOALS:
        if goal.backtest is None:
            continue
        rows = goal.backtest(params, tables, results, goal)
        over = rows[rows["period"].astype(int) <= last] if len(rows) else rows
        if over.empty:
            continue
        found.setdefault(goal.backtest_metric, []).append(over.assign(target=goal.target))
        share = rule_backtests.rule_met_share(over, better=goal.better)
        found.setdefault("rule_met_share", []).append(share.assign(target=goal.target))
        errors = _errors(params, results, goal, over)
        found.setdefault(goal.error_metric, []).append(errors.assign(target=goal.target))
    return Results(found)


def _errors(params: Params, results: Results, goal: Goal, tested: pd.DataFrame) -> pd.DataFrame:
    """How far the rule in use was off, beside last year again and past years smoothed."""
    used = goal.rule_in_use(params) if goal.rule_in_use else str(tested["rule"].iloc[0])
    own = tested[tested["rule"] == used].drop(columns="rule").assign(method=plain_forecasts.RULE)
    parts = [own]
    splits = own[list(goal.by)].drop_duplicates().to_dict("records") if goal.by else [{}]
    for split in splits:
        named = {str(name): str(label) for name, label in split.items()}
        one = replace(goal, by=(), group={**goal.group, **named})
        parts.append(plain_forecasts.plain_backtest(one.past(params, results)).assign(**named))
    return plain_forecasts.forecast_error(pd.concat(parts, ignore_index=True))
