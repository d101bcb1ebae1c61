"""The goals of the year, in the plan's order; every subject declares its own."""

from collections.abc import Sequence
from dataclasses import replace

from csanalysis.chapters.churn import goals as churn
from csanalysis.chapters.first_service import goals as first_service
from csanalysis.chapters.goal import Goal
from csanalysis.chapters.information import goals as information
from csanalysis.chapters.satisfaction import goals as satisfaction
from csanalysis.chapters.upsell import goals as upsell
from csanalysis.metrics.results import Results

SUBJECTS = (first_service, churn, satisfaction, upsell, information)
GOALS: tuple[Goal, ...] = tuple(goal for subject in SUBJECTS for goal in subject.GOALS)


def goals_of(results: Results, *, plan_year: int, goals: Sequence[Goal] = GOALS) -> list[Goal]:
    """The goals whose targets the results hold, one for each value of their splits, in the plan's order."""
    found = []
    for goal in goals:
        rows = results.select(goal.target, None, *goal.by, period=str(plan_year), **goal.group)
        for split in rows[list(goal.by)].to_dict("records"):
            named = {str(name): str(value) for name, value in split.items()}
            found.append(replace(goal, by=(), group={**goal.group, **named}))
    return found


def goal_named(target: str) -> Goal | None:
    """The goal that sets ``target``; None if there is none, as for a plan frozen by another version."""
    return next((goal for goal in GOALS if goal.target == target), None)
