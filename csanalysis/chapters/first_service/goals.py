"""The goal of the year: vehicles that come for their first service."""

import numpy as np
import pandas as pd

from csanalysis.catalogue import Language, format_period, format_value, text
from csanalysis.chapters.goal import (
    Asked,
    Goal,
    Steps,
    Tables,
    as_measured,
    one_rule,
    the_rules_number,
)
from csanalysis.metrics.first_service.planned import RETURN_RATE, WAITING_TIMES
from csanalysis.metrics.plan import rule_backtests, target_ranges
from csanalysis.metrics.results import Results
from csanalysis.params import Params


def _normal_year(params: Params, results: Results, goal: Goal) -> target_ranges.Range:
    """Around what the forecast in use expects, as far off as it was in past years."""
    method = method_of(results, params.plan_year)
    tested = results.select("first_service_backtest", "year", rule=method).set_index("period")
    metric = "first_service_expected" if method == RETURN_RATE else "first_service_forecast"
    months = results.select(metric, "month")["value"]
    return target_ranges.around_forecast(
        float(months.sum(skipna=False)) if len(months) else np.nan,
        forecast=tested["numerator"],
        came=tested["denominator"],
    )


def _months(results: Results, plan_year: int) -> "pd.Series[float]":
    """What the forecast in use expects of each month."""
    method = method_of(results, plan_year)
    metric = "first_service_expected" if method == RETURN_RATE else "first_service_forecast"
    rows = results.select(metric, "month")
    rows = rows[rows["period"].str[:4] == str(plan_year)]
    return pd.Series(rows["value"].to_numpy(dtype=float), index=rows["period"])


def _by_forecast(params: Params, results: Results, goal: Goal) -> float:
    """What the forecast in use gives, raised as the params ask; the rule's own number is of its own."""
    if method_of(results, params.plan_year) == RETURN_RATE:
        return the_rules_number(params, results, goal)
    raised = _months(results, params.plan_year) * (1 + params.first_service.uplift)
    return float(np.floor(raised.sum(skipna=False) + 0.5))


def _worth(params: Params, results: Results, goal: Goal) -> float:
    """What the vehicles above last year's number bring in a year."""
    revenue = results.value("revenue_per_vehicle", params.plan_year)
    more = goal.value(results, params.plan_year) - goal.last(params, results)
    return np.nan if revenue is None else max(0.0, more) * revenue


def method_of(results: Results, plan_year: int) -> str:
    """The forecast that the plan follows: the rule's, unless another is known to have come nearer."""
    used = results.value("first_service_method", plan_year, method=WAITING_TIMES)
    return WAITING_TIMES if used else RETURN_RATE


def errors_beside(results: Results, language: Language) -> dict[str, str]:
    """By how much both forecasts were off in the past, as written."""
    whole = results.select("first_service_backtest_error", "span", "rule").set_index("rule")
    said = {
        name: format_value(whole["value"][method], "count", language, decimals=1)
        for name, method in (("less", WAITING_TIMES), ("more", RETURN_RATE))
    }
    return {**said, "period": format_period(str(whole["period"].iloc[0]), language)}


def _rule(params: Params, results: Results, goal: Goal, language: Language) -> str:
    uplift = params.first_service.uplift
    if not uplift:
        return one_rule(params, results, goal, language)
    written = format_value(uplift, "percent", language, decimals=0)
    return text("plan.rule.first_service_uplifted", language, uplift=written)


def _backtest(params: Params, tables: Tables, results: Results, goal: Goal) -> pd.DataFrame:
    """The rule, the forecast in its place where one is used, and the rule without what it asks for above."""
    past = as_measured(results, "first_service_backtest", "month", "rule")
    uplift = params.first_service.uplift
    tested = [rule_backtests.first_service_rule(past, uplift=uplift)]
    if method_of(results, params.plan_year) == WAITING_TIMES:
        tested.append(rule_backtests.first_service_rule(past, uplift=uplift, method=WAITING_TIMES))
    if uplift:
        tested.append(rule_backtests.first_service_rule(past, uplift=0.0, rule="without_uplift"))
    return pd.concat(tested, ignore_index=True)


def _first_step(steps: Steps, goal: Goal) -> str:
    month = f"{steps.plan_year}-01"
    return steps.call(goal) or steps.count("first_service_month", goal.metric(steps.results), month)


def _sentence(asked: Asked, goal: Goal) -> str:
    year = asked.tell.period(asked.plan_year)
    return asked.say("first_service.goal", year=year, visits=asked.came)


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
        planned="first_service_planned",
        part="agent",
        month_shares=_months,
        without_simulation=_by_forecast,
        first_step=_first_step,
        sentence=_sentence,
    ),
)
