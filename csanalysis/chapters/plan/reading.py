"""What tables, figures and sentences of the plan read from its results: moves, rules tested, names."""

from typing import NamedTuple

import pandas as pd

from csanalysis.catalogue import Language, group_label, text
from csanalysis.chapters.goal import Goal
from csanalysis.chapters.plan.goals import goals_of
from csanalysis.chapters.work_lists import list_named
from csanalysis.display.lists.worklist import Move
from csanalysis.metrics.contacts.working_days import working_days
from csanalysis.metrics.results import Results
from csanalysis.params import Params

PLANNED = {"part": "planned"}
TOLD, MOSTLY = 0.1, 0.5
"""From which share of a list on inferred effects are told, and named beside their basis."""


class Tested(NamedTuple):
    """One rule of one goal that was tested, and whether it is the one in use."""

    goal: Goal
    rule: str
    in_use: bool

    @property
    def group(self) -> dict[str, str]:
        """Under which its numbers stand."""
        return {"rule": self.rule, **self.goal.key}


def goal_label(goal: Goal, language: Language) -> str:
    """``首保``, ``销售满意度得分``: a goal in as few letters as will do."""
    measure = group_label("target", goal.target, language)
    if not goal.group:
        return measure
    split = text("sign.comma", language).join(
        group_label(name, value, language) for name, value in goal.group.items()
    )
    return text("plan.goal", language, split=split, measure=measure)


def tested_rules(results: Results, params: Params) -> list[Tested]:
    """The rules with a back-test, goal by goal, each goal's rule in use first."""
    found = []
    for goal in goals_of(results, plan_year=params.plan_year):
        rows = results.select("rule_met_share", "span", "rule", **goal.key)
        names = list(rows["rule"])
        used = goal.rule_in_use(params) if goal.rule_in_use else next(iter(names), "")
        found += [Tested(goal, rule, rule == used) for rule in sorted(names, key=lambda name: name != used)]
    return found


def tested_label(results: Results, tested: Tested, params: Params, language: Language) -> str:
    """What a tested rule is called."""
    if tested.rule == tested.goal.own_rule:
        return tested.goal.rule(params, results, tested.goal, language)
    return group_label("rule", tested.rule, language)


def met_years(results: Results, tested: Tested) -> tuple[str, int, int]:
    """The span of years tested, in how many of them the rule was met, and how many there are."""
    row = results.select("rule_met_share", "span", **tested.group).iloc[0]
    return str(row["period"]), int(row["numerator"]), int(row["denominator"])


def chosen_moves(results: Results, plan_year: int, *, serving: str | None = None) -> list[str]:
    """The moves of the plan, the most valuable first; of all, or of those that bring a target nearer."""
    rows = results.select("move_rank", "year", "move", period=str(plan_year))
    chosen = [str(move) for move in rows.sort_values("value")["move"]]
    return chosen if serving is None else [name for name in chosen if _move(name).serves == serving]


def outcome_of(move: str) -> str:
    """What working a case of a move is to bring about, a key under ``plan.outcome``."""
    return _move(move).outcome


def _move(name: str) -> Move:
    listed = list_named(name)
    return Move() if listed is None or listed.move is None else listed.move


def basis_of(results: Results, plan_year: int, move: str) -> str:
    """Where a move's effect comes from."""
    rows = results.select("move_effect", "year", "basis", period=str(plan_year), move=move)
    return str(rows["basis"].iloc[0])


def inferred_share(results: Results, plan_year: int, move: str) -> float:
    """Of a move's list the share whose effect is taken from calls to others; 0 where none is."""
    return results.value("move_inferred_share", plan_year, move=move) or 0.0


def basis_label(results: Results, plan_year: int, move: str, language: Language) -> str:
    """Where a move's effect comes from, in words; said too where most of it is taken from calls to others."""
    label = group_label("basis", basis_of(results, plan_year, move), language)
    mostly = inferred_share(results, plan_year, move) > MOSTLY
    return text("plan.inferred_basis", language, basis=label) if mostly else label


def best_item(results: Results, plan_year: int) -> tuple[str, str] | None:
    """Programme and code of the survey item that pays most once it is level with the region."""
    gains = results.select("item_rebate_gain", None, "programme", "item_code", period=str(plan_year))
    gains = gains[gains["value"] > 0].sort_values("value", ascending=False, kind="stable")
    return None if gains.empty else (str(gains["programme"].iloc[0]), str(gains["item_code"].iloc[0]))


def first_working_day(params: Params) -> str:
    """The plan year's first working day, as a date label."""
    before = pd.Timestamp(params.plan_year - 1, 12, 31)
    return f"{working_days(before, before + pd.Timedelta(days=31), country=params.calls.country)[0]:%Y-%m-%d}"
