"""All targets on one page: past years, target, range, what the rule gives, worth, owner, first step."""

from dataclasses import replace

from csanalysis.catalogue import (
    METRICS,
    Language,
    Missing,
    explain_missing,
    format_period,
    format_value,
    text,
)
from csanalysis.chapters.goal import Goal, Steps
from csanalysis.chapters.plan.goals import GOALS, goals_of
from csanalysis.chapters.plan.reading import PLANNED, chosen_moves, first_working_day, goal_label
from csanalysis.chapters.satisfaction.tables import Names
from csanalysis.display.tables.cards import Key
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.display.tables.spark import sparkline_column
from csanalysis.metrics.results import Results
from csanalysis.params import Params


def headlines(results: Results, *, plan_year: int, language: Language) -> list[Key]:
    """The plan's key figures: the headline targets, what the moves bring, and what a point is worth."""
    calls = results.value("move_calls", plan_year, **PLANNED)
    written = format_value(calls, "count", language, decimals=0)
    return [
        *(
            Key(goal.metric(results), plan_year, against=(goal.actual, plan_year - 1))
            for goal in GOALS
            if goal.headline
        ),
        Key(
            "move_value",
            plan_year,
            group=PLANNED,
            label=text("plan.card_moves", language, count=len(chosen_moves(results, plan_year))),
            note=text("plan.card_note", language, calls=written),
        ),
        Key("retention_value", plan_year, group={"points": "1"}),
    ]


def targets(
    results: Results,
    *,
    params: Params,
    language: Language,
    names: Names | None = None,
    last: int = 3,
    id: str = "targets",
) -> ReportTable | Missing:
    """One row a goal: the last years, the target, a normal year, the rule, worth, owner and first step.

    Parameters
    ----------
    results : Results
        What :func:`csanalysis.chapters.plan.measure` gives.
    params : Params
        The year the targets are for, and how their rules are set.
    language : Language
        ``zh`` or ``en``.
    names : mapping, optional
        What survey items are called, by programme and item code.
    last : int
        How many past years to show.
    id : str
        Names the table.
    """
    numbers, plan_year, plan = ResultCells(results, language), params.plan_year, str(params.plan_year)
    goals = goals_of(results, plan_year=plan_year)
    known = [goal for goal in goals if numbers.get(goal.metric(results), plan, goal.group) is not None]
    if not known:
        return explain_missing([goal.target for goal in GOALS[:3]], results, language)
    years = [str(year) for year in range(plan_year - last, plan_year)]
    histories = [(goal.actual, goal.group) for goal in known]
    trend = sparkline_column(numbers, histories, kind="year", until=years[-1], language=language)
    columns = (
        Column("metric", text("group.target", language), "left"),
        *(Column(year, year) for year in years),
        *([trend[0]] if trend else []),
        Column("target", text("column.target", language, year=plan)),
        Column("normal", text("column.normal_year", language)),
        Column("rule", text("column.rule", language), "left"),
        Column("worth", text("column.worth", language)),
        Column("owner", text("column.owner", language), "left"),
        Column("first_action", text("column.first_action", language), "left"),
    )
    day = _short(first_working_day(params), language)

    def serving(target: str) -> list[str]:
        return chosen_moves(results, plan_year, serving=target)

    steps = Steps(results, plan_year, language, day, serving, names or {})
    rows = tuple(
        Row(
            (
                Cell(goal_label(goal, language), about=goal.target),
                *(numbers.cell(goal.actual, year, goal.group) for year in years),
                *([trend[1][place]] if trend else []),
                numbers.cell(goal.metric(results), plan, goal.group),
                numbers.interval(goal.range_metric, plan, goal.key),
                _ruled(numbers, goal, goal.rule_words(params, results, language), plan),
                numbers.cell("target_value", plan, goal.key),
                Cell(text(f"owner.{goal.owner}", language)),
                Cell(goal.first_step(steps, goal)),
            )
        )
        for place, goal in enumerate(known)
    )
    table = ReportTable(id, text("table.targets", language, year=plan), columns, rows)
    said = _said(results, plan, {goal.target for goal in known}, language)
    return table.with_note(*said, text("note.trend", language) if trend else None)


def _ruled(numbers: ResultCells, goal: Goal, rule: str, plan: str) -> Cell:
    """What the rule gives, and which one it is."""
    cell = numbers.cell(goal.target, plan, goal.group)
    return (
        replace(cell, text=cell.text + text("sign.brackets", numbers.language, inner=rule)) if rule else cell
    )


def _said(results: Results, plan: str, known: set[str], language: Language) -> list[str]:
    said = [text("plan.normal", language), text("plan.no_price", language)]
    if (revenue := results.value("revenue_per_vehicle", plan)) is not None:
        written = format_value(revenue, "amount", language)
        said.append(text("plan.revenue", language, amount=written))
        last = str(int(plan) - 1)
        if (measured := results.value("revenue_per_vehicle", last)) is not None and measured != revenue:
            told = {
                "year": format_period(last, language),
                "amount": format_value(measured, "amount", language),
            }
            said.append(text("plan.revenue_measured", language, **told))
    absent = [METRICS[goal.planned].label(language) for goal in GOALS if goal.target not in known]
    if absent:
        said.append(text("plan.absent", language, targets=text("sign.comma", language).join(absent)))
    return said


def _short(day: str, language: Language) -> str:
    """``1月5日``, ``5 Jan``: the plan's year is known."""
    return format_period(day, language).removeprefix(f"{day[:4]}年").removesuffix(f" {day[:4]}")
