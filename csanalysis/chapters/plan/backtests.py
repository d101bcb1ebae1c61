"""Every target rule of the plan, tested on past years."""

import pandas as pd

from csanalysis.chapters.goal import Tables
from csanalysis.chapters.plan.goals import GOALS
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.plan import rule_backtests
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
        ``rule``, ``rule_met_share`` over the years tested.
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
    return Results(found)
