"""The goals of the year: which target is held against which measure, and who answers for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from csanalysis.metrics.results import Results


@dataclass(frozen=True)
class Goal:
    """One line of the plan: ``target`` is set for the plan year, ``actual`` is what past periods gave.

    ``owner`` is a key under ``owner`` in the catalogue's texts: the role that answers for it. ``kind`` tells
    how months make a year: ``sum`` (counts add up) or ``level`` (a rate or score). ``better`` is the side of
    the target on which the goal is met. ``by`` names the splits of which each value is a goal of its own;
    ``group`` is one of those values, once :func:`goals_of` has resolved them.
    """

    target: str
    actual: str
    owner: str
    kind: Literal["sum", "level"] = "level"
    better: Literal["higher", "lower"] = "higher"
    by: tuple[str, ...] = ()
    group: Mapping[str, str] = field(default_factory=dict)


GOALS = (
    Goal("first_service_target", "first_service_visits", "customer_service", kind="sum"),
    Goal("churn_rate_target", "annual_churn_rate", "service", better="lower"),
    Goal("monthly_churn_ceiling", "lapsed_vehicles", "service", kind="sum", better="lower"),
    Goal("programme_score_target", "programme_score", "customer_service", by=("programme",)),
    Goal("programme_rank_target", "programme_rank", "customer_service", better="lower", by=("programme",)),
    Goal("upsell_success_target", "upsell_success_rate", "service"),
    Goal("record_accuracy_target", "record_accuracy_rate", "customer_service"),
    Goal("late_entry_target", "late_entry_rate", "customer_service", better="lower"),
)


def goals_of(results: Results, *, plan_year: int, goals: Sequence[Goal] = GOALS) -> list[Goal]:
    """The goals whose targets the results hold, one for each value of their splits, in the plan's order."""
    found = []
    for goal in goals:
        rows = results.select(goal.target, None, *goal.by, period=str(plan_year), **goal.group)
        for split in rows[list(goal.by)].to_dict("records"):
            named = {str(name): str(value) for name, value in split.items()}
            found.append(replace(goal, by=(), group={**goal.group, **named}))
    return found
