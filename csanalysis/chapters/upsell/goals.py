"""The goal of the year: the share of proposed work that customers agree to."""

import numpy as np
import pandas as pd

from csanalysis.chapters.goal import Asked, Goal, Steps, Tables, as_measured
from csanalysis.metrics.plan import rule_backtests, target_ranges
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.upsell.targets import upsell_success_target_overall
from csanalysis.params import Params

RATE, CHANGE = "upsell_success_rate", "upsell_success_change"


def _worth(params: Params, results: Results, goal: Goal) -> float:
    """What the points above last year bring."""
    points = 100 * (goal.value(results, params.plan_year) - goal.last(params, results))
    return max(0.0, points) * _point(results, params.plan_year)


def _point(results: Results, plan_year: int) -> float:
    """What one point of success brings, over all grades."""
    value = results.value("upsell_point_value", plan_year)
    return np.nan if value is None else value


def _backtest(params: Params, tables: Tables, results: Results, goal: Goal) -> pd.DataFrame:
    """The store's own best of the years before, grade by grade, weighted by the mix of the year before."""
    rates = as_measured(results, RATE, "year", "grade")
    targets = as_measured(results, "upsell_success_target_backtest", "year", "grade")
    parts = [tidy([])]
    for year in sorted(targets["period"].unique()):
        before = [int(past) for past in sorted(rates["period"].unique()) if past < year]
        of_year = targets[targets["period"] == year].reset_index(drop=True)
        parts.append(upsell_success_target_overall(of_year, rates, complete=before))
    asked = pd.concat(parts, ignore_index=True).assign(rule="best_of_years")
    return rule_backtests.with_actual(asked, as_measured(results, RATE, "year"))


def _first_step(steps: Steps, goal: Goal) -> str:
    date = steps.results.latest("upsell_open_items", "date", grade="A")
    waiting = steps.count("upsell_at_visit", "upsell_open_items", date, grade="A")
    return steps.call(goal) or waiting


def _sentence(asked: Asked, goal: Goal) -> str:
    return asked.say("upsell.goal_hold" if asked.worth == 0 else "upsell.goal", rate=asked.came)


def _normal_year(params: Params, results: Results, goal: Goal) -> target_ranges.Range:
    """Last year's rate with the changes from year to year; what grading changed is none of them."""
    step = _graded(params, results)
    return target_ranges.around_last_year(goal.past(params, results), lowest=0.0, highest=1.0, step=step)


def _graded(params: Params, results: Results) -> target_ranges.Step | None:
    """What the day of grading changed, where it is proven; None where it is not."""
    since = params.upsell.graded_since
    rows = results.select(CHANGE, None, period=f"{params.as_of:%Y-%m-%d}")
    if since is None or rows.empty or rows[["value", "low", "high"]].iloc[0].isna().any():
        return None
    value, low, high = rows[["value", "low", "high"]].iloc[0].astype(float)
    if low <= 0 <= high:
        return None
    months = as_measured(results, RATE, "month")
    items = months["denominator"].groupby(months["period"].str[:4].astype(int))
    early = months["denominator"].where(months["period"] < f"{since:%Y-%m}", 0.0)
    before = early.groupby(months["period"].str[:4].astype(int)).sum() / items.sum()
    return target_ranges.Step(value, (high - low) / (2 * normal.Z95), before)


GOALS = (
    Goal(
        "upsell_success_target",
        RATE,
        "service",
        simulated="success_rate",
        planned="upsell_success_planned",
        part="grade",
        point_value=_point,
        normal_year=_normal_year,
        worth=_worth,
        backtest=_backtest,
        first_step=_first_step,
        sentence=_sentence,
    ),
)
