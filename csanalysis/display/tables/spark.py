"""Sparklines: how the number of a row has moved, as a line the height of a word."""

from collections.abc import Sequence
from datetime import date

from csanalysis.catalogue import Language, format_period, format_value, text
from csanalysis.display.tables.cells import Group, ResultCells, metric_format
from csanalysis.display.tables.model import Cell, Column
from csanalysis.metrics.periods import PeriodKind, period_kind
from csanalysis.palette import LIGHT

FEWEST, MOST = 3, 12
"""A line takes so many numbers; fewer stand in the row already, more cannot be told apart."""

_WIDTH, _HEIGHT, _EDGE = 72, 18, 3


def sparkline_column(
    numbers: ResultCells,
    rows: Sequence[tuple[str, Group]],
    *,
    kind: PeriodKind,
    until: str,
    language: Language,
) -> tuple[Column, list[Cell]] | None:
    """A column with a line for each row that has a history, and its cells; None where no row has one.

    Parameters
    ----------
    numbers : ResultCells
        Where the history is; all of it that the results have, not only what the table shows.
    rows : sequence of (metric, group)
        What each row is about.
    kind : PeriodKind
        Years, months or weeks; other periods have no even distance.
    until : str
        The last period to draw.
    language : Language
        ``zh`` or ``en``, for the line in words.
    """
    if kind not in {"year", "month", "week"}:
        return None
    cells = [_trend(numbers, metric, group, kind, until, language) for metric, group in rows]
    if not any(cell.svg for cell in cells):
        return None
    return Column("trend", text("column.trend", language), "left"), cells


def _trend(
    numbers: ResultCells, metric: str, group: Group, kind: PeriodKind, until: str, language: Language
) -> Cell:
    known = {
        _place(period): (period, value)
        for period in numbers.periods(metric, group)
        if period_kind(period) == kind
        and period <= until
        and (value := numbers.get(metric, period, group)) is not None
    }
    latest = [place for place in sorted(known) if place > _place(until) - MOST]
    if len(latest) < FEWEST:
        return Cell("")
    said = (
        text(
            "sign.told",
            language,
            name=format_period(known[place][0], language),
            value=format_value(known[place][1], metric_format(metric, "value"), language),
        )
        for place in latest
    )
    drawn = sparkline({place: known[place][1] for place in latest})
    return Cell("", svg=drawn, alt=text("sign.list", language).join(said))


def sparkline(values: dict[int, float]) -> str:
    """Numbers by place as an SVG: a line that stops where a place is missing, the last number as a dot."""
    first, last = min(values), max(values)
    low, high = min(values.values()), max(values.values())

    def point(place: int) -> str:
        across = _EDGE + (place - first) * (_WIDTH - 2 * _EDGE) / ((last - first) or 1)
        up = (values[place] - low) / (high - low) if high > low else 0.5
        return f"{across:.4g} {_HEIGHT - _EDGE - up * (_HEIGHT - 2 * _EDGE):.3g}"

    drawn = "".join(f"{'L' if place - 1 in values else 'M'}{point(place)}" for place in sorted(values))
    x, y = point(last).split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f'<path d="{drawn}" fill="none" stroke="{LIGHT.muted}"/>'
        f'<circle cx="{x}" cy="{y}" r="2.2" fill="{LIGHT.accent}"/></svg>'
    )


def _place(period: str) -> int:
    """Where a year, month or week stands in an even row of them."""
    if "-W" in period:
        year, week = period.split("-W")
        return date.fromisocalendar(int(year), int(week), 1).toordinal() // 7
    if "-" in period:
        year, month = period.split("-")
        return int(year) * 12 + int(month)
    return int(period)
