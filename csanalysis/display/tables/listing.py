"""Tables of every combination of splits that the results hold: one row each, no empty cells."""

from collections.abc import Sequence

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, group_name
from csanalysis.display.tables.cells import ResultCells, Show, caption, cell_notes, metric_column
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results


def listing(
    results: Results,
    metric: str,
    by: Sequence[str],
    period: str | int,
    *,
    language: Language,
    show: Sequence[Show] = ("value",),
    id: str | None = None,
) -> ReportTable | Missing:
    """One row a combination of the splits ``by``, in the order of the results.

    Parameters
    ----------
    results, metric, period, language, show, id
        As in :func:`csanalysis.display.tables.splits.split`.
    by : sequence of str
        The splits, a column each; such as ``("table", "column")``.
    """
    numbers, period = ResultCells(results, language), str(period)
    found = results.select(metric, None, *by, period=period)
    if found.empty:
        return explain_missing([metric], results, language)
    groups = [dict(zip(by, values, strict=True)) for values in found[list(by)].itertuples(index=False)]
    columns = (
        *(Column(name, group_name(name, language), "left") for name in by),
        *(metric_column(metric, part, language, key=f"{metric}.{part}") for part in show),
    )
    rows = tuple(
        Row(
            (
                *(Cell(group_label(name, group[name], language)) for name in by),
                *numbers.shown(metric, period, group, show),
            )
        )
        for group in groups
    )
    id = id or f"{metric}_listing"
    names = " × ".join(group_name(name, language) for name in by)
    note = cell_notes((cell for row in rows for cell in row.cells), language)
    return ReportTable(id, caption(id, [metric], language, by=names), columns, rows, note)
