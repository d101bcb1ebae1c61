"""What tables, figures and sentences of the plan read from its results: moves, rules tested, names."""

from typing import NamedTuple

import pandas as pd

from csanalysis.catalogue import Language, format_value, group_label, text
from csanalysis.chapters.goal import Goal, goals_of
from csanalysis.chapters.work_lists import named
from csanalysis.display.lists.worklist import Move
from csanalysis.metrics.results import Results

KINDS = {
    "first_service_target": "count",
    "monthly_churn_ceiling": "count",
    "programme_rank_target": "count",
    "programme_score_target": "score",
}
"""What a target is counted in, where it is no share; ranges and back-tests are kept apart by it."""

PLANNED = {"part": "planned"}

FIRST_DAY = 4
"""New Year's holidays are over by the fourth of January."""


class Rules(NamedTuple):
    """The settings of the params that the rules are named with."""

    churn: str = "not_above_average"
    uplift: float = 0.0


DEFAULT_RULES = Rules()
"""Those of the params' defaults."""


class Tested(NamedTuple):
    """One rule of one goal that was tested, and whether it is the one in use."""

    goal: Goal
    rule: str
    in_use: bool

    @property
    def group(self) -> dict[str, str]:
        """Under which its numbers stand."""
        return {"target": self.goal.target, "rule": self.rule, **self.goal.group}

    @property
    def metric(self) -> str:
        """Its back-test."""
        return f"rule_backtest_{kind_of(self.goal.target)}"


def kind_of(target: str) -> str:
    """``rate``, ``count`` or ``score``: the end of the names of a target's range and back-test."""
    return KINDS.get(target, "rate")


def goal_label(goal: Goal, language: Language) -> str:
    """``首保``, ``销售满意度得分``: a goal in as few letters as will do."""
    measure = group_label("target", goal.target, language)
    if not goal.group:
        return measure
    programme = group_label("programme", goal.group["programme"], language)
    return text("plan.goal", language, programme=programme, measure=measure)


def rule_words(results: Results, goal: Goal, plan_year: int, rules: Rules, language: Language) -> str:
    """The rule behind a target, in few words."""
    if goal.target == "churn_rate_target":
        return group_label("rule", rules.churn, language)
    if goal.target == "programme_score_target":
        value = results.value(goal.target, plan_year, **goal.group)
        by_rule = results.select(goal.target, None, "rule", period=str(plan_year), **goal.group)
        named = by_rule.loc[(by_rule["value"] - (value or 0.0)).abs() < 1e-9, "rule"]
        return group_label("rule", named.iloc[0], language) if len(named) else ""
    if goal.target == "first_service_target" and rules.uplift:
        uplift = format_value(rules.uplift, "percent", language, decimals=0)
        return text("plan.rule.first_service_uplifted", language, uplift=uplift)
    return text(f"plan.rule.{goal.target}", language)


def tested_rules(results: Results, *, plan_year: int, rules: Rules) -> list[Tested]:
    """The rules with a back-test, goal by goal, each goal's rule in use first."""
    found = []
    for goal in goals_of(results, plan_year=plan_year):
        rows = results.select("rule_met_share", "span", "rule", target=goal.target, **goal.group)
        names = list(rows["rule"])
        usual = {"churn_rate_target": rules.churn, "programme_score_target": "in_use"}
        used = usual.get(goal.target, names[0] if names else "")
        found += [Tested(goal, rule, rule == used) for rule in sorted(names, key=lambda name: name != used)]
    return found


def tested_label(results: Results, tested: Tested, plan_year: int, rules: Rules, language: Language) -> str:
    """What a tested rule is called; the rule of a score is the params' choice, not one of its parts."""
    if tested.rule == "return_rate" or (tested.rule == "in_use" and "score" not in tested.goal.target):
        return rule_words(results, tested.goal, plan_year, rules, language)
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
    listed = named(name)
    return Move() if listed is None or listed.move is None else listed.move


def basis_of(results: Results, plan_year: int, move: str) -> str:
    """Where a move's effect comes from."""
    rows = results.select("move_effect", "year", "basis", period=str(plan_year), move=move)
    return str(rows["basis"].iloc[0])


def best_item(results: Results, plan_year: int) -> tuple[str, str] | None:
    """Programme and code of the survey item that pays most once it is level with the region."""
    gains = results.select("item_rebate_gain", None, "programme", "item_code", period=str(plan_year))
    gains = gains[gains["value"] > 0].sort_values("value", ascending=False, kind="stable")
    return None if gains.empty else (str(gains["programme"].iloc[0]), str(gains["item_code"].iloc[0]))


def first_working_day(year: int) -> str:
    """The first weekday after the New Year's holidays, as a date label."""
    return f"{pd.bdate_range(f'{year}-01-{FIRST_DAY:02d}', periods=1)[0]:%Y-%m-%d}"
