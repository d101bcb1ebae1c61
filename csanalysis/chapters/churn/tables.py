"""Tables of the churn chapter: every group of vehicles, and why customers have left, where they said so."""

from csanalysis.catalogue import (
    Language,
    Missing,
    explain_missing,
    format_period,
    group_label,
    group_name,
    text,
)
from csanalysis.chapters.churn.figures_groups import DRAWN, RATE, groups_in_order
from csanalysis.display.tables.cells import ResultCells, cell_notes
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.display.tables.splits import cross
from csanalysis.metrics.customers.vehicle_groups import SPLITS
from csanalysis.metrics.results import Results

REASONS, LAPSES, RETAINED = "churn_reasons", "lapsed_vehicles", "retained_share"

YEARS_KEPT = 2
"""So many years later it is asked whether a vehicle still comes."""


def reasons_given(results: Results, *, language: Language) -> ReportTable | Missing | None:
    """Vehicles by the reason given in a call and year; nothing where no answer says why."""
    if not results.rows(REASONS):
        return None
    return cross(
        results, REASONS, rows="reason", columns="period", kind="year", language=language, id=REASONS
    )


def churn_groups(results: Results, *, language: Language) -> ReportTable | Missing:
    """Every group of every split in the last complete year: vehicles, churn, lapses and retention."""
    year = results.latest(RATE, "year")
    if year is None:
        return explain_missing([RATE], results, language)
    numbers = ResultCells(results, language)
    kept_year, kept_later = str(int(year) - YEARS_KEPT), {"years_later": str(YEARS_KEPT)}
    rows: list[Row] = []
    for split in SPLITS:
        for group in groups_in_order(results, split, year)["group"]:
            of = {split: str(group)}
            cells = (
                *(numbers.cell(RATE, year, of, part) for part in ("denominator", "numerator", "value")),
                numbers.cell(DRAWN, year, of),
                numbers.cell(LAPSES, year, of),
                numbers.cell(RETAINED, kept_year, {**of, **kept_later}),
            )
            label = group_label(split, str(group), language)
            rows.append(Row((Cell(group_name(split, language)), Cell(label), *cells)))
    whole = (
        *(numbers.cell(RATE, year, {}, part) for part in ("denominator", "numerator", "value")),
        Cell(""),
        numbers.cell(LAPSES, year, {}),
        numbers.cell(RETAINED, kept_year, kept_later),
    )
    rows.append(Row((Cell(text("column.overall", language)), Cell(""), *whole), "total"))
    since = format_period(kept_year, language)
    heads = ("vehicles", "lost", "rate", "drawn", "lapses", "retained")
    return ReportTable(
        "churn_groups",
        text("table.churn_groups", language, year=format_period(year, language)),
        (
            Column("split", group_name("split", language), "left"),
            Column("group", text("column.churn_group", language), "left"),
            *(Column(name, text(f"column.churn_group_{name}", language, year=since)) for name in heads),
        ),
        tuple(rows),
        cell_notes((cell for row in rows for cell in row.cells), language),
    )
