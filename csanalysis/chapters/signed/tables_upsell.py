"""Upsell of the signed plan: before and after grading, the years, targets by grade, and the rules."""

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, text
from csanalysis.chapters.signed.forms import head, heads, sheet, total, years_before
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, Field, ReportTable, Row
from csanalysis.metrics.results import Results
from csanalysis.metrics.upsell.cases import GRADES
from csanalysis.params import Params

SIDES = "upsell_success_sides"


def upsell_before_after(results: Results, *, params: Params, language: Language) -> ReportTable | Missing:
    """By grade: items agreed to and proposed before and after grading began, the rates and the change."""
    numbers, day = ResultCells(results, language), params.as_of.isoformat()
    if (SIDES, day, {"when": "after"}) not in numbers or params.upsell.graded_since is None:
        return explain_missing(["upsell_success_change"], results, language)
    parts: tuple[Field, ...] = ("denominator", "numerator", "value")

    def cells(group: dict[str, str]) -> list[Cell]:
        sides = [
            numbers.cell(SIDES, day, {**group, "when": when}, part)
            for when in ("before", "after")
            for part in parts
        ]
        change = "upsell_success_change"
        return [*sides, numbers.cell(change, day, group), numbers.interval(change, day, group)]

    rows = [Row((Cell(grade), *cells({"grade": grade}))) for grade in GRADES]
    rows.append(total((Cell(text("column.sum", language)), *cells({}))))
    columns = [head("grade", language, "left")]
    for side in ("before", "after"):
        columns += [
            Column(f"{side}.{key}", text(f"signed.column.{key}", language))
            for key in ("proposed", "agreed", "rate")
        ]
    columns += heads(("change", "range"), language)
    since = f"{params.upsell.graded_since}"
    names = [text(f"signed.side.{side}", language, day=since) for side in ("before", "after")]
    groups = [("", 1), *((name, 3) for name in names), ("", 2)]
    note = text("signed.before_after_note", language)
    return sheet("upsell_before_after", columns, rows, language, groups=groups, note=note)


def upsell_targets(results: Results, *, params: Params, language: Language) -> ReportTable | Missing:
    """By grade: three years' success, the target, and the rule that is kept to."""
    numbers, plan, years = (
        ResultCells(results, language),
        str(params.plan_year),
        years_before(params.plan_year, 3),
    )
    metric, target = "upsell_success_rate", "upsell_success_planned"
    if (target, plan, {}) not in numbers:
        return explain_missing([target], results, language)
    rows = []
    for grade in GRADES:
        group = {"grade": grade}
        rule = text(f"signed.grade_rule.{grade}", language, days=params.upsell.follow_up_days)
        rows.append(
            Row(
                (
                    Cell(group_label("grade", grade, language)),
                    *(numbers.cell(metric, year, group) for year in years),
                    numbers.cell(target, plan, group),
                    Cell(rule),
                )
            )
        )
    whole = (*(numbers.cell(metric, year, {}) for year in years), numbers.cell(target, plan, {}), Cell(""))
    rows.append(total((Cell(text("column.sum", language)), *whole)))
    columns = (
        head("grade", language, "left"),
        *(Column(year, year) for year in years),
        Column("target", text("column.target", language, year=plan)),
        head("grade_rule", language, "left"),
    )
    return sheet("upsell_targets", columns, rows, language, year=plan)
