"""Tables over time: measures down and periods across, or periods down and measures across."""

import math
from collections.abc import Mapping, Sequence
from itertools import chain

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, format_period, text
from csanalysis.display.tables.cells import ResultCells, Show, caption, cell_notes, metric_column
from csanalysis.display.tables.model import Cell, Column, HeaderGroup, ReportTable, Row
from csanalysis.display.tables.spark import sparkline_column
from csanalysis.metrics.periods import PeriodKind, months_of, period_kind
from csanalysis.metrics.results import Results

Within = Mapping[str, str]


def by_period(
    results: Results,
    metrics: Sequence[str],
    kind: PeriodKind = "year",
    *,
    language: Language,
    last: int | None = 3,
    periods: Sequence[str] | None = None,
    with_interval: bool = True,
    within: Within | None = None,
    id: str | None = None,
) -> ReportTable | Missing:
    """One row a measure, one column a period (and one its interval), a sparkline where there is a history.

    Parameters
    ----------
    results : Results
        Where the numbers are.
    metrics : sequence of str
        Measures, top to bottom; those the results lack are left out.
    kind : PeriodKind
        Which of their periods.
    language : Language
        ``zh`` or ``en``.
    last : int, optional
        Only so many latest periods; None for all.
    periods : sequence of str, optional
        Exactly these periods instead.
    with_interval : bool
        Show 95 % intervals.
    within : mapping, optional
        Only this split, such as ``{"team": "一组"}``; without it the undivided numbers.
    id : str, optional
        Names the table in the report and its caption in the catalogue; by default made of the first measure.
    """
    there, spans = _present(results, metrics, kind, within, periods, last)
    if not there:
        return explain_missing(metrics, results, language)
    numbers, group = ResultCells(results, language), dict(within or {})
    ranged = {
        period: with_interval and any(numbers.has_interval(metric, [period], [group]) for metric in there)
        for period in spans
    }
    columns, heads = _period_heads(ranged, language)
    running = _still_running(results, there, spans, language)
    until = spans[-2] if running and len(spans) > 1 else spans[-1]
    trend = sparkline_column(
        numbers, [(metric, group) for metric in there], kind=kind, until=until, language=language
    )
    if trend:
        columns.append(trend[0])
        heads.append(HeaderGroup("", 1))
    shows: dict[str, tuple[Show, ...]] = {
        period: ("value", "interval") if both else ("value",) for period, both in ranged.items()
    }
    rows = tuple(
        Row(
            (
                Cell(METRICS[metric].label_with_unit(language), about=metric),
                *chain.from_iterable(numbers.shown(metric, period, group, shows[period]) for period in spans),
                *([trend[1][place]] if trend else []),
            )
        )
        for place, metric in enumerate(there)
    )
    id = id or f"{there[0]}_by_{kind}"
    return ReportTable(
        id,
        caption(id, there, language, by=text(f"column.{kind}", language)),
        tuple(columns),
        rows,
        cell_notes((cell for row in rows for cell in row.cells), language),
        tuple(heads) if any(head.label for head in heads) else None,
    ).with_note(running, text("note.trend", language) if trend else None)


def _period_heads(ranged: Mapping[str, bool], language: Language) -> tuple[list[Column], list[HeaderGroup]]:
    """A column a period, and one for the interval of each that is ``ranged``, below a head of both."""
    columns, heads = [Column("metric", text("column.metric", language), "left")], [HeaderGroup("", 1)]
    for period, both in ranged.items():
        label = format_period(period, language)
        columns.append(Column(f"{period}.value", text("column.value", language) if both else label))
        if both:
            columns.append(Column(f"{period}.interval", text("column.interval", language)))
        heads.append(HeaderGroup(label, 2) if both else HeaderGroup("", 1))
    return columns, heads


def periods_down(
    results: Results,
    metrics: Sequence[str],
    kind: PeriodKind = "month",
    *,
    language: Language,
    periods: Sequence[str] | None = None,
    last: int | None = None,
    show: Sequence[Show] = ("value",),
    year: int | str | None = None,
    total: str | None = None,
    within: Within | None = None,
    id: str | None = None,
) -> ReportTable | Missing:
    """One row a period, the parts in ``show`` of each measure across.

    Parameters
    ----------
    results, metrics, kind, language, periods, last, within, id
        As in :func:`by_period`.
    show : sequence of str
        ``value``, ``numerator``, ``denominator``, ``interval``; a part that a measure never has is left out.
    year : int, optional
        The twelve months of this year, and the year itself below them in bold.
    total : str, optional
        Another period for that last row.
    """
    if year is not None:
        periods, total = months_of(year), total or str(year)
    there, spans = _present(results, metrics, kind, within, periods, last)
    if not there:
        return explain_missing(metrics, results, language)
    numbers, group = ResultCells(results, language), dict(within or {})
    shows = [(metric, parts_shown(numbers, metric, spans, [group], show)) for metric in there]
    columns = (
        Column("period", text(f"column.{kind}", language), "left"),
        *(
            metric_column(metric, part, language, key=f"{metric}.{part}")
            for metric, parts in shows
            for part in parts
        ),
    )

    def row(period: str) -> tuple[Cell, ...]:
        cells = (numbers.shown(metric, period, group, parts) for metric, parts in shows)
        return (Cell(format_period(period, language), sort=period), *chain.from_iterable(cells))

    rows = [Row(row(period)) for period in spans]
    if total and any((metric, total, group) in numbers for metric in there):
        rows.append(Row(row(total), "total"))
    id = id or f"{there[0]}_{kind}s_down"
    return ReportTable(
        id,
        caption(id, there, language, by=text(f"column.{kind}", language)),
        columns,
        tuple(rows),
        cell_notes((cell for row in rows for cell in row.cells), language),
        metric_heads(shows, language, before=1),
    ).with_note(_still_running(results, there, spans, language))


def parts_shown(
    numbers: ResultCells, metric: str, periods: Sequence[str], groups: Sequence[Within], show: Sequence[Show]
) -> tuple[Show, ...]:
    """Those parts that the measure has anywhere here; its value always."""

    def there(part: Show) -> bool:
        if part == "interval":
            return numbers.has_interval(metric, periods, groups)
        return part == "value" or any(
            numbers.get(metric, period, group, part) is not None for period in periods for group in groups
        )

    return tuple(part for part in show if there(part))


def metric_heads(
    shows: Sequence[tuple[str, tuple[Show, ...]]], language: Language, *, before: int
) -> tuple[HeaderGroup, ...] | None:
    """A head for each measure that takes several columns, where there is more than one measure."""
    if len(shows) < 2 or all(len(parts) == 1 for _, parts in shows):
        return None
    heads = [HeaderGroup(METRICS[m].label(language) if len(p) > 1 else "", len(p)) for m, p in shows]
    return (*(HeaderGroup("", 1) for _ in range(before)), *heads)


def _present(
    results: Results,
    metrics: Sequence[str],
    kind: PeriodKind,
    within: Within | None,
    periods: Sequence[str] | None,
    last: int | None,
) -> tuple[list[str], list[str]]:
    """The measures that have a number in these periods, and the periods in order."""
    group = dict(within or {})
    rows = [row for metric in dict.fromkeys(metrics) for row in results.rows(metric) if row.group == group]
    if periods is None:
        found = sorted({row.period for row in rows if period_kind(row.period) == kind})
        chosen = found[-last:] if last else found
    else:
        chosen = [str(period) for period in periods]
    known = dict.fromkeys(row.metric for row in rows if row.period in chosen and not math.isnan(row.value))
    return list(known), chosen


def _still_running(
    results: Results, metrics: Sequence[str], periods: Sequence[str], language: Language
) -> str | None:
    """That the last year shown is not over, where the months of these measures say so."""
    year = periods[-1]
    if period_kind(year) != "year":
        return None
    months = [
        row.period
        for metric in metrics
        for row in results.rows(metric)
        if row.period.startswith(f"{year}-") and not math.isnan(row.value)
    ]
    last = max(months, default=f"{year}-12")[:7]
    if last.endswith("-12"):
        return None
    month = format_period(last, language, short=True)
    return text("note.running", language, year=format_period(year, language), month=month)
