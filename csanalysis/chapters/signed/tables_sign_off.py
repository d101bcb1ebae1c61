"""The sheet that is signed: last year in five numbers, targets, measures, means, decisions and signatures."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from csanalysis.catalogue import Language, Missing, explain_missing, format_value, group_label, text
from csanalysis.chapters.plan.reading import (
    PLANNED,
    basis_label,
    basis_of,
    best_item,
    chosen_moves,
    goal_label,
)
from csanalysis.chapters.signed.forms import (
    EMPTY,
    head,
    heads,
    names_metric,
    sheet,
    total,
    whole,
    years_before,
)
from csanalysis.chapters.signed.people import item_owner, named_caller
from csanalysis.chapters.signed.tables_targets import known_goals, level_cell
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable
from csanalysis.metrics.plan.target_levels import LEVELS
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.proof import HISTORY
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

MOST_TARGETS = 7
FIVE = 5

_YEAR = (
    "first_service_visits",
    "annual_churn_rate",
    "programme_score",
    "upsell_success_rate",
    "value_created",
    "revenue_per_visit",
    "new_vehicle_sales",
)
"""What last year is told by; the first five that the store has."""

_SIGNERS = ("director", "service_manager", "sales_manager", "general_manager")


def last_year(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """Last year in five numbers, beside the two years before.

    Parameters
    ----------
    results : Results
        Of all chapters.
    plan_year : int
        The year that is planned.
    language : Language
        ``zh`` or ``en``.
    """
    numbers, years = ResultCells(results, language), years_before(plan_year, 3)
    rows = []
    for metric in _YEAR:
        group = _first_group(results, metric, years[-1])
        if group is None:
            continue
        label = names_metric(metric, language)
        if metric == "upsell_success_rate":
            label = Cell(group_label("target", "upsell_success_target", language), about=metric)
        if group:
            programme = group_label("programme", group["programme"], language)
            measure = group_label("target", "programme_score_target", language)
            label = Cell(text("plan.goal", language, split=programme, measure=measure), about=metric)
        rows.append([label, *(whole(numbers.cell(metric, year, group), language) for year in years)])
    if not rows:
        return explain_missing(_YEAR[:1], results, language)
    columns = (head("measure", language, "left"), *(Column(year, year) for year in years))
    return sheet("last_year", columns, rows[:FIVE], language, year=years[-1])


def sign_targets(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """At most seven targets: last year, floor, target, stretch, owner."""
    numbers, plan, last = ResultCells(results, language), str(plan_year), str(plan_year - 1)
    goals = [goal for goal in known_goals(results, plan_year) if not goal.follows]
    if not goals:
        return explain_missing(["first_service_target"], results, language)
    rows = [
        (
            Cell(goal_label(goal, language), about=goal.target),
            whole(numbers.cell(goal.actual, last, goal.group), language),
            *(level_cell(numbers, goal, level, plan) for level in LEVELS),
            Cell(text(f"owner.{goal.owner}", language)),
        )
        for goal in goals[:MOST_TARGETS]
    ]
    columns = (
        head("target", language, "left"),
        Column(last, text("signed.column.came", language, year=last)),
        *(Column(level, group_label("level", level, language)) for level in LEVELS),
        head("owner", language, "left"),
    )
    return sheet("sign_targets", columns, rows, language, year=plan)


def measures(
    results: Results, *, params: Params, tables: Tables, language: Language, detailed: bool = False
) -> ReportTable | Missing:
    """At most five measures: owner by name, from when to when, calls, cost and gain a year.

    Parameters
    ----------
    results : Results
        Of all chapters.
    params, tables
        Name the people; the tables are the clean ones.
    language : Language
        ``zh`` or ``en``.
    detailed : bool
        With cases, the range of the gain and how it is proven, for the section on measures.
    """
    numbers, plan = ResultCells(results, language), str(params.plan_year)
    moves = chosen_moves(results, params.plan_year)
    if not moves:
        return explain_missing(["move_value"], results, language)
    rows = []
    for move in moves:
        group = {"move": move, **PLANNED}
        called = move != "weak_item"
        basis = basis_of(results, params.plan_year, move)
        gain = numbers.cell("move_value", plan, group)
        if basis == HISTORY:
            gain = replace(gain, text=text("plan.at_most", language, value=gain.text))
        more = (
            whole(numbers.cell("move_cases", plan, group), language) if called else EMPTY,
            numbers.cell("move_effect", plan, {"move": move, "basis": basis}) if called else EMPTY,
        )
        rows.append(
            (
                Cell(group_label("move", move, language)),
                Cell(_owner(results, params, tables, move, language)),
                Cell(text("signed.whole_year" if called else "signed.first_half", language)),
                *(more if detailed else ()),
                whole(numbers.cell("move_calls", plan, group), language) if called else EMPTY,
                _cost(numbers, plan, group) if called else Cell(text("signed.within_means", language)),
                gain,
                *((numbers.interval("move_value", plan, group),) if detailed else ()),
                *((Cell(basis_label(results, params.plan_year, move, language)),) if detailed else ()),
            )
        )
    columns = (
        *heads(("measure", "owner", "period"), language, "left"),
        *(heads(("cases", "effect"), language) if detailed else ()),
        head("calls", language),
        head("cost", language),
        head("gain", language),
        *((head("range", language), head("proof", language, "left")) if detailed else ()),
    )
    sums = [EMPTY] * len(columns)
    sums[0] = Cell(text("column.sum", language))
    keys = [column.key for column in columns]
    sums[keys.index("calls")] = whole(numbers.cell("move_calls", plan, PLANNED), language)
    sums[keys.index("cost")] = _cost(numbers, plan, PLANNED)
    sums[keys.index("gain")] = numbers.cell("move_value", plan, PLANNED)
    id = "measures_in_detail" if detailed else "measures"
    note = text("signed.measures_note", language)
    before = numbers.cell("calls_gained_worth", str(params.plan_year - 1), {})
    last = [EMPTY] * len(columns)
    last[0] = Cell(text("signed.calls_before", language, year=params.plan_year - 1))
    last[keys.index("gain")] = before
    compared = [tuple(last)] if before.value and not detailed else []  # once is enough
    return sheet(id, columns, [*rows, total(sums), *compared], language, note=note, year=plan)


def _cost(numbers: ResultCells, plan: str, group: Mapping[str, str]) -> Cell:
    """What a move's calls cost, where the params say what a caller costs; else the hours they take."""
    cost = numbers.cell("move_cost", plan, group)
    if cost.value is not None:
        return whole(cost, numbers.language)
    hours = whole(numbers.cell("move_hours", plan, group), numbers.language)
    if hours.value is None:
        return Cell(text("signed.within_means", numbers.language))
    return replace(hours, text=text("signed.hours", numbers.language, hours=hours.text))


def _owner(results: Results, params: Params, tables: Tables, move: str, language: Language) -> str:
    if move == "weak_item" and (best := best_item(results, params.plan_year)) is not None:
        return item_owner(tables, *best, language)
    return named_caller(params, tables, language)


def means(results: Results, *, params: Params, language: Language) -> ReportTable | Missing:
    """What the year takes and brings: expected rebate, budgets, callers there and needed, one caller more."""
    numbers, plan = ResultCells(results, language), str(params.plan_year)
    wanted: tuple[tuple[str, dict[str, str]], ...] = (
        ("callers_there", {}),
        ("rebate_expected", {}),
        ("calendar_budget", {}),
        ("incentive_budget", {"scenario": "last_year"}),
        ("calls_possible", {}),
        ("calls_planned", {}),
        ("agents_needed", {"pace": "own"}),
        ("caller_worth", {}),
        ("caller_cost", {}),
    )
    rows: list[list[Cell]] = []
    for metric, group in wanted:
        cell = numbers.cell(metric, plan, group)
        if cell.value is not None:
            label = Cell(text(f"signed.means.{metric}", language), about=metric)
            written = cell if metric == "agents_needed" else whole(cell, language)
            rows.append([label, written])
    if not rows:
        return explain_missing(["calls_possible"], results, language)
    half = (len(rows) + 1) // 2
    rows += [[EMPTY, EMPTY]] * (2 * half - len(rows))
    beside = [[*left, *right] for left, right in zip(rows[:half], rows[half:], strict=True)]
    columns = (
        head("means", language, "left"),
        head("number", language),
        Column("means_2", text("signed.column.means", language), "left"),
        Column("number_2", text("signed.column.number", language)),
    )
    return sheet("means", columns, beside, language, year=plan)


def decisions(results: Results, *, params: Params, language: Language) -> ReportTable:
    """What the general manager decides, with a place for the decision."""
    plan, rows = params.plan_year, []
    worth = results.value("caller_worth", plan)
    need = results.value("agents_needed", plan, pace="own")
    there = int(results.value("callers_there", plan) or 0)
    if worth and need and need > there:
        said = format_value(worth, "amount", language, decimals=0)
        rows.append(text("signed.decide.caller", language, worth=said, count=there))
    if results.value("calendar_budget", plan):
        said = format_value(results.value("calendar_budget", plan), "amount", language, decimals=0)
        rows.append(text("signed.decide.budget", language, amount=said))
    elif not params.calendar:
        rows.append(text("signed.decide.calendar", language))
    if results.value("incentive_budget", plan, scenario="last_year") is not None:
        rows.append(text("signed.decide.bands", language))
    rows.append(text("signed.decide.levels", language))
    columns = (*heads(("decision", "answer"), language, "left"),)
    return sheet(
        "decisions",
        columns,
        [(Cell(said), Cell(text("signed.agreed_or_not", language))) for said in rows],
        language,
    )


def signatures(*, language: Language) -> ReportTable:
    """Who signs, with lines for signature and date."""
    columns = heads(("role", "signature", "date"), language, "left")
    blank = Cell(text("signed.line", language))
    rows = [(Cell(text(f"signed.signer.{role}", language)), blank, blank) for role in _SIGNERS]
    return sheet("signatures", columns, rows, language)


def _first_group(results: Results, metric: str, year: str) -> dict[str, str] | None:
    """The undivided number of a year, else that of the first programme; None where there is none."""
    if results.value(metric, year) is not None:
        return {}
    rows = results.select(metric, "year", "programme", period=year).dropna(subset="value")
    return {"programme": str(rows["programme"].iloc[0])} if len(rows) else None
