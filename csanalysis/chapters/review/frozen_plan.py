"""Freeze the plan: every goal of the year with its months, and what a normal month may differ from them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import csanalysis
from csanalysis.catalogue import METRICS
from csanalysis.chapters import churn, first_service, information, satisfaction, upsell
from csanalysis.chapters.goal import Better, Goal
from csanalysis.chapters.plan.goals import goals_of
from csanalysis.chapters.review.plan_model import FrozenGoal, FrozenPlan, LastYear
from csanalysis.chapters.simulation.aims import outlook, planned_targets
from csanalysis.errors import PlanError
from csanalysis.messages import Message
from csanalysis.metrics.first_service.targets import largest_remainder
from csanalysis.metrics.periods import complete_years, months_of
from csanalysis.metrics.plan.control_chart import Kind, SeasonalPattern, past_years, seasonal_pattern
from csanalysis.metrics.results import Results
from csanalysis.params import Params

RULES = (
    "unit", "first_service", "churn", "lifecycle", "satisfaction", "upsell", "value", "service_interval",
    "contacts",
)  # fmt: skip
"""The sections of the params that made the targets."""


def measured(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """Every number that a goal is made of or held against, as known at ``as_of``."""
    return (
        first_service.measure(params, tables)
        + churn.measure(params, tables)
        + satisfaction.score_results(params, tables)
        + upsell.measure(params, tables)
        + information.measure_plan(params, tables)
        + churn.measure_returned(params, tables)
    )


def frozen_plan(
    params: Params,
    tables: Mapping[str, pd.DataFrame],
    *,
    inputs: list[dict[str, Any]],
    params_sha256: str,
    frozen: str,
) -> FrozenPlan:
    """The plan of a dealership as its targets stand.

    Parameters
    ----------
    params, tables
        The dealership's, cut at ``as_of``.
    inputs : list of dict
        Fingerprints of the files read.
    params_sha256 : str
        Fingerprint of the params file.
    frozen : str
        ISO time.

    Raises
    ------
    PlanError
        Less than a complete year of history, or no target could be set.
    """
    years = complete_years(tables["service_visits"]["visit_date"], as_of=pd.Timestamp(params.as_of))
    if not [year for year in years if year < params.plan_year]:
        dates = tables["service_visits"]["visit_date"]
        raise PlanError(
            Message(
                "history shorter than a year: visits run from {first:%Y-%m-%d} to {last:%Y-%m-%d}, and a "
                "plan needs one complete calendar year before {year}; export older repair orders",
                "历史数据不足一年：进厂记录从 {first:%Y-%m-%d} 到 {last:%Y-%m-%d}，"
                "而计划需要 {year} 年之前一个完整的自然年；请导出更早的工单",
                first=dates.min(),
                last=dates.max(),
                year=params.plan_year,
            )
        )
    results = measured(params, tables)
    results += planned_targets(params, results, outlook(params, tables, results))
    found = [
        _frozen(goal, results, params.plan_year) for goal in goals_of(results, plan_year=params.plan_year)
    ]
    goals = tuple(goal for goal in found if goal is not None)
    if not goals:
        raise PlanError(
            Message(
                "no target of {year} could be set, so there is nothing to freeze; "
                "'csanalysis run' tells which table each one needs",
                "{year} 年没有一个目标能够定出，无法冻结；“csanalysis run”的报告会说明各目标需要哪张表",
                year=params.plan_year,
            )
        )
    return FrozenPlan(
        schema_version=1,
        dealership=params.dealership.id,
        name=params.dealership.title,
        language=params.language,
        plan_year=params.plan_year,
        as_of=params.as_of,
        frozen=frozen,
        version=csanalysis.__version__,
        rules={name: params.model_dump(mode="json")[name] for name in RULES},
        goals=goals,
        inputs=tuple(inputs),
        params_sha256=params_sha256,
    )


def _frozen(goal: Goal, results: Results, plan_year: int) -> FrozenGoal | None:
    """The goal with its months; None where it has no target, or nothing to spread it over the year by."""
    target = results.value(goal.metric(results), plan_year, **goal.group)
    if target is None:
        return None
    measure, better, kind, total = _followed(goal, results, target, plan_year)
    months = results.select(measure, "month", **goal.group)
    known = seasonal_pattern(months, kind=kind, years=past_years(months, before=plan_year))
    if kind == "count" and total is None:
        return None
    rows = results.select(goal.metric(results), "month", **goal.group)
    own = rows.set_index("period")["value"].reindex(months_of(plan_year))
    season = tuple(number + 0.0 for number in known.seasonality)  # no -0.0 in the file
    return FrozenGoal(
        target=goal.target,
        actual=goal.actual,
        measured=measure,
        owner=goal.owner,
        better=better,
        group=dict(goal.group),
        kind=kind,
        year=target,
        total=total,
        months=tuple(own.tolist()) if own.notna().all() else _spread(known, target, total),
        seasonality=season,
        sigma=_number(known.sigma),
        volume=_volume(months, plan_year) if kind == "share" else None,
        history=tuple(past_years(months, before=plan_year)),
        last_year=_last_year(results, goal, months, plan_year),
        likeness=known.likeness,
        change=known.change,
    )


class _Followed(NamedTuple):
    """The measure to follow month by month, its better side and kind, and what a count adds up to."""

    measure: str
    better: Better
    kind: Kind
    total: float | None


def _followed(goal: Goal, results: Results, target: float, plan_year: int) -> _Followed:
    """What is followed of a goal: its own measure, or the count that stands in for it."""
    if (stand_in := goal.followed) is not None:
        total = stand_in.total(results, target, plan_year)
        return _Followed(stand_in.measure, stand_in.better, "count", total)
    if goal.kind == "sum":
        return _Followed(goal.actual, goal.better, "count", target)
    kind: Kind = "share" if METRICS[goal.actual].format == "percent" else "score"
    return _Followed(goal.actual, goal.better, kind, None)


def _spread(known: SeasonalPattern, target: float, total: float | None) -> tuple[float, ...]:
    """A year's target over its months by their season; counts in whole numbers that add up."""
    if known.kind == "count" and total is not None:
        return tuple(largest_remainder(total, known.seasonality).tolist())
    months = target + np.array(known.seasonality)
    return tuple(
        float(number) + 0.0 for number in (np.clip(months, 0, 1) if known.kind == "share" else months)
    )


def _volume(months: pd.DataFrame, plan_year: int) -> tuple[float, ...]:
    """Trials of each month of the year before; of a month without any, the mean of the others."""
    size = months.set_index("period")["denominator"].reindex(months_of(plan_year - 1))
    return tuple(size.fillna(size.mean()).fillna(0.0).astype(float).tolist())


def _last_year(results: Results, goal: Goal, months: pd.DataFrame, plan_year: int) -> LastYear:
    by_month = months.set_index("period")["value"].reindex(months_of(plan_year - 1))
    return LastYear(
        year=plan_year - 1,
        value=results.value(goal.actual, plan_year - 1, **goal.group),
        months=tuple(_number(value) for value in by_month),
    )


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
