"""The league of measures: which of what stores do is proven, over all of them."""

from csanalysis.catalogue import Language, Missing, group_name, text
from csanalysis.chapters.network.sentences import measures_proven, practice_label
from csanalysis.display.tables.cells import ResultCells, cell_notes, metric_column
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results

EFFECT, STORES, CHANCE = "network_measure_effect", "network_measure_stores", "network_measure_q_value"


def league(results: Results, *, year: str | int, language: Language) -> ReportTable | Missing:
    """One row a measure that is proven, the largest effect first; then those that are not, muted."""
    year = str(year)
    found = results.select(EFFECT, None, "tried", period=year)
    if found.empty:
        return Missing("> " + text("network.few_tests", language))
    proven = measures_proven(results, year)
    found = found.assign(proven=found["tried"].isin(proven))
    found = found.sort_values(["proven", "value"], ascending=False, kind="stable")
    numbers = ResultCells(results, language)
    rows = tuple(
        Row(
            (
                Cell(practice_label(measure, language)),
                *numbers.shown(EFFECT, year, {"tried": measure}, ("value", "interval", "denominator")),
                numbers.cell(STORES, year, {"tried": measure}, "numerator"),
                numbers.cell(CHANCE, year, {"tried": measure}),
            ),
            "body" if measure in proven else "muted",
        )
        for measure in found["tried"]
    )
    columns = (
        Column("tried", group_name("tried", language), "left"),
        *(metric_column(EFFECT, part, language, key=part) for part in ("value", "interval", "denominator")),
        metric_column(STORES, "numerator", language, key="stores"),
        metric_column(CHANCE, "value", language, key="chance"),
    )
    note = cell_notes((cell for row in rows for cell in row.cells), language)
    return ReportTable("network_league", text("table.network_league", language), columns, rows, note)
