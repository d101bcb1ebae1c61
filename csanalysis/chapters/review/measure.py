"""The monthly review: the year so far against the frozen plan, what is wrong, and what was done about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from csanalysis.chapters import satisfaction
from csanalysis.chapters.review.calls import measure_calls
from csanalysis.chapters.review.frozen_plan import measured
from csanalysis.chapters.review.lapses import carer_column, month_lapses
from csanalysis.chapters.review.month import refuse_half_a_month
from csanalysis.chapters.review.plan_model import FrozenGoal, FrozenPlan
from csanalysis.ingest import known_by
from csanalysis.metrics.campaigns.campaign_month import campaigns_of_month
from csanalysis.metrics.contacts import contacts as contact_metrics
from csanalysis.metrics.periods import month_labels, months_of, shift_month
from csanalysis.metrics.plan.goal_review import ALARMS, Course, goal_review
from csanalysis.metrics.plan.target_course import target_course
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.surveys.rectification import action_effects, action_states, rectification_actions
from csanalysis.params import Params

STATES = ("on_track", "ahead", "off_track", "unknown")
STANDINGS = ("on_plan", "watch", "alarm")
"""What :data:`review_standing` counts from 0."""

EFFECT_MONTHS = 3
"""Actions that ended in this many months up to the review are looked at again: what one brings shows late."""

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Review:
    """One month's review: the dealership as of the month's end, its plan, its numbers, item names.

    ``carer`` is what the store's visits name, ``team`` or else ``advisor``; None where they name neither.
    """

    month: str
    params: Params
    tables: Tables
    plan: FrozenPlan
    results: Results
    names: Mapping[str, Mapping[str, str]]
    carer: str | None

    @property
    def goals(self) -> tuple[FrozenGoal, ...]:
        """The plan's goals, in its order."""
        return self.plan.goals

    @property
    def done_lately(self) -> pd.DataFrame | None:
        """Actions that ended in the months looked back at; None where the store has none at all."""
        return _done_lately(self.tables, self.month)


def prepare(params: Params, tables: Tables, plan: FrozenPlan, *, month: str) -> Review:
    """The review of one month.

    Parameters
    ----------
    params, tables
        The dealership's; rows and events after the month are left out.
    plan : FrozenPlan
        What was promised.
    month : str
        A month of the plan year, such as ``2026-03``.

    Returns
    -------
    Review
        Its results hold the goals' reviews, lapses by team, alerts, actions, campaigns and contacts.

    Raises
    ------
    PlanError
        The month's data end before it does (:func:`.month.refuse_half_a_month`).
    """
    period = pd.Period(month, freq="M")
    as_of = period.end_time.normalize()
    refuse_half_a_month(tables["service_visits"]["visit_date"], month=month)
    then = params.model_copy(update={"as_of": as_of.date()})
    known = {name: known_by(name, frame, as_of.date()) for name, frame in tables.items()}
    found = measured(then, known)
    parts: dict[str, list[pd.DataFrame]] = {}
    for goal in plan.goals:
        courses = [_course(goal, found, plan.plan_year, month) for month in range(1, period.month + 1)]
        reviewed = goal_review(courses[-1], year=period.year, month=period.month, key=goal.key)
        reviewed["target_course"] = target_course(courses, year=period.year, key=goal.key)
        for metric, frame in reviewed.items():
            parts.setdefault(metric, []).append(frame)
    carer = carer_column(known["service_visits"], as_of)
    results = Results(parts)
    results += _restated(plan, results, period.year)
    results += _alerts(plan, results, month)
    results += _states(plan, results, month)
    results += month_lapses(then, known, carer, month)
    results += _actions(then, known, month) + _campaigns(known, month) + _contacts(known, as_of, month)
    results += measure_calls(then, known, month=month)
    return Review(month, then, known, plan, results, satisfaction.names(known), carer)


def alerts(results: Results) -> list[dict[str, Any]]:
    """The alerts that stand: ``goal``, its split, and ``alert``, in the plan's order."""
    return [row.group for row in results.rows("review_alert") if row.value == 1]


def state(results: Results, goal: FrozenGoal, year: int) -> str:
    """``on_track``, ``ahead`` or ``off_track`` by the forecast's interval; ``unknown`` without one."""
    rows = results.select("year_end_forecast", None, period=str(year), **goal.key)
    if rows.empty or rows[["low", "high"]].iloc[0].isna().any():
        return "unknown"
    low, high = rows[["low", "high"]].iloc[0]
    below, above = high < goal.aim, low > goal.aim
    if not (below or above):
        return "on_track"
    return "off_track" if below == (goal.better == "higher") else "ahead"


def _course(goal: FrozenGoal, found: Results, year: int, month: int) -> Course:
    rows = found.select(goal.measured, "month", **goal.group).drop_duplicates("period").set_index("period")
    rows = rows.reindex(months_of(year))
    later = np.arange(12) >= month
    actual = np.where(later, np.nan, rows["value"].to_numpy(float))
    expected = np.full(12, np.nan) if goal.volume is None else np.array(goal.volume, float)
    sizes = np.where(np.isnan(actual), expected, rows["denominator"].to_numpy(float))
    return Course(
        kind=goal.kind,
        better=goal.better,
        aim=goal.aim,
        plan=np.array(goal.months, float),
        actual=actual,
        hits=rows["numerator"].to_numpy(float),
        sizes=sizes,
        sigma=np.nan if goal.sigma is None else goal.sigma,
        years=len(goal.history),
        lowest=goal.lowest,
        likeness=goal.likeness,
        change=goal.change,
    )


def _restated(plan: FrozenPlan, results: Results, year: int) -> Results:
    """Forecasts of what stands in for a goal's measure, turned back into the measure, with its target."""
    frames: dict[str, pd.DataFrame] = {}
    for goal in plan.goals:
        if goal.stand_in is not None:
            forecast = results.select("year_end_forecast", None, period=str(year), **goal.key).iloc[0]
            frames |= goal.stand_in.restated(year, goal.year, goal.aim, forecast)
    return Results(frames)


def standing(results: Results, goal: FrozenGoal, month: str) -> str:
    """``on_plan``, ``watch``, ``alarm``, or ``unknown`` without limits to tell it by."""
    value = results.value("review_standing", month, **goal.key)
    return "unknown" if value is None else STANDINGS[int(value)]


def _alerts(plan: FrozenPlan, results: Results, month: str) -> Results:
    """1 where a month, or the year to date, is worse than plan beyond its control limits."""
    rows = []
    for goal in plan.goals:
        signals = results.select("review_signal", None, "rule", period=month, **goal.key)
        signals = signals[signals["rule"].isin(ALARMS)]
        rows += [
            tidy([month], value=np.nan if np.isnan(value) else float(value == 1), alert=str(rule), **goal.key)
            for rule, value in zip(signals["rule"], signals["value"], strict=True)
        ]
    return Results({"review_alert": rows})


def _states(plan: FrozenPlan, results: Results, month: str) -> Results:
    states = [state(results, goal, plan.plan_year) for goal in plan.goals]
    counts = [float(states.count(name)) for name in STATES]
    by_state = tidy([month] * len(STATES), value=counts, state=STATES)
    stand = [standing(results, goal, month) for goal in plan.goals]
    alarmed = {tuple(sorted((k, v) for k, v in each.items() if k != "alert")) for each in alerts(results)}
    return Results(
        {
            "review_goals": [tidy([month], value=float(len(states))), by_state],
            "review_goals_alarmed": tidy([month], value=float(len(alarmed))),
            "review_goals_watched": tidy([month], value=float(stand.count("watch"))),
            "review_goals_on_plan": tidy([month], value=float(stand.count("on_plan"))),
        }
    )


def _done_lately(tables: Tables, month: str) -> pd.DataFrame | None:
    actions = tables.get("actions")
    if actions is None:
        return None
    first = pd.Period(shift_month(month, 1 - EFFECT_MONTHS), freq="M").start_time
    return actions[actions["done_date"] >= first].reset_index(drop=True)


def _actions(params: Params, tables: Tables, month: str) -> Results:
    done = _done_lately(tables, month)
    if done is None:
        return Results()
    as_of = pd.Timestamp(params.as_of)
    actions = tables["actions"]
    states = action_states(actions, as_of=as_of)
    ended = actions["done_date"].dt.to_period("M").astype("str") == month
    late = actions["done_date"].isna() & (states == "overdue")
    counts = [float(ended.sum()), float(late.sum())]
    effects = action_effects(
        done,
        satisfaction.surveys(tables).responses,
        as_of=as_of,
        min_responses=params.satisfaction.min_responses,
    )
    return Results(
        {
            "rectification_actions": rectification_actions(actions, as_of=as_of),
            "review_actions": tidy([month] * 2, value=counts, progress=["done", "overdue"]),
            **effects,
        }
    )


def _campaigns(tables: Tables, month: str) -> Results:
    campaigns = tables.get("campaigns")
    return Results() if campaigns is None else Results(campaigns_of_month(campaigns, month=month))


def _contacts(tables: Tables, as_of: pd.Timestamp, month: str) -> Results:
    """Contacts of the month, the month before, and the same month a year before."""
    made = tables.get("contacts")
    if made is None:
        return Results()
    wanted = {month, shift_month(month, -1), shift_month(month, -12)}
    recent = made[month_labels(made["contact_date"]).isin(wanted)]
    frames: dict[str, list[pd.DataFrame]] = {}
    for metric, function in (
        ("contacts_made", contact_metrics.contacts_made),
        ("reached_rate", contact_metrics.reached_rate),
    ):
        for by in (None, "purpose"):
            frame = function(recent, as_of=as_of, by=by)
            frames.setdefault(metric, []).append(frame[frame["period"].isin(wanted)])
    return Results(frames)
