"""All targets on one page: the last years, this year's target, why, and who answers for it."""

from collections.abc import Mapping, Sequence

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, format_period, text
from csanalysis.chapters.goals import GOALS, Goal
from csanalysis.metrics.results import Results
from csanalysis.tables.cards import Key
from csanalysis.tables.cells import Numbers, notes
from csanalysis.tables.model import Cell, Column, ReportTable, Row
from csanalysis.tables.spark import trends


def headlines(plan_year: int, as_of: str) -> list[Key]:
    """The key figures of the whole plan: two targets, the base they rest on, and what a point is worth."""
    return [
        Key("first_service_target", plan_year, against=("first_service_visits", plan_year - 1)),
        Key("churn_rate_target", plan_year, against=("annual_churn_rate", plan_year - 1)),
        Key("effective_base", as_of),
        Key("retention_value", plan_year, group={"points": "1"}),
    ]


def targets(
    results: Results,
    *,
    plan_year: int,
    language: Language,
    reasons: Mapping[str, str] | None = None,
    goals: Sequence[Goal] = GOALS[:3],
    last: int = 3,
    id: str = "targets",
) -> ReportTable | Missing:
    """One row a goal: the last years, the target, why, owner; where a target cannot be set, what it needs.

    Parameters
    ----------
    results : Results
        Where the numbers are.
    plan_year : int
        The year the targets are for.
    language : Language
        ``zh`` or ``en``.
    reasons : mapping of str to str, optional
        Why each target measure is what it is, one sentence in the report's language.
    goals : sequence of Goal
        Lines of the plan, top to bottom.
    last : int
        How many past years to show.
    id : str
        Names the table.
    """
    numbers, plan, reasons = Numbers(results, language), str(plan_year), reasons or {}
    goals = [goal for goal in goals if goal.target in METRICS]
    set_goals = {goal.target for goal in goals if numbers.get(goal.target, plan, goal.group) is not None}
    if not set_goals:
        return explain_missing([goal.target for goal in goals], results, language)
    years = [str(year) for year in range(plan_year - last, plan_year)]
    histories = [(goal.actual, goal.group) for goal in goals]
    trend = trends(numbers, histories, kind="year", until=years[-1], language=language)
    columns = (
        Column("metric", text("column.metric", language), "left"),
        *(Column(year, format_period(year, language)) for year in years),
        *([trend[0]] if trend else []),
        Column("target", text("column.target", language, year=plan)),
        Column("why", text("column.why", language), "left"),
        Column("owner", text("column.owner", language), "left"),
    )
    rows = tuple(
        Row(
            (
                Cell(METRICS[goal.target].label_with_unit(language), about=goal.target),
                *(numbers.cell(goal.actual, year, goal.group) for year in years),
                *([trend[1][place]] if trend else []),
                numbers.cell(goal.target, plan, goal.group),
                Cell(
                    reasons.get(goal.target, "")
                    if goal.target in set_goals
                    else explain_missing([goal.target], results, language).plain
                ),
                Cell(text(f"owner.{goal.owner}", language) if goal.owner else ""),
            )
        )
        for place, goal in enumerate(goals)
    )
    note = notes((cell for row in rows for cell in row.cells), language)
    table = ReportTable(id, text("table.targets", language, year=plan), columns, rows, note)
    return table.with_note(text("note.trend", language) if trend else None)
