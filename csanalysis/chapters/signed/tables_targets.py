"""Targets of the signed plan: three years, three levels, the rule's own number, what carries each."""

from dataclasses import replace

from csanalysis.catalogue import (
    UNDEFINED,
    Language,
    Missing,
    explain_missing,
    format_value,
    group_label,
    text,
)
from csanalysis.chapters.goal import Goal
from csanalysis.chapters.plan.goals import goals_of
from csanalysis.chapters.plan.reading import best_item, chosen_moves, goal_label
from csanalysis.chapters.signed.forms import EMPTY, head, sheet, whole, years_before
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable
from csanalysis.metrics.plan.plain_forecasts import RULE
from csanalysis.metrics.plan.target_levels import LEVELS
from csanalysis.metrics.results import Results

CHANCE = "target_level_chance"


def level_cell(numbers: ResultCells, goal: Goal, level: str, plan: str) -> Cell:
    """One level of a target as it is written; a dash where it is not set."""
    cell = numbers.cell(f"target_level_{goal.unit}", plan, {**goal.key, "level": level})
    return whole(cell, numbers.language) if cell.metric else Cell(UNDEFINED)


def known_goals(results: Results, plan_year: int) -> list[Goal]:
    """The goals of the plan year that have a target."""
    goals = goals_of(results, plan_year=plan_year)
    return [goal for goal in goals if results.value(goal.target, plan_year, **goal.group) is not None]


def carried_by(results: Results, goal: Goal, plan_year: int, language: Language) -> str:
    """The measures of the plan that bring a target nearer; said where none is known to."""
    moves = chosen_moves(results, plan_year, serving=goal.target)
    best = best_item(results, plan_year)
    if goal.group.get("programme") and best and best[0] == goal.group["programme"]:
        moves = [*moves, *(["weak_item"] if "weak_item" in chosen_moves(results, plan_year) else [])]
    if not moves:
        return text("signed.no_measure", language)
    return text("sign.comma", language).join(group_label("move", move, language) for move in moves)


def year_targets(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """One row a target.

    Parameters
    ----------
    results : Results
        Of all chapters.
    plan_year : int
        The year that is planned.
    language : Language
        ``zh`` or ``en``.
    """
    numbers, plan, years = ResultCells(results, language), str(plan_year), years_before(plan_year, 3)
    goals = known_goals(results, plan_year)
    if not goals:
        return explain_missing(["first_service_target"], results, language)
    stands = any(goal.reckoned(results, plan_year) for goal in goals)
    rows = []
    for goal in goals:
        cells = [Cell(goal_label(goal, language), about=goal.target)]
        cells += [whole(numbers.cell(goal.actual, year, goal.group), language) for year in years]
        for level in LEVELS:
            cells.append(level_cell(numbers, goal, level, plan))
            cells.append(_chance(numbers, CHANCE, plan, {**goal.key, "level": level}))
        shown, chance = (goal.metric(results), "target_chance") if stands else (goal.target, "rule_chance")
        cells.append(whole(numbers.cell(shown, plan, goal.group), language))
        cells.append(_chance(numbers, chance, plan, goal.key))
        cells.append(_error(numbers, goal, language))
        cells.append(Cell(carried_by(results, goal, plan_year, language)))
        rows.append(cells)
    columns = (
        head("target", language, "left"),
        *(Column(year, year) for year in years),
        *(column for name in (*LEVELS, "rule") for column in _pair(name, language)),
        head("error", language),
        head("carried", language, "left"),
    )
    last = text("signed.frozen" if stands else "signed.rule", language)
    labels = [group_label("level", level, language) for level in LEVELS]
    groups = [("", 4), *((label, 2) for label in labels), (last, 3), ("", 1)]
    note = text("signed.levels_note_frozen" if stands else "signed.levels_note", language)
    return sheet("targets", columns, rows, language, groups=groups, note=note, year=plan)


def _pair(name: str, language: Language) -> tuple[Column, Column]:
    value = Column(f"{name}.value", text("signed.column.level", language))
    return value, Column(f"{name}.chance", text("signed.column.chance", language))


def _error(numbers: ResultCells, goal: Goal, language: Language) -> Cell:
    """How far the rule was off in a year of the past, on average; empty where it was not tried."""
    tried = numbers.results.select(goal.error_metric, "span", "method", **goal.key)
    periods = tried.loc[tried["method"] == RULE, "period"]
    if periods.empty:
        return EMPTY
    return whole(
        numbers.cell(goal.error_metric, str(periods.iloc[0]), {"method": RULE, **goal.key}), language
    )


def _chance(numbers: ResultCells, metric: str, plan: str, group: dict[str, str]) -> Cell:
    """A chance in whole per cent."""
    cell = numbers.cell(metric, plan, group)
    if cell.value is None:
        return cell
    return replace(cell, text=format_value(cell.value, "percent", numbers.language, decimals=0))
