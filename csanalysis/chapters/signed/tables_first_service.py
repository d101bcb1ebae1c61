"""First service as the trade shows it: N月首保数, (N−3)月销量, 率; and the year's targets to be filled in."""

import pandas as pd

from csanalysis.catalogue import Language, Missing, explain_missing, format_period, text
from csanalysis.chapters.signed.forms import EMPTY, head, month_name, sheet, total, whole, years_before
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results
from csanalysis.params import Params

VISITS, SALES, RATE = "first_service_visits", "new_vehicle_sales", "first_service_return_rate"


def past_first_services(results: Results, *, params: Params, language: Language) -> ReportTable | Missing:
    """The last 36 months: first services of each, the vehicles sold ``lag`` months before, their ratio."""
    numbers, years = ResultCells(results, language), years_before(params.plan_year, 3)
    years = [year for year in years if (RATE, year, {}) in numbers]
    if not years:
        return explain_missing([RATE], results, language)
    lag = params.first_service.lag_months
    rows = []
    for month in range(1, 13):
        cells = [Cell(month_name(f"{params.plan_year}-{month:02d}", language))]
        for year in years:
            at = f"{year}-{month:02d}"
            sold = str(pd.Period(at, "M") - lag)
            cells += [numbers.cell(VISITS, at, {}), numbers.cell(SALES, sold, {}), numbers.cell(RATE, at, {})]
        rows.append(cells)
    sums = [Cell(text("column.sum", language))]
    for year in years:
        sums += [numbers.cell(VISITS, year, {}), _sold(numbers, year), numbers.cell(RATE, year, {})]
    columns = [head("month", language, "left")]
    for year in years:
        columns += [
            Column(f"{year}.{key}", text(f"signed.column.{key}", language, lag=lag))
            for key in ("visits", "sold_before", "rate")
        ]
    note = text("signed.first_service_note", language, lag=lag)
    groups = [("", 1), *((format_period(year, language), 3) for year in years)]
    return sheet("past_first_services", columns, [*rows, total(sums)], language, groups=groups, note=note)


def first_service_targets(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """The year's months: the target, each caller's part of it, and columns for what comes."""
    numbers, plan, metric = ResultCells(results, language), str(plan_year), "first_service_planned"
    if (metric, plan, {}) not in numbers:
        return explain_missing([metric], results, language)
    agents = list(results.select(metric, "year", "agent", period=plan)["agent"])

    def cells(period: str) -> list[Cell]:
        own = [(numbers.cell(metric, period, {"agent": agent}), EMPTY) for agent in agents]
        return [numbers.cell(metric, period, {}), EMPTY, *(cell for pair in own for cell in pair)]

    rows = [(Cell(month_name(month, language)), *cells(month)) for month in months_of(plan_year)]
    sums = total((Cell(text("column.sum", language)), *cells(plan)))
    names = [text("signed.store", language), *agents]
    columns = [head("month", language, "left")]
    for name in names:
        columns += [
            Column(f"{name}.{key}", text(f"signed.column.{key}", language)) for key in ("target", "actual")
        ]
    groups = [("", 1), *((name, 2) for name in names)]
    return sheet("first_service_targets", columns, [*rows, sums], language, groups=groups, year=plan)


def _sold(numbers: ResultCells, year: str) -> Cell:
    """The vehicles sold that a year's first services are held against."""
    return whole(numbers.cell("first_service_return_rate_pooled", year, {}, "denominator"), numbers.language)
