"""The goal of the year: the share of proposed work that customers agree to."""

import numpy as np
import pandas as pd

from csanalysis.chapters.goal import Asked, Goal, Steps, Tables, as_measured
from csanalysis.metrics.plan import rule_backtests
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.upsell.targets import upsell_success_target_overall
from csanalysis.params import Params

RATE = "upsell_success_rate"


def _worth(params: Params, results: Results, goal: Goal) -> float:
    value = results.value("upsell_target_value", params.plan_year)
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
    return steps.call("declined_items", "declined_c_items") or waiting


def _sentence(asked: Asked, goal: Goal) -> str:
    return asked.say("upsell.goal_hold" if asked.worth == 0 else "upsell.goal", rate=asked.came)


GOALS = (
    Goal(
        "upsell_success_target",
        RATE,
        "service",
        simulated="success_rate",
        worth=_worth,
        backtest=_backtest,
        first_step=_first_step,
        sentence=_sentence,
    ),
)
