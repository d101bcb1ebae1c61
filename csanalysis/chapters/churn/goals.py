"""The goals of the year: the share of vehicles that stay away, and how many may lapse month by month."""

import numpy as np
import pandas as pd

from csanalysis.catalogue import Language, format_value, group_label, text
from csanalysis.chapters.goal import Asked, Goal, StandIn, Steps, Tables, as_measured
from csanalysis.metrics.customers.churn import not_looser_then
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.plan import rule_backtests, target_ranges
from csanalysis.metrics.results import Results, tidy
from csanalysis.params import Params

RATE, LAPSES = "annual_churn_rate", "lapsed_vehicles"
TARGET = "churn_rate_target"


def _avoided(params: Params, results: Results, goal: Goal) -> float:
    """What the vehicles that do not stay away bring."""
    points = 100 * (goal.last(params, results) - goal.value(results, params.plan_year))
    return max(0.0, points) * _point(results, params.plan_year)


def _point(results: Results, plan_year: int) -> float:
    """What one point of churn costs."""
    value = results.value("retention_value", plan_year, points="1")
    return np.nan if value is None else value


def _lapses_of_rate(results: Results, plan_year: int) -> float | None:
    """The ceiling that months are held against; in proportion where the plan's churn rate is stricter."""
    ceiling, ruled = (results.value(name, plan_year) for name in ("monthly_lapse_ceiling", TARGET))
    asked = results.value("churn_rate_planned", plan_year)
    if ceiling is None or not ruled or asked is None:
        return ceiling
    return float(np.floor(round(ceiling * min(asked / ruled, 1.0), 9)))


def _months_of_lapses(results: Results, plan_year: int) -> "pd.Series[float]":
    rows = results.select("monthly_lapse_ceiling", "month")
    return pd.Series(rows["value"].to_numpy(dtype=float), index=rows["period"])


def kept_at_last_year(results: Results, *, plan_year: int, rule: str) -> bool:
    """Whether the target is stricter than its rule gives, because it is never looser than last year."""
    target, ruled = (results.value(TARGET, plan_year, **by) for by in ({}, {"rule": rule}))
    return target is not None and ruled is not None and target < ruled


def _rule(params: Params, results: Results, goal: Goal, language: Language) -> str:
    kept = kept_at_last_year(results, plan_year=params.plan_year, rule=params.churn.rule)
    return group_label("rule", "not_above_last_year" if kept else params.churn.rule, language)


def _backtest(params: Params, tables: Tables, results: Results, goal: Goal) -> pd.DataFrame:
    """The rules that look back; the industry's and a fixed rate as if they had held then."""
    rates = as_measured(results, RATE, "year")
    looking_back = as_measured(results, "churn_rate_target_backtest", "year", "rule")
    years = sorted(looking_back["period"].astype(int).unique())
    given = (("not_above_industry", params.churn.industry_rate), ("fixed", params.churn.fixed_rate))
    outside = [rule_backtests.fixed_rule(rate, rule=rule, years=years) for rule, rate in given]
    if params.churn.never_looser:
        outside = [not_looser_then(targets, rates) for targets in outside]
    return rule_backtests.with_actual(pd.concat([looking_back, *outside], ignore_index=True), rates)


def _first_step(steps: Steps, goal: Goal) -> str:
    date = steps.results.latest("lifecycle_vehicles", "date", state="marginal")
    marginal = steps.count("churn_by_advisors", "lifecycle_vehicles", date, state="marginal")
    return steps.call(goal) or marginal


def _sentence(asked: Asked, goal: Goal) -> str:
    results, plan_year = asked.tell.results, asked.plan_year
    rates = asked.tell.defined_values(RATE, "year")
    loose = len(rates) and goal.value(results, plan_year) > rates.iloc[-1] + 1e-12
    template = "churn.goal_loose" if loose else "churn.goal_held" if asked.worth == 0 else "churn.goal"
    point = asked.tell.number("retention_value", asked.plan_year, points="1")
    return asked.say(template, rate=asked.came, point=point)


def _returns(results: Results, target: float, plan_year: int) -> float | None:
    """Who is not churned has come back: so many of last year's vehicles must."""
    vehicles = results.value("vehicles_to_return", plan_year)
    return None if vehicles is None else float(np.ceil(round((1 - target) * vehicles, 9)))


def _rate_again(year: int, target: float, total: float, forecast: pd.Series) -> dict[str, pd.DataFrame]:
    """The yearly rate that the vehicles come back so far point to, with its target."""
    if target >= 1:
        return {}
    vehicles = total / (1 - target)
    left = 1 - forecast[["value", "high", "low"]].astype(float).clip(upper=vehicles) / vehicles
    rate = tidy([str(year)], value=left["value"], low=left["high"], high=left["low"])
    return {"churn_rate_forecast": rate, "churn_rate_planned": tidy([str(year)], value=target)}


def _note(results: Results, plan_year: int, target: float, language: Language) -> str | None:
    rows = results.select("churn_rate_forecast", None, period=str(plan_year))
    if rows.empty or rows[["value", "low", "high"]].iloc[0].isna().any():
        return None
    low, high = (format_value(rows[end].iloc[0], "percent", language) for end in ("low", "high"))
    return text(
        "review.note.returned",
        language,
        rate=format_value(rows["value"].iloc[0], "percent", language),
        interval=f"{low.removesuffix('%')}–{high}",
        target=format_value(target, "percent", language),
    )


def _normal_lapses(params: Params, results: Results, goal: Goal) -> target_ranges.Range:
    """The share of last year's vehicles that lapses in a normal year, in vehicles."""
    rates = results.select(RATE, "year")
    before = pd.Series(rates["denominator"].to_numpy(), index=rates["period"].astype(int))
    past = goal.past(params, results)
    return target_ranges.around_share(past, before.reindex(past.index), base=_base(params, results))


def _base(params: Params, results: Results) -> float:
    """Vehicles of the last complete year, the ones that can lapse."""
    year = str(last_complete_year(pd.Timestamp(params.as_of)))
    rows = results.select("retained_share", "year", period=year, years_later="1")
    return float(rows["denominator"].iloc[0]) if len(rows) else np.nan


def _backtest_lapses(params: Params, tables: Tables, results: Results, goal: Goal) -> pd.DataFrame:
    """The ceiling of the churn rule in use: the others differ from it as their rates do."""
    targets = _backtest(params, tables, results, goal)
    targets = targets[targets["rule"] == params.churn.rule].reset_index(drop=True)
    rates, lapsed = (as_measured(results, metric, "year") for metric in (RATE, LAPSES))
    return rule_backtests.ceiling_rule(targets, rates, lapsed)


def _first_month(steps: Steps, goal: Goal) -> str:
    return steps.count(goal.target, goal.metric(steps.results), f"{steps.plan_year}-01")


GOALS = (
    Goal(
        TARGET,
        RATE,
        "service",
        better="lower",
        headline=True,
        simulated="churn_rate",
        point_value=_point,
        planned="churn_rate_planned",
        followed=StandIn("returned_vehicles", "higher", _returns, _rate_again, _note),
        worth=_avoided,
        rule=_rule,
        backtest=_backtest,
        rule_in_use=lambda params: params.churn.rule,
        first_step=_first_step,
        sentence=_sentence,
    ),
    Goal(
        "monthly_lapse_ceiling",
        LAPSES,
        "service",
        unit="count",
        kind="sum",
        better="lower",
        simulated="lapses",
        planned="monthly_lapse_planned",
        follows_from=_lapses_of_rate,
        month_shares=_months_of_lapses,
        normal_year=_normal_lapses,
        backtest=_backtest_lapses,
        first_step=_first_month,
    ),
)
