"""Figures of the calendar: the year on one page, and what its campaigns may bring."""

import calendar
from collections.abc import Iterator

import numpy as np
import pandas as pd

from csanalysis.catalogue import (
    METRICS,
    Language,
    Missing,
    explain_missing,
    format_period,
    format_value,
    text,
)
from csanalysis.chapters.calendar.measure import PlannedYear
from csanalysis.display.canvas import Axes
from csanalysis.display.canvas.marks import Boxes, Repeated
from csanalysis.display.figures.alt import join_pairs
from csanalysis.display.figures.marks import (
    formatter,
    grid_of_cells,
    intervals_down,
    margin_label,
    value_axis,
)
from csanalysis.display.figures.theme import WIDTH, ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.campaigns.event_plan import SEASON_DAYS
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

ARRIVALS, BUDGET, WORKLOAD = "campaign_expected_arrivals", "calendar_budget", "calendar_workload"

# Inches, from the top left corner of the page; three months side by side, four rows of them.
_ACROSS, _DOWN = 3, 4
_GAP, _ROW = 0.16, 2.14
_PANEL = (WIDTH - (_ACROSS - 1) * _GAP) / _ACROSS
_CELL_WIDTH, _CELL_HEIGHT = _PANEL / 7, 0.138
_HEAD, _GRID, _LIST, _LINE = 0.13, 0.37, 1.25, 0.13
_MOST_LINES = 7
_TINY, _LISTED = 5.8, 7.0  # points
_EM_PER_LINE = _PANEL * 72 / _LISTED

Marked = dict[str, set[str]]
Place = tuple[float, float]


def year_view(
    year: PlannedYear, results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Twelve months on one page: event days, preparation, and the events that begin in each month.

    Parameters
    ----------
    year : PlannedYear
        The events.
    results : Results
        ``calendar_budget`` of the year and its months.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    if year.events.empty:
        return Missing(text("calendar.none", language))
    marked = _marked_days(year.events)
    with canvas(language, height=_DOWN * _ROW) as (figure, ax):
        figure.filled = True
        ax.set_xlim(0, WIDTH)
        ax.set_ylim(_DOWN * _ROW, 0)
        ax.set_axis_off()
        _draw_boxes(ax, year.year, marked)
        _draw_numbers(ax, year.year, marked, text("calendar.initials", language).split("|"))
        for month, (left, top) in _corners(year.year).items():
            cost = format_value(results.value(BUDGET, month), "amount", language)
            _draw_head(ax, format_period(month, language, short=True), cost, left, top)
            _draw_list(ax, list(_lines(year.events, month)), left, top + _LIST, language)
        _tell_budgets(ax, year.year, results, language)
        total = results.value(BUDGET, year.year)
        said = {"year": format_period(str(year.year), language), "events": len(year.events)}
        made = (
            text("figure.year_view.title_without", language, **said)
            if total is None
            else text(
                "figure.year_view.title", language, **said, budget=format_value(total, "amount", language)
            )
        )
        alts = [
            (format_period(month, language, short=True), text("sign.comma", language).join(lines))
            for month in months_of(year.year)
            if (lines := list(_lines(year.events, month)))
        ]
        return finish_figure(
            figure,
            id="calendar_year_view",
            title=title or made,
            alt=text("figure.year_view.alt", language, months=join_pairs(alts, language)),
            note=text("figure.year_view.note", language),
        )


def expected_arrivals(
    year: PlannedYear, results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """What each event may bring, with its prediction interval and how many it invites."""
    if year.events.empty:
        return Missing(text("calendar.none", language))
    rows = results.select(ARRIVALS, "date", "event").dropna(subset="value")
    if rows.empty:
        return explain_missing([ARRIVALS], results, language)
    write = formatter(ARRIVALS, language, decimals=0)
    with canvas(language, height=0.75 + 0.25 * len(rows)) as (figure, ax):
        intervals_down(ax, rows, range(len(rows)), color=LIGHT.accent)
        ax.plot(rows["value"], range(len(rows)), "o", color=LIGHT.accent, markersize=5.5)
        for place, row in enumerate(rows.to_dict("records")):
            margin_label(ax, place, 1.02, write(row["value"]), weight="bold")
            margin_label(
                ax, place, 1.1, format_value(row["denominator"], "count", language), color=LIGHT.muted
            )
            told = Told(ARRIVALS, language, by="event", period=row["period"], write=write)
            told.points(ax, [place], rows.iloc[[place]].set_index("event"), flat=True)
        margin_label(ax, -1, 1.1, text("column.invited", language), color=LIGHT.muted)
        ax.set_yticks(range(len(rows)), list(rows["event"]))
        ax.set_ylim(len(rows) - 0.5, -0.6)
        ax.set_xlim(left=0)
        value_axis(ax, ARRIVALS, language, axis="x")
        plain_axes(ax, grid="x")
        ax.tick_params(axis="y", length=0)
        label = METRICS[ARRIVALS].label(language)
        whole = results.select(ARRIVALS, "year", period=str(year.year)).iloc[0]
        ends = "–".join(write(whole[end]) for end in ("low", "high"))
        made = text(
            "figure.arrivals.title",
            language,
            year=format_period(str(year.year), language),
            value=write(whole["value"]),
            interval=ends,
        )
        pairs = zip(rows["event"], map(write, rows["value"]), strict=True)
        return finish_figure(
            figure,
            id=ARRIVALS,
            title=title or (made if pd.notna(whole["low"]) else label),
            alt=text("figure.dot_alt", language, metric=label, values=join_pairs(pairs, language)),
            note=text("figure.arrivals.note", language),
        )


def workload(results: Results, *, language: Language, title: str | None = None) -> ReportFigure | Missing:
    """How many events each owner has in hand in each month: one row an owner, the busiest first."""
    rows = results.select(WORKLOAD, "month", "owner")
    if rows.empty:
        return explain_missing([WORKLOAD], results, language)
    grid = rows.pivot(index="owner", columns="period", values="value")
    grid = grid.loc[grid.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    write = formatter(WORKLOAD, language)
    months = [format_period(month, language, short=True) for month in grid.columns]
    most = rows[(rows["value"] == rows["value"].max()).to_numpy()]
    busiest = most.iloc[0]
    with canvas(language, height=0.6 + 0.27 * len(grid)) as (figure, ax):
        grid_of_cells(ax, grid.where(grid > 0), grid.map(write), rows=list(grid.index), columns=months)
        for down, (owner, row) in enumerate(grid.iterrows()):
            told = Told(WORKLOAD, language, name=str(owner), group={"owner": str(owner)}, short=True)
            told.cells(ax, down, row.where(row > 0))
        made = text(
            "figure.workload.title" if len(most) == 1 else "figure.workload.title_tied",
            language,
            owner=busiest["owner"],
            month=format_period(busiest["period"], language, short=True),
            events=write(busiest["value"]),
        )
        comma = text("sign.comma", language)
        said = [(str(name), comma.join(map(write, row))) for name, row in grid.iterrows()]
        label = METRICS[WORKLOAD].label(language)
        return finish_figure(
            figure,
            id=WORKLOAD,
            title=title or made,
            alt=text("figure.grid_alt", language, metric=label, values=join_pairs(said, language)),
            note=text("figure.workload.note", language),
        )


def _marked_days(events: pd.DataFrame) -> Marked:
    """The days of events and of preparation; of a season only its first day."""
    held: set[str] = set()
    prepared: set[str] = set()
    for event in events.to_dict("records"):
        start, end = event["start"], event["end"]
        last = start if (end - start).days >= SEASON_DAYS else end
        held |= {f"{day:%Y-%m-%d}" for day in pd.date_range(start, last)}
        prepared |= {f"{day:%Y-%m-%d}" for day in pd.date_range(event["preparation"], start)}
    return {"held": held, "prepared": prepared - held}


def _corners(year: int) -> dict[str, Place]:
    """The top left corner of each month."""
    return {
        month: (place % _ACROSS * (_PANEL + _GAP), place // _ACROSS * _ROW)
        for place, month in enumerate(months_of(year))
    }


def _days(year: int) -> Iterator[tuple[str, int, Place]]:
    """Each day of the year, its weekday from Monday, 0, and the middle of its cell."""
    for month, (left, top) in _corners(year).items():
        for week, days in enumerate(calendar.Calendar().monthdayscalendar(year, int(month[5:]))):
            for weekday, day in enumerate(days):
                if day:
                    place = left + (weekday + 0.5) * _CELL_WIDTH, top + _GRID + week * _CELL_HEIGHT
                    yield f"{month}-{day:02d}", weekday, place


def _draw_boxes(ax: Axes, year: int, marked: Marked) -> None:
    across, down = _CELL_WIDTH / 2 - 0.02, _CELL_HEIGHT / 2 - 0.007
    for kind, color in (("held", LIGHT.accent), ("prepared", LIGHT.accent_soft)):
        boxes = [
            (x - across, y - down, x + across, y + down)
            for day, _, (x, y) in _days(year)
            if day in marked[kind]
        ]
        ax.add_artist(Boxes(boxes, [color]))


def _draw_numbers(ax: Axes, year: int, marked: Marked, initials: list[str]) -> None:
    """Weekdays and every day's number; those that look alike are one text of many places."""
    places: dict[tuple[str, bool], list[tuple[str, float, float]]] = {}
    for left, top in _corners(year).values():
        for weekday, initial in enumerate(initials):
            x, y = left + (weekday + 0.5) * _CELL_WIDTH, top + _GRID - _CELL_HEIGHT
            places.setdefault((LIGHT.neutral, False), []).append((initial, x, y))
    for day, weekday, (x, y) in _days(year):
        held = day in marked["held"]
        color = LIGHT.paper if held else LIGHT.muted if weekday > 4 else LIGHT.ink
        places.setdefault((color, held), []).append((str(int(day[8:])), x, y))
    for (color, bold), words in places.items():
        ax.add_artist(Repeated(words, _TINY, color, bold))


def _draw_head(ax: Axes, name: str, cost: str, left: float, top: float) -> None:
    ax.text(left, top + _HEAD, name, weight="bold", fontsize=8.5)
    ax.text(left + _PANEL, top + _HEAD, cost, ha="right", fontsize=_LISTED, color=LIGHT.muted)
    ax.plot([left, left + _PANEL], [top + _HEAD + 0.035] * 2, color=LIGHT.neutral, linewidth=0.6)


def _tell_budgets(ax: Axes, year: int, results: Results, language: Language) -> None:
    """The head of each month tells what its events cost."""
    corners = _corners(year)
    costs = pd.Series({month: results.value(BUDGET, month) for month in corners}, dtype=float)
    told = Told(BUDGET, language, name=METRICS[BUDGET].label(language))
    lefts, tops = np.array(list(corners.values())).T
    told.bars(ax, lefts + _PANEL / 2, costs, width=_PANEL, base=tops, at=[_GRID - _HEAD] * len(costs))


def _lines(events: pd.DataFrame, month: str) -> Iterator[str]:
    """``8 …`` for an event of one day, ``20→25 …`` and ``1→6/30 …`` for one that lasts."""
    begin = events[events["start"].dt.strftime("%Y-%m") == month]
    for event in begin.to_dict("records"):
        start, end = event["start"], event["end"]
        last = (
            "" if end == start else f"→{end.day}" if end.month == start.month else f"→{end.month}/{end.day}"
        )
        yield f"{start.day}{last} {event['event']}"


def _draw_list(ax: Axes, lines: list[str], left: float, top: float, language: Language) -> None:
    if len(lines) > _MOST_LINES:
        rest = len(lines) - _MOST_LINES + 1
        lines = [*lines[: _MOST_LINES - 1], text("figure.year_view.more", language, count=rest)]
    words = lines or [text("figure.year_view.none", language)]
    color = LIGHT.ink if lines else LIGHT.neutral
    for place, line in enumerate(words):
        ax.text(left, top + place * _LINE, _fitted(line), fontsize=_LISTED, color=color, va="center")


def _fitted(line: str) -> str:
    """A line cut to the panel's width; a Chinese character is as wide as high, a Latin one about half."""
    widths = np.cumsum([1.0 if ord(letter) > 0x2E7F else 0.56 for letter in line])
    if widths[-1] <= _EM_PER_LINE:
        return line
    return line[: int((widths <= _EM_PER_LINE - 1).sum())] + "…"
