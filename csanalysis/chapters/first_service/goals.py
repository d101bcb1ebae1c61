"""The goal of the year: vehicles that come for their first service."""

import numpy as np
import pandas as pd

from csanalysis.catalogue import Language, format_value, text
from csanalysis.chapters.goal import Asked, Goal, Steps, Tables, as_measured, one_rule
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.plan import rule_backtests, target_ranges
from csanalysis.metrics.results import Results
from csanalysis.params import Params


def _normal_year(params: Params, results: Results, goal: Goal) -> target_ranges.Range:
    """Around what the return rate expects, as far off as it was in past years."""
    tested = results.select("first_service_backtest", "year", rule="return_rate").set_index("period")
    months = results.select("first_service_expected", "month")["value"]
    return target_ranges.around_forecast(
        float(months.sum(skipna=False)) if len(months) else np.nan,
        forecast=tested["numerator"],
        came=tested["denominator"],
    )


def _worth(params: Params, results: Results, goal: Goal) -> float:
    """What the vehicles above last year's number bring in a year."""
    before = goal.past(params, results).get(last_complete_year(pd.Timestamp(params.as_of)), np.nan)
    revenue = results.value("revenue_per_vehicle", params.plan_year)
    return np.nan if revenue is None else max(0.0, goal.value(results, params.plan_year) - before) * revenue


def _rule(params: Params, results: Results, goal: Goal, language: Language) -> str:
    uplift = params.first_service.uplift
    if not uplift:
        return one_rule(params, results, goal, language)
    written = format_value(uplift, "percent", language, decimals=0)
    return text("plan.rule.first_service_uplifted", language, uplift=written)


def _backtest(params: Params, tables: Tables, results: Results, goal: Goal) -> pd.DataFrame:
    """The rule in use and, where it asks for more than it expects, the same without that."""
    past = as_measured(results, "first_service_backtest", "month", "rule")
    uplift = params.first_service.uplift
    in_use = rule_backtests.first_service_rule(past, uplift=uplift)
    plain = rule_backtests.first_service_rule(past, uplift=0.0, rule="without_uplift")
    return pd.concat([in_use, plain], ignore_index=True) if uplift else in_use


def _first_step(steps: Steps, goal: Goal) -> str:
    month = f"{steps.plan_year}-01"
    return steps.call("first_service_invitations") or steps.count("first_service_month", goal.target, month)


def _sentence(asked: Asked, goal: Goal) -> str:
    return asked.say("first_service.goal", year=asked.tell.period(asked.plan_year), visits=asked.came)


GOALS = (
    Goal(
        "first_service_target",
        "first_service_visits",
        "customer_service",
        unit="count",
        kind="sum",
        headline=True,
        simulated="first_services",
        normal_year=_normal_year,
        worth=_worth,
        rule=_rule,
        backtest=_backtest,
        own_rule="return_rate",
        first_step=_first_step,
        sentence=_sentence,
    ),
)
