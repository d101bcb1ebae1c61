"""Tables of the calendar: a page a month, past campaigns one by one, and what the plan's may bring."""

from typing import Any

import pandas as pd
from babel.dates import format_date

from csanalysis.catalogue import (
    Language,
    Missing,
    explain_missing,
    format_period,
    format_value,
    group_name,
    text,
)
from csanalysis.catalogue.audiences import audience_words
from csanalysis.chapters.calendar.measure import PlannedYear
from csanalysis.display.tables.cells import ResultCells, Show, cell_notes, metric_column
from csanalysis.display.tables.model import Cell, Column, Field, ReportTable, Row
from csanalysis.display.tables.periods import parts_shown
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results

CAMPAIGN_RATES = (
    "campaign_arrival_rate",
    "campaign_cost_per_arrival",
    "campaign_revenue_per_arrival",
    "campaign_return_on_cost",
)
_COUNTS: tuple[Field, ...] = ("denominator", "numerator")
_EXPECTED = ("campaign_expected_arrivals", "campaign_expected_revenue")
_MONTH_PAGE = ("days", "event", "activity", "invited", "preparation", "owner", "budget")
_NUMBERS = ("invited", "budget")


def no_calendar(language: Language) -> Missing:
    """What to say where the params have no calendar."""
    return Missing(text("calendar.none", language))


def month_pages(
    year: PlannedYear, results: Results, *, language: Language
) -> tuple[ReportTable, ...] | tuple[Missing]:
    """One table a month that has anything: the events that begin in it, muted those that go on, the budget.

    Parameters
    ----------
    year : PlannedYear
        The events.
    results : Results
        ``event_audience``, ``event_budget`` and ``calendar_budget``.
    language : Language
        ``zh`` or ``en``.

    Returns
    -------
    tuple of ReportTable
        At most twelve; a single note where there is no calendar.
    """
    if year.events.empty:
        return (no_calendar(language),)
    numbers = ResultCells(results, language)
    pages = [_month_page(year, month, numbers, language) for month in months_of(year.year)]
    return tuple(page for page in pages if page.rows)


def campaigns_held(
    results: Results, campaigns: pd.DataFrame | None, year: int, *, language: Language
) -> ReportTable | Missing:
    """The campaigns of one year: invited, arrived, the rate, cost and revenue of an arrival, return on cost.

    Parameters
    ----------
    results : Results
        The campaign measures by ``campaign_id``.
    campaigns : DataFrame or None
        The campaigns table, for names, kinds and days; None where there is none.
    year : int
        The year in which they began.
    language : Language
        ``zh`` or ``en``.
    """
    if campaigns is None:
        return explain_missing(["campaign_arrival_rate"], results, language)
    held = campaigns[campaigns["start_date"].dt.year == year].sort_values("start_date", kind="stable")
    if held.empty:
        return explain_missing(["campaign_arrival_rate"], results, language)
    numbers, period = ResultCells(results, language), str(year)
    columns = (
        Column("campaign", text("column.campaign", language), "left"),
        Column("kind", text("column.kind", language), "left"),
        Column("start", text("column.start", language), "left"),
        metric_column(CAMPAIGN_RATES[0], "denominator", language, key="invited"),
        metric_column(CAMPAIGN_RATES[0], "numerator", language, key="arrived"),
        *(metric_column(metric, "value", language, key=metric) for metric in CAMPAIGN_RATES),
    )
    rows = []
    for row in held.to_dict("records"):
        group = {"campaign_id": str(row["campaign_id"])}
        counts = (numbers.cell(CAMPAIGN_RATES[0], period, group, part) for part in _COUNTS)
        rates = (numbers.cell(metric, period, group) for metric in CAMPAIGN_RATES)
        start = Cell(day_text(row["start_date"], language))
        rows.append(Row((Cell(row["name"]), Cell(_or_empty(row["kind"])), start, *counts, *rates)))
    totals = [numbers.cell(CAMPAIGN_RATES[0], period, {}, part) for part in _COUNTS]
    totals += [numbers.cell(metric, period, {}) for metric in CAMPAIGN_RATES]
    rows.append(Row((Cell(text("column.sum", language)), Cell(""), Cell(""), *totals), "total"))
    caption = text("table.campaigns_held", language, year=format_period(period, language))
    note = cell_notes((cell for row in rows for cell in row.cells), language)
    return ReportTable("campaigns_held", caption, columns, tuple(rows), note)


def campaigns_expected(year: PlannedYear, results: Results, *, language: Language) -> ReportTable | Missing:
    """What each event of the plan that has a reference may bring, and all together."""
    if year.events.empty:
        return no_calendar(language)
    numbers = ResultCells(results, language)
    listed = _listed(year)
    listed = [(event, at, group) for event, at, group in listed if (_EXPECTED[0], at, group) in numbers]
    if not listed:
        return explain_missing(_EXPECTED, results, language)
    show: tuple[Show, ...] = ("value", "interval")
    groups, periods = [group for *_, group in listed], [at for _, at, _ in listed]
    parts = {metric: parts_shown(numbers, metric, periods, groups, show) for metric in _EXPECTED}
    columns = (
        Column("event", text("column.event", language), "left"),
        Column("kind", group_name("kind", language), "left"),
        metric_column(_EXPECTED[0], "denominator", language, key="invited"),
        *(
            metric_column(metric, part, language, key=f"{metric}.{part}")
            for metric in _EXPECTED
            for part in parts[metric]
        ),
    )

    def cells(at: str, group: dict[str, str]) -> tuple[Cell, ...]:
        shown = (cell for metric in _EXPECTED for cell in numbers.shown(metric, at, group, parts[metric]))
        return numbers.cell(_EXPECTED[0], at, group, "denominator"), *shown

    rows = [
        Row((Cell(event["event"]), Cell(_or_empty(event["kind"])), *cells(at, group)))
        for event, at, group in listed
    ]
    total = (Cell(text("column.sum", language)), Cell(""), *cells(str(year.year), {}))
    rows.append(Row(total, "total"))
    caption = text("table.campaigns_expected", language, year=format_period(str(year.year), language))
    note = cell_notes((cell for row in rows for cell in row.cells), language)
    return ReportTable("campaigns_expected", caption, columns, tuple(rows), note)


def day_text(day: pd.Timestamp, language: Language) -> str:
    """``5月10日 周日`` or ``Sun 10 May``."""
    pattern = "M月d日 EEE" if language == "zh" else "EEE d MMM"
    return format_date(day.date(), pattern, locale="zh_Hans_CN" if language == "zh" else "en")


def days_text(start: pd.Timestamp, end: pd.Timestamp, language: Language) -> str:
    """First and last day of an event, one where they are the same."""
    if start == end:
        return day_text(start, language)
    locale, whole = ("zh_Hans_CN", "M月d日") if language == "zh" else ("en", "d MMM")
    first, last = whole, whole
    if start.month == end.month:
        first, last = ("M月d", "d日") if language == "zh" else ("d", "d MMM")
    written = [format_date(day.date(), form, locale=locale) for day, form in ((start, first), (end, last))]
    return "–".join(written)


def _listed(year: PlannedYear) -> list[tuple[dict[str, Any], str, dict[str, str]]]:
    """Each event with the period and group under which its numbers stand."""
    return [
        (
            {str(name): value for name, value in event.items()},
            f"{event['start']:%Y-%m-%d}",
            {"event": event["event"]},
        )
        for event in year.events.to_dict("records")
    ]


def _month_page(year: PlannedYear, month: str, numbers: ResultCells, language: Language) -> ReportTable:
    begin, going_on = [], []
    for event, at, group in _listed(year):
        if at.startswith(month):
            begin.append(Row(_event_cells(event, at, group, numbers, language)))
        elif at < month <= f"{event['end']:%Y-%m}":
            going_on.append(Row(_event_cells(event, at, group, numbers, language, going_on=True), "muted"))
    rows = [*begin, *going_on]
    if rows:
        blank = (Cell("") for _ in _MONTH_PAGE[1:-1])
        total = numbers.cell("calendar_budget", month, {})
        rows.append(Row((Cell(text("column.sum", language)), *blank, total), "total"))
    columns = tuple(
        Column(name, text(f"column.{name}", language), "right" if name in _NUMBERS else "left")
        for name in _MONTH_PAGE
    )
    caption = text("calendar.month", language, month=format_period(month, language))
    table = ReportTable(
        f"calendar_{month}",
        caption,
        columns,
        tuple(rows),
        cell_notes((cell for row in rows for cell in row.cells), language),
    )
    return table.with_note(text("calendar.note", language) if going_on else None)


def _event_cells(
    event: dict[str, Any],
    at: str,
    group: dict[str, str],
    numbers: ResultCells,
    language: Language,
    *,
    going_on: bool = False,
) -> tuple[Cell, ...]:
    empty = Cell("")
    return (
        Cell(days_text(event["start"], event["end"], language)),
        Cell(event["event"]),
        Cell(_what(event, language)),
        empty if going_on else numbers.cell("event_audience", at, group),
        empty if going_on else Cell(day_text(event["preparation"], language)),
        Cell(_owner(event, language)),
        empty if going_on else numbers.cell("event_budget", at, group),
    )


def _what(event: dict[str, Any], language: Language) -> str:
    """For whom it is, what is done and what is given."""
    audience = event["audience"]
    said = ["" if pd.isna(audience) else audience_words(audience, language), _or_empty(event["activity"])]
    if pd.notna(event["gift"]):
        key = "calendar.given" if pd.isna(event["unit_cost"]) else "calendar.given_at"
        said.append(text(key, language, gift=event["gift"], cost=_money(event["unit_cost"], language)))
    return text("sign.list", language).join(part for part in said if part)


def _owner(event: dict[str, Any], language: Language) -> str:
    """Who answers for it, and what a delay costs them."""
    owner = _or_empty(event["owner"])
    if not owner or pd.isna(event["penalty"]):
        return owner
    return text("calendar.owner", language, owner=owner, penalty=_money(event["penalty"], language))


def _money(amount: float, language: Language) -> str:
    """An amount with the cents it has: a message costs less than a yuan."""
    return format_value(amount, "amount", language, decimals=0 if float(amount) % 1 == 0 else 2)


def _or_empty(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
