"""Tables of the network report."""

from collections.abc import Sequence

import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, group_name, text
from csanalysis.chapters.network.sentences import practice_label, stores_apart
from csanalysis.display.tables.cells import ResultCells, caption, cell_notes, metric_column
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results

DIFFERENCE = "network_practice_difference"
MOVED = "network_moved_vehicles"
STORES_SHOWN = 60
"""More stores than this fill pages that nobody reads: then those that stand out are shown."""


def stores(
    results: Results,
    metrics: Sequence[str],
    *,
    period: str | int,
    language: Language,
    id: str,
    most: int = STORES_SHOWN,
) -> ReportTable | Missing:
    """One row a store and the group's at the end; of more than ``most`` stores those that stand out.

    Where too many do, or none, it is the first ``most`` by name; the note says which and how many are left
    out.
    """
    period = str(period)
    names = _names(results, metrics, period)
    if not names:
        return explain_missing(metrics, results, language)
    apart = sorted({name for metric in metrics for name in stores_apart(results, metric, period)})
    shown = names if len(names) <= most else (apart or names)[:most]
    numbers = ResultCells(results, language)

    def cells(label: str, group: dict[str, str]) -> tuple[Cell, ...]:
        return (Cell(label), *(numbers.cell(metric, period, group) for metric in metrics))

    columns = (
        Column("dealership", group_name("dealership", language), "left"),
        *(metric_column(metric, "value", language, key=metric) for metric in metrics),
    )
    rows = [Row(cells(name, {"dealership": name})) for name in shown]
    if any((metric, period, {}) in numbers for metric in metrics):
        rows.append(Row(cells(text("network.all_stores", language), {}), "total"))
    note = cell_notes((cell for each in rows for cell in each.cells), language)
    left = len(names) - len(shown)
    if left:
        key = "network.more_alike" if apart else "network.more_stores"
        note = " ".join(filter(None, (text(key, language, count=left), note)))
    return ReportTable(id, caption(id, metrics, language), columns, tuple(rows), note)


def _names(results: Results, metrics: Sequence[str], period: str) -> list[str]:
    found = [results.select(metric, None, "dealership", period=period)["dealership"] for metric in metrics]
    return sorted(set(pd.concat(found))) if found else []


def best_practices(results: Results, *, year: str | int, language: Language) -> ReportTable | Missing:
    """One row a practice in which the best quarter of the stores differs beyond chance from the others."""
    found = results.select(DIFFERENCE, None, "metric", "practice", period=str(year))
    if found.empty:
        # Nothing that holds is a finding too; too few stores is another.
        tested = len(results.select("network_standing", None, "dealership", "metric").dropna(subset="value"))
        return Missing("> " + text("network.no_practice" if tested else "network.few_stores", language))
    numbers = ResultCells(results, language)
    columns = (
        Column("metric", text("network.best_in", language), "left"),
        Column("practice", group_name("practice", language), "left"),
        metric_column(DIFFERENCE, "value", language, key="value"),
        metric_column(DIFFERENCE, "interval", language, key="interval"),
    )
    rows = tuple(
        Row(
            (
                Cell(METRICS[metric].label(language)),
                Cell(practice_label(practice, language)),
                *numbers.shown(
                    DIFFERENCE, str(year), {"metric": metric, "practice": practice}, ("value", "interval")
                ),
            )
        )
        for metric, practice in zip(found["metric"], found["practice"], strict=True)
    )
    note = cell_notes((cell for row in rows for cell in row.cells), language)
    return ReportTable("network_practices", text("table.network_practices", language), columns, rows, note)


def moved_vehicles(
    results: Results, *, as_of: str, language: Language, most: int = 20
) -> ReportTable | Missing:
    """One row a way from one store to another, the busiest first."""
    found = results.select(MOVED, None, "lost_by", "seen_at", period=as_of)
    if found.empty:
        return Missing("> " + text("network.none_moved", language))
    found = found.sort_values(["value", "lost_by", "seen_at"], ascending=[False, True, True])
    numbers = ResultCells(results, language)
    rows = tuple(
        Row(
            (
                Cell(lost_by),
                Cell(seen_at),
                numbers.cell(MOVED, as_of, {"lost_by": lost_by, "seen_at": seen_at}),
            )
        )
        for lost_by, seen_at in zip(found["lost_by"][:most], found["seen_at"][:most], strict=True)
    )
    columns = (
        Column("lost_by", group_name("lost_by", language), "left"),
        Column("seen_at", group_name("seen_at", language), "left"),
        metric_column(MOVED, "value", language, key="value", label=METRICS[MOVED].label(language)),
    )
    table = ReportTable("network_moved", text("table.network_moved", language), columns, rows)
    more = len(found) - most
    return table.with_note(text("network.more_ways", language, count=more) if more > 0 else None)
