"""The moves of the year, and the target rules tested on past years."""

from dataclasses import replace
from typing import Literal

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, format_value, group_label, text
from csanalysis.chapters.plan.reading import (
    PLANNED,
    basis_label,
    basis_of,
    chosen_moves,
    goal_label,
    met_years,
    tested_label,
    tested_rules,
)
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, HeaderGroup, ReportTable, Row
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.proof import HISTORY
from csanalysis.params import Params

_MET: tuple[Literal["numerator", "denominator"], ...] = ("numerator", "denominator")


def moves(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """The chosen moves: cases, calls a month, what working a case changes, and what it all brings.

    Parameters
    ----------
    results : Results
        What :func:`csanalysis.chapters.plan.measure` gives.
    plan_year : int
        The year of the plan.
    language : Language
        ``zh`` or ``en``.
    """
    numbers, plan, names = ResultCells(results, language), str(plan_year), chosen_moves(results, plan_year)
    if not names:
        return explain_missing(["move_value"], results, language)
    columns = (
        Column("rank", METRICS["move_rank"].label(language), "center"),
        Column("move", text("column.move", language), "left"),
        Column("cases", text("column.cases_planned", language)),
        Column("calls", text("column.calls_year", language)),
        Column("chance", text("column.chance_gained", language)),
        Column("success", text("column.success", language)),
        Column("worth", text("column.worth", language)),
        Column("range", text("column.worth_range", language)),
        Column("basis", text("column.basis", language), "left"),
    )
    rows = []
    for move in names:
        group = {"move": move, **PLANNED}
        basis = basis_of(results, plan_year, move)
        called = move != "weak_item"
        cells = (
            numbers.cell("move_rank", plan, {"move": move}),
            Cell(group_label("move", move, language)),
            numbers.cell("move_cases", plan, group) if called else Cell(""),
            _whole(numbers.cell("move_calls", plan, group), language),
            numbers.cell("move_effect", plan, {"move": move, "basis": basis}) if called else Cell(""),
            numbers.cell("move_amount", plan, {"move": move}) if called else Cell(""),
            _bounded(numbers.cell("move_value", plan, group), basis, language),
            numbers.interval("move_value", plan, group),
            Cell(basis_label(results, plan_year, move, language)),
        )
        rows.append(Row(cells))
    total = [Cell("")] * len(columns)
    total[1] = Cell(text("column.sum", language))
    total[3] = _whole(numbers.cell("move_calls", plan, PLANNED), language)
    total[6] = numbers.cell("move_value", plan, PLANNED)
    caption = text("table.moves" if len(names) == 5 else "table.moves_few", language, year=plan)
    table = ReportTable("moves", caption, columns, (*rows, Row(tuple(total), "total")))
    return table.with_note(_capacity(results, plan_year, language), text("plan.moves_note", language))


def _bounded(cell: Cell, basis: str, language: Language) -> Cell:
    """An upper bound is called one."""
    return replace(cell, text=text("plan.at_most", language, value=cell.text)) if basis == HISTORY else cell


def _whole(cell: Cell, language: Language) -> Cell:
    """Calls are shown as whole numbers."""
    return replace(cell, text=format_value(cell.value, "count", language, decimals=0))


def _capacity(results: Results, plan_year: int, language: Language) -> str:
    """How many calls there are and what they are for."""
    spoken = {
        name: format_value(results.value(metric, plan_year, **group), "count", language, decimals=0)
        for name, metric, group in (
            ("possible", "calls_possible", {}),
            ("planned", "calls_planned", {}),
            ("duties", "calls_planned", {"use": "duties"}),
            ("choice", "calls_planned", {"use": "choice"}),
        )
    }
    return text("plan.capacity_note", language, **spoken)


def rules_tested(
    results: Results, *, params: Params, language: Language, last: int = 3
) -> ReportTable | Missing:
    """For each rule what it would have set in the last years, what came, and how often it was met.

    Parameters
    ----------
    results : Results
        What :func:`csanalysis.chapters.plan.measure` gives.
    params : Params
        The plan year, and which rules are in use.
    language : Language
        ``zh`` or ``en``.
    last : int
        How many past years to show; all that were tested count.
    """
    numbers = ResultCells(results, language)
    tested = tested_rules(results, params)
    if not tested:
        return explain_missing(["rule_met_share"], results, language)
    years = [str(year) for year in range(params.plan_year - last, params.plan_year)]
    head = (
        Column("target", text("group.target", language), "left"),
        Column("rule", text("column.rule", language), "left"),
    )
    pair = (("set", text("column.set", language)), ("came", text("column.came", language)))
    columns = (
        *head,
        *(Column(f"{year}.{key}", label) for year in years for key, label in pair),
        Column("met", text("column.met", language)),
        Column("tested", text("column.tested", language)),
    )
    groups = (HeaderGroup("", 2), *(HeaderGroup(year, 2) for year in years), HeaderGroup("", 2))
    rows = []
    for each in tested:
        span, _, _ = met_years(results, each)
        cells = [
            Cell(goal_label(each.goal, language) if each.in_use else ""),
            Cell(tested_label(results, each, params, language)),
        ]
        for year in years:
            set_ = numbers.cell(each.goal.backtest_metric, year, each.group)
            came = numbers.cell(each.goal.actual, year, each.goal.group)
            cells += [set_, came if set_.metric and each.in_use else Cell("")]
        cells += [numbers.cell("rule_met_share", span, each.group, part) for part in _MET]
        rows.append(Row(tuple(cells), "body" if each.in_use else "muted"))
    caption = text("table.rule_backtests", language)
    return ReportTable("rule_backtests", caption, columns, tuple(rows), None, groups)
