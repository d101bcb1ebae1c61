"""A region's stores beside the region and the group."""

from collections.abc import Sequence

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, group_name, text
from csanalysis.chapters.network.sentences import stores_apart
from csanalysis.chapters.network.tables import STORES_SHOWN
from csanalysis.chapters.network.tables_targets import RATE, known_targets
from csanalysis.display.tables.cells import ResultCells, cell_notes, metric_column
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results


def region_stores(
    results: Results,
    metrics: Sequence[str],
    *,
    region: str,
    period: str | int,
    language: Language,
    most: int = STORES_SHOWN,
) -> ReportTable | Missing:
    """One row a store of a region, then region and group; of too many stores those apart come first."""
    period, names = str(period), stores_of(results, region)
    if not names:
        return explain_missing(metrics, results, language)
    apart = {name for metric in metrics for name in stores_apart(results, metric, period)}
    shown = sorted(sorted(names, key=lambda name: (name not in apart, name))[:most])
    numbers = ResultCells(results, language)

    def cells(label: str, group: dict[str, str]) -> tuple[Cell, ...]:
        return (Cell(label), *(numbers.cell(metric, period, group) for metric in metrics))

    rows = [Row(cells(name, {"dealership": name})) for name in shown]
    if region:
        rows.append(Row(cells(region, {"region": region}), "total"))
    rows.append(Row(cells(text("network.all_stores", language), {}), "total"))
    columns = (
        Column("dealership", group_name("dealership", language), "left"),
        *(metric_column(metric, "value", language, key=metric) for metric in metrics),
    )
    note = _note(rows, len(names) - len(shown), language)
    caption = text("table.network_region_stores", language)
    return ReportTable("network_region_stores", caption, columns, tuple(rows), note)


def region_targets(
    results: Results, *, region: str, period: str | int, language: Language, most: int = STORES_SHOWN
) -> ReportTable | Missing:
    """One row a store of a region and a column a target of the plan year, as the group holds them."""
    period = str(period)
    names, known = stores_of(results, region), known_targets(results, period)
    if not names or not known:
        return explain_missing([RATE], results, language)
    numbers = ResultCells(results, language)
    rows = [
        Row(
            (
                Cell(name),
                *(
                    numbers.cell(metric, period, {"dealership": name, "target": target})
                    for metric, target in known
                ),
            )
        )
        for name in names[:most]
    ]
    columns = (
        Column("dealership", group_name("dealership", language), "left"),
        *(Column(target, group_label("target", target, language)) for _, target in known),
    )
    note = _note(rows, len(names) - len(rows), language)
    caption = text("table.network_region_targets", language)
    return ReportTable("network_region_targets", caption, columns, tuple(rows), note)


def stores_of(results: Results, region: str) -> list[str]:
    """The stores of a region, in order."""
    rows = results.rows("network_peers")
    return sorted({row.group["dealership"] for row in rows if row.group["region"] == region})


def _note(rows: Sequence[Row], left_out: int, language: Language) -> str | None:
    told = text("network.more_stores", language, count=left_out) if left_out else None
    seen = cell_notes((cell for row in rows for cell in row.cells), language)
    return " ".join(filter(None, (told, seen))) or None
