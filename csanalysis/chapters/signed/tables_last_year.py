"""What was planned for last year and what came: from the frozen plan, else by the rules."""

from csanalysis.catalogue import Language, Missing, explain_missing, text
from csanalysis.chapters.plan.reading import goal_label, tested_rules
from csanalysis.chapters.signed.forms import head, heads, sheet, whole
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results
from csanalysis.params import Params


def planned_and_came(results: Results, *, params: Params, language: Language) -> ReportTable | Missing:
    """One row a goal: the year before, what was planned or its rule would have set, what came, met or not.

    Parameters
    ----------
    results : Results
        Of all chapters; ``planned_before_*`` where last year's plan was frozen.
    params : Params
        The plan year, and which rules are in use.
    language : Language
        ``zh`` or ``en``.
    """
    numbers, last, before = (
        ResultCells(results, language),
        str(params.plan_year - 1),
        str(params.plan_year - 2),
    )
    rows, frozen = [], False
    for tested in tested_rules(results, params):
        if not tested.in_use:
            continue
        goal = tested.goal
        planned = numbers.cell(f"planned_before_{goal.unit}", last, goal.key)
        frozen = frozen or planned.value is not None
        if planned.value is None:
            planned = numbers.cell(goal.backtest_metric, last, tested.group)
        came = numbers.cell(goal.actual, last, goal.group)
        if came.value is None or planned.value is None:
            continue
        met = came.value >= planned.value if goal.better == "higher" else came.value <= planned.value
        rows.append(
            Row(
                (
                    Cell(goal_label(goal, language), about=goal.target),
                    whole(numbers.cell(goal.actual, before, goal.group), language),
                    whole(planned, language),
                    whole(came, language),
                    Cell(text(f"signed.met.{'yes' if met else 'no'}", language)),
                    Cell(""),
                )
            )
        )
    if not rows:
        return explain_missing(["rule_met_share"], results, language)
    key = "planned" if frozen else "by_rule"
    columns = (
        head("target", language, "left"),
        Column("before", text("signed.column.came", language, year=before)),
        Column("planned", text(f"signed.column.{key}", language, year=last)),
        Column("came", text("signed.column.came", language, year=last)),
        *heads(("met", "why"), language, "left"),
    )
    note = None if frozen else text("signed.not_frozen", language, year=last)
    return sheet("planned_and_came", columns, rows, language, note=note, year=last)
