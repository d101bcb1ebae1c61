"""The group's targets beside those of its stores, and what drawing them towards their peers is worth."""

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, group_label, group_name, text
from csanalysis.display.tables.cells import ResultCells, cell_notes, metric_column
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results

RATE, COUNT, GAP = "network_target_rate", "network_target_count", "network_target_gap"
ERROR = "network_backtest_error"
WAYS = ("own", "shrunk", "peers")


def known_targets(results: Results, period: str) -> list[tuple[str, str]]:
    """The group's targets of a year: the metric that holds each, and its name."""
    return [
        (metric, str(target))
        for metric in (RATE, COUNT)
        for target in results.select(metric, None, "target", period=period)["target"]
    ]


def group_targets(results: Results, *, period: str | int, language: Language) -> ReportTable | Missing:
    """One row a target of the group: what it asks for, of how many cases, and what was shared out."""
    period = str(period)
    numbers = ResultCells(results, language)
    rows = tuple(
        Row(
            (
                Cell(group_label("target", target, language)),
                numbers.cell(metric, period, {"target": target}),
                numbers.cell(RATE, period, {"target": target}, "numerator"),
                numbers.cell(RATE, period, {"target": target}, "denominator"),
                numbers.cell(GAP, period, {"target": target}),
            )
        )
        for metric, target in known_targets(results, period)
    )
    if not rows:
        return explain_missing([RATE], results, language)
    columns = (
        Column("target", group_name("target", language), "left"),
        Column("value", text("network.target_of_group", language)),
        metric_column(RATE, "numerator", language, key="numerator"),
        metric_column(RATE, "denominator", language, key="denominator"),
        metric_column(GAP, "value", language, key="gap"),
    )
    note = cell_notes((cell for row in rows for cell in row.cells), language)
    return ReportTable(
        "network_group_targets", text("table.network_group_targets", language), columns, rows, note
    )


def drawing_errors(results: Results, *, year: str | int, language: Language) -> ReportTable | Missing:
    """One row a measure: how far last year lay from what the year before told, in three ways."""
    year = str(year)
    measures = list(dict.fromkeys(results.select(ERROR, None, "metric", "way", period=year)["metric"]))
    if not measures:
        return Missing("> " + text("network.few_stores_drawn", language))
    numbers = ResultCells(results, language)
    rows = tuple(
        Row(
            (
                Cell(METRICS[metric].label(language)),
                *(numbers.cell(ERROR, year, {"metric": metric, "way": way}) for way in WAYS),
            )
        )
        for metric in measures
    )
    columns = (
        Column("metric", group_name("metric", language), "left"),
        *(Column(way, group_label("way", way, language)) for way in WAYS),
    )
    return ReportTable("network_drawing", text("table.network_drawing", language), columns, rows)


def ranges_held(results: Results, *, year: str | int, language: Language) -> ReportTable | Missing:
    """One row a quantity: in how many stores last year lay within the range that was simulated for it."""
    year, metric = str(year), "network_range_held"
    found = results.select(metric, None, "quantity", period=year)
    if found.empty:
        return explain_missing([metric], results, language)
    numbers = ResultCells(results, language)
    rows = tuple(
        Row(
            (
                Cell(group_label("quantity", quantity, language)),
                *numbers.shown(metric, year, {"quantity": quantity}, ("value", "interval", "denominator")),
                *(
                    numbers.cell("network_range_missed", year, {"quantity": quantity, "beyond": side})
                    for side in ("below", "above")
                ),
            )
        )
        for quantity in found["quantity"]
    )
    columns = (
        Column("quantity", group_name("quantity", language), "left"),
        *(metric_column(metric, part, language, key=part) for part in ("value", "interval", "denominator")),
        *(Column(side, group_label("beyond", side, language)) for side in ("below", "above")),
    )
    note = cell_notes((cell for row in rows for cell in row.cells), language)
    return ReportTable("network_ranges", text("table.network_ranges", language), columns, rows, note)
