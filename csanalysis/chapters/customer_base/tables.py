"""The table of how each vehicle's own chance came true, beside that of its class and months away."""

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, group_label, group_name
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.tables.cells import ResultCells, caption, cell_notes
from csanalysis.display.tables.model import Cell, Column, HeaderGroup, ReportTable, Row
from csanalysis.metrics.results import Results

SHOWN = {"return_model_top_tenth": ("model", "table", "all"), "return_model_auc": ("model", "table")}


def return_model(results: Results, *, language: Language) -> ReportTable | Missing:
    """Down what was predicted; across, by model and table, how many of the likeliest tenth came, and ranks.

    Parameters
    ----------
    results : Results
        ``return_model_top_tenth`` and ``return_model_auc`` of the last complete year.
    language : Language
        ``zh`` or ``en``.
    """
    metrics = list(SHOWN)
    told = results.select(metrics[0], "year", "predicted", "method").dropna(subset="value")
    if told.empty:
        return explain_missing(metrics, results, language)
    year, numbers = str(told["period"].max()), ResultCells(results, language)
    rows = [
        Row(
            (
                Cell(group_label("predicted", event, language)),
                *(
                    numbers.cell(metric, year, {"predicted": event, "method": method})
                    for metric, methods in SHOWN.items()
                    for method in methods
                ),
            )
        )
        for event in in_catalogue_order("predicted", told["predicted"].unique())
    ]
    columns = [
        Column(f"{metric}.{method}", group_label("method", method, language))
        for metric, methods in SHOWN.items()
        for method in methods
    ]
    heads = [HeaderGroup(METRICS[metric].label(language), len(methods)) for metric, methods in SHOWN.items()]
    return ReportTable(
        "return_model",
        caption("return_model", metrics, language),
        (Column("predicted", group_name("predicted", language), "left"), *columns),
        tuple(rows),
        cell_notes((cell for row in rows for cell in row.cells), language),
        (HeaderGroup("", 1), *heads),
    )
