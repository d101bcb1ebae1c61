"""Churn of the signed plan: the years, and its months in one definition beside last year's."""

from csanalysis.catalogue import Language, Missing, explain_missing, format_period, text
from csanalysis.chapters.churn.sentences_groups import splits_apart
from csanalysis.chapters.signed.forms import EMPTY, head, heads, month_name, sheet, total, years_before
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, Field, ReportTable, Row
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results

RATE, LAPSES, CEILING = "annual_churn_rate", "lapsed_vehicles", "monthly_lapse_planned"


def churn_years(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """The last years: vehicles, those that stayed away, the rate; mean and target; whose churn differs."""
    numbers = ResultCells(results, language)
    years = [year for year in years_before(plan_year, 5) if (RATE, year, {}) in numbers]
    if not years:
        return explain_missing([RATE], results, language)
    parts: tuple[Field, ...] = ("denominator", "numerator", "value")
    rows = [
        Row((Cell(format_period(year, language)), *(numbers.cell(RATE, year, {}, part) for part in parts)))
        for year in years
    ]
    mean = results.select("annual_churn_rate_average", "span")
    if len(mean):
        span = str(mean["period"].iloc[-1])
        label = Cell(text("signed.mean", language, span=format_period(span, language)))
        rows.append(total((label, EMPTY, EMPTY, numbers.cell("annual_churn_rate_average", span, {}))))
    target = numbers.cell("churn_rate_planned", str(plan_year), {})
    stands = results.value("target_reckoned_rate", plan_year, target="churn_rate_target") is not None
    called = text("signed.frozen_target" if stands else "signed.rule_target", language, year=plan_year)
    rows.append(total((Cell(called), EMPTY, EMPTY, target)))
    columns = (head("year", language, "left"), *heads(("came_before", "stayed_away", "churn_rate"), language))
    return sheet(
        "churn_years", columns, rows, language, note=splits_apart(results, language=language, year=years[-1])
    )


def lapse_months(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """Month by month: last year's lapsed vehicles, this year's ceiling in the same count, a blank."""
    numbers, plan, last = ResultCells(results, language), str(plan_year), str(plan_year - 1)
    if (CEILING, plan, {}) not in numbers:
        return explain_missing([CEILING], results, language)
    rows = [
        (
            Cell(month_name(month, language)),
            numbers.cell(LAPSES, month.replace(plan, last, 1), {}),
            numbers.cell(CEILING, month, {}),
            EMPTY,
        )
        for month in months_of(plan_year)
    ]
    sums = total(
        (
            Cell(text("column.sum", language)),
            numbers.cell(LAPSES, last, {}),
            numbers.cell(CEILING, plan, {}),
            EMPTY,
        )
    )
    columns = (
        head("month", language, "left"),
        Column("last", text("signed.column.came", language, year=last)),
        Column("ceiling", text("signed.column.ceiling", language, year=plan)),
        head("actual", language),
    )
    return sheet("lapse_months", columns, [*rows, sums], language, note=text("signed.lapse_note", language))
