"""Tables of splits: one row a team, a class, a rule; or one split down and another across."""

import math
from collections.abc import Mapping, Sequence
from itertools import chain

from csanalysis.catalogue import (
    METRICS,
    Language,
    Missing,
    explain_missing,
    format_period,
    group_label,
    group_name,
    text,
)
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.tables.cells import ResultCells, Show, caption, cell_notes, metric_column
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.display.tables.periods import Within, metric_heads, parts_shown
from csanalysis.metrics.periods import PeriodKind, period_kind
from csanalysis.metrics.results import Results
from csanalysis.metrics.results import Row as ResultRow


def split(
    results: Results,
    metrics: str | Sequence[str],
    by: str,
    period: str | int,
    *,
    language: Language,
    show: Sequence[Show] = ("value", "interval", "denominator"),
    within: Within | None = None,
    total: bool = True,
    muted_below: int = 30,
    id: str | None = None,
) -> ReportTable | Missing:
    """One row a group value, the parts in ``show`` of each measure across.

    Parameters
    ----------
    results : Results
        Where the numbers are.
    metrics : str or sequence of str
        Measures across.
    by : str
        The split, such as ``team`` or ``rule``.
    period : str or int
        One period.
    language : Language
        ``zh`` or ``en``.
    show : sequence of str
        As in :func:`csanalysis.display.tables.periods.periods_down`.
    within : mapping, optional
        Splits held fixed besides.
    total : bool
        Close with the undivided number, where the results have it.
    muted_below : int
        Rates over fewer cases than this are shown muted, and the note says so.
    id : str, optional
        Names the table; by default made of the first measure and the split.
    """
    metrics, period, fixed = (
        ([metrics] if isinstance(metrics, str) else list(metrics)),
        str(period),
        dict(within or {}),
    )
    numbers = ResultCells(results, language)
    values = group_values(results, metrics, by, [period], fixed)
    if not values:
        return explain_missing(metrics, results, language)
    groups = [{**fixed, by: value} for value in values]
    shows = [(metric, parts_shown(numbers, metric, [period], groups, show)) for metric in metrics]
    columns = (
        Column(by, group_name(by, language), "left"),
        *(
            metric_column(metric, part, language, key=f"{metric}.{part}")
            for metric, parts in shows
            for part in parts
        ),
    )

    def cells(label: str, group: Within) -> tuple[Cell, ...]:
        return (
            Cell(label),
            *chain.from_iterable(numbers.shown(m, period, group, parts) for m, parts in shows),
        )

    few = {
        value
        for value, group in zip(values, groups, strict=True)
        if _rests_on_few(numbers, metrics, period, group, muted_below)
    }
    rows = [
        Row(cells(group_label(by, value, language), group), "muted" if value in few else "body")
        for value, group in zip(values, groups, strict=True)
    ]
    if total and any((metric, period, fixed) in numbers for metric in metrics):
        rows.append(Row(cells(total_label(by, metrics[0], language), fixed), "total"))
    id = id or f"{metrics[0]}_by_{by}"
    table = ReportTable(
        id,
        caption(id, metrics, language, by=group_name(by, language)),
        columns,
        tuple(rows),
        cell_notes((cell for row in rows for cell in row.cells), language),
        metric_heads(shows, language, before=1),
    )
    return table.with_note(text("note.muted", language, count=muted_below) if few else None)


def _rests_on_few(
    numbers: ResultCells, metrics: Sequence[str], period: str, group: Within, fewest: int
) -> bool:
    """Whether a rate of the row is over fewer cases than ``fewest``."""
    rates = [metric for metric in metrics if METRICS[metric].format == "percent"]
    counts = [numbers.get(metric, period, group, "denominator") for metric in rates]
    return any(count is not None and count < fewest for count in counts)


def cross(
    results: Results,
    metric: str,
    *,
    rows: str,
    columns: str,
    language: Language,
    kind: PeriodKind | None = None,
    period: str | int | None = None,
    periods: Sequence[str] | None = None,
    within: Within | None = None,
    total: bool = True,
    id: str | None = None,
) -> ReportTable | Missing:
    """One measure, one split down and another across; either may be ``period``.

    Parameters
    ----------
    results, metric, language, within, id
        As in :func:`split`.
    rows, columns : str
        A split, or ``period`` for the periods of ``kind``.
    kind : PeriodKind, optional
        Which periods, where one side is ``period``.
    period : str or int, optional
        The one period, where neither side is.
    periods : sequence of str, optional
        Only these, where one side is ``period``.
    total : bool
        Close with a row and a column of the numbers not divided by that split, where the results have them.
    """
    sides = [side for side in (rows, columns) if side != "period"]
    fixed = dict(within or {})
    used = _crossed(results, metric, {*sides, *fixed}, fixed)
    used = _of_periods(used, period=period, periods=periods, kind=kind)
    if all(math.isnan(row.value) for row in used):
        return explain_missing([metric], results, language)
    down, across = (_values(side, used, total=total) for side in (rows, columns))
    grid = _grid(ResultCells(results, language), metric, {rows: down, columns: across}, fixed, used[0].period)
    across = [a for a in across if any(grid[d, a].value is not None for d in down)]
    down = [d for d in down if any(grid[d, a].value is not None for a in across)]
    body = tuple(_cross_row(rows, d, metric, language, [grid[d, a] for a in across]) for d in down)
    id = id or f"{metric}_by_{rows}_and_{columns}"
    head = group_name(rows, language) if rows != "period" else text(f"column.{kind or 'period'}", language)
    heads = [Column(a or "all", _side_label(columns, a, metric, language)) for a in across]
    return ReportTable(
        id,
        _cross_caption(id, metric, sides, language),
        (Column(rows, head, "left"), *heads),
        body,
        cell_notes((cell for row in body for cell in row.cells), language),
    )


def _grid(
    numbers: ResultCells, metric: str, sides: Mapping[str, Sequence[str | None]], fixed: Within, period: str
) -> dict[tuple[str | None, str | None], Cell]:
    """The cell of each value down and each across, empty where there is no such number."""
    (rows, down), (columns, across) = sides.items()

    def cell(d: str | None, a: str | None) -> Cell:
        chosen = {side: value for side, value in ((rows, d), (columns, a)) if value is not None}
        at = chosen.pop("period", period)
        group = {**fixed, **chosen}
        return numbers.cell(metric, at, group) if (metric, at, group) in numbers else Cell("")

    return {(d, a): cell(d, a) for d in down for a in across}


def _cross_row(side: str, value: str | None, metric: str, language: Language, cells: Sequence[Cell]) -> Row:
    label = Cell(_side_label(side, value, metric, language), sort=value if side == "period" else None)
    return Row((label, *cells), "body" if value else "total")


def _crossed(results: Results, metric: str, names: set[str], fixed: Within) -> list[ResultRow]:
    """The numbers of a measure that are split by ``names`` and no more, at the values that are ``fixed``."""
    return [
        row
        for row in results.rows(metric)
        if row.group.keys() == names and fixed.items() <= row.group.items()
    ]


def _of_periods(
    rows: list[ResultRow],
    *,
    period: str | int | None,
    periods: Sequence[str] | None,
    kind: PeriodKind | None,
) -> list[ResultRow]:
    """Of one period, of several, or of one kind; all where none of these is said."""
    if period is not None:
        return [row for row in rows if row.period == str(period)]
    if periods is not None:
        return [row for row in rows if row.period in periods]
    if kind is not None:
        return [row for row in rows if period_kind(row.period) == kind]
    return rows


def _values(side: str, used: list[ResultRow], *, total: bool) -> list[str | None]:
    """The values of a side, and None for its total; a total over periods is no number of these results."""
    if side == "period":
        return [*sorted({row.period for row in used})]
    return [
        *in_catalogue_order(side, dict.fromkeys(row.group[side] for row in used)),
        *([None] if total else []),
    ]


def _cross_caption(id: str, metric: str, sides: Sequence[str], language: Language) -> str:
    titled = caption(id, [metric], language, by=" × ".join(group_name(side, language) for side in sides))
    unit = METRICS[metric].unit(language)
    return text("caption.unit", language, caption=titled, unit=unit) if unit else titled


def group_values(
    results: Results, metrics: Sequence[str], by: str, periods: Sequence[str], fixed: Within
) -> list[str]:
    """The values of a split in the order the catalogue lists them, others as they come."""
    found = [
        row.group[by]
        for row in results
        if row.metric in metrics
        and row.period in periods
        and row.group.keys() == {by, *fixed}
        and fixed.items() <= row.group.items()
    ]
    return in_catalogue_order(by, dict.fromkeys(found))


def total_label(by: str, metric: str, language: Language) -> str:
    """What the undivided number is called: a sum, an overall rate, the rule that was chosen."""
    if by == "rule":
        return text("column.chosen", language)
    entry = METRICS[metric]
    summed = entry.format in {"count", "amount"} and not entry.denominator(language)
    overall = "column.overall_group" if by == "dealership" else "column.overall"
    return text("column.sum" if summed else overall, language)


def _side_label(side: str, value: str | None, metric: str, language: Language) -> str:
    if value is None:
        return total_label(side, metric, language)
    return format_period(value, language) if side == "period" else group_label(side, value, language)
