"""What the signed plan shows: the numbers of the other chapters, and the few that none of them publishes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from csanalysis.chapters.customer_base.lists import given_to_a_team
from csanalysis.chapters.plan.goals import goal_named
from csanalysis.chapters.process.budgets import budget_at
from csanalysis.chapters.review.plan_model import FrozenGoal, parse_plan
from csanalysis.chapters.signed.losses import losses, score_losses
from csanalysis.chapters.signed.people import callers
from csanalysis.metrics.campaigns.draft_year import draft_budget
from csanalysis.metrics.results import Results, tidy
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def measure(params: Params, tables: Tables, results: Results, *, plan: str | None = None) -> Results:
    """The chapter's own numbers.

    Parameters
    ----------
    params : Params
        Plan year and calendar.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``.
    results : Results
        The numbers of all other chapters.
    plan : str, optional
        The file in which last year's plan was frozen; None where there is none.

    Returns
    -------
    Results
        ``callers_there``; ``allocated_vehicles`` by team and class; ``shortfall_cases`` and
        ``shortfall_score`` of who lies behind the store beyond chance; ``planned_before_*`` of a frozen
        plan; ``incentive_budget`` at the plan's scores; for a store without a calendar ``draft_budget`` from
        last year's campaigns.
    """
    frames: dict[str, list[pd.DataFrame]] = {"allocated_vehicles": _allocated(params, tables)}
    if names := callers(params, tables):
        frames["callers_there"] = [tidy([str(params.plan_year)], value=[len(names)])]
    frames["incentive_budget"] = _pay(params, tables, results)
    frames["shortfall_cases"] = losses(results, plan_year=params.plan_year)
    frames["shortfall_score"] = score_losses(results, plan_year=params.plan_year)
    for goal in [] if plan is None else _frozen(params, plan):
        frames.setdefault(f"planned_before_{_unit(goal)}", []).append(
            tidy([str(params.plan_year - 1)], value=[goal.year], target=goal.target, **goal.group)
        )
    if not params.calendar and (held := tables.get("campaigns")) is not None:
        frames["draft_budget"] = draft_budget(held, plan_year=params.plan_year)
    return Results(frames)


def _pay(params: Params, tables: Tables, results: Results) -> list[pd.DataFrame]:
    """What the bands cost where the scores are those that the plan asks for."""
    planned = results.select("programme_score_planned", "year", "programme", period=str(params.plan_year))
    if planned.empty or not params.satisfaction.incentives or "staff" not in tables:
        return []
    asked = dict(zip(planned["programme"], planned["value"], strict=True))
    return budget_at(params, tables, asked, scenario="plan")


def _frozen(params: Params, plan: str) -> Sequence[FrozenGoal]:
    """The targets that were frozen for last year."""
    path = Path(plan)
    return parse_plan(
        path.read_text(encoding="utf-8"),
        place=path.name,
        dealership=params.dealership.id,
        plan_year=params.plan_year - 1,
    ).goals


def _unit(goal: FrozenGoal) -> str:
    """What a frozen target is counted in; one that is no goal any more is a rate."""
    known = goal_named(goal.target)
    return "rate" if known is None else known.unit


def _allocated(params: Params, tables: Tables) -> list[pd.DataFrame]:
    """Vehicles of each class that each team looks after, once all are given to one."""
    given, day = given_to_a_team(params, tables), params.as_of.isoformat()
    if given.empty:
        return []
    counts = given.groupby(["team", "visit_class"]).size().reset_index(name="vehicles")
    classes, teams = given["visit_class"].value_counts(), given["team"].value_counts()
    return [
        tidy(
            [day] * len(counts),
            value=counts["vehicles"],
            team=counts["team"],
            visit_class=counts["visit_class"],
        ),
        tidy([day] * len(classes), value=classes.to_numpy(), visit_class=classes.index),
        tidy([day] * len(teams), value=teams.to_numpy(), team=teams.index),
        tidy([day], value=[len(given)]),
    ]
