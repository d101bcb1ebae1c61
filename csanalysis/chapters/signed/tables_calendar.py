"""The year's calendar on one page; without one, a draft from last year's campaigns and the festivals."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from csanalysis.catalogue import Language, Missing, text
from csanalysis.catalogue.audiences import audience_words
from csanalysis.chapters.calendar.measure import planned
from csanalysis.chapters.calendar.tables import days_text
from csanalysis.chapters.signed.draft_calendar import drafted_name, festivals_left
from csanalysis.chapters.signed.forms import (
    EMPTY,
    head,
    heads,
    month_name,
    sheet,
    total,
    whole,
    without_column,
)
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.campaigns.draft_year import draft_events
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def year_calendar(
    results: Results, *, params: Params, tables: Tables, language: Language
) -> ReportTable | Missing:
    """All events of the year in order of days: what, for whom, budget, owner, penalty; or the draft."""
    if not params.calendar:
        return _draft(results, params=params, tables=tables, language=language)
    numbers, year = ResultCells(results, language), planned(params, tables)
    rows = []
    for event in year.events.to_dict("records"):
        at, group = f"{event['start']:%Y-%m-%d}", {"event": str(event["event"])}
        penalty = numbers.cell("event_penalty", at, group)
        rows.append(
            Row(
                (
                    Cell(days_text(event["start"], event["end"], language)),
                    Cell(str(event["event"])),
                    Cell(_for_whom(event, language)),
                    Cell(_what(event, language)),
                    whole(numbers.cell("event_budget", at, group), language),
                    Cell(_or_empty(event["owner"])),
                    EMPTY if penalty.value is None else penalty,
                )
            )
        )
    plan = str(params.plan_year)
    sums = [EMPTY] * 7
    sums[0], sums[4] = (
        Cell(text("column.sum", language)),
        whole(numbers.cell("calendar_budget", plan, {}), language),
    )
    columns = (
        *heads(("days", "event", "for_whom", "content"), language, "left"),
        head("budget", language),
        head("owner", language, "left"),
        head("penalty", language),
    )
    made = sheet("calendar", columns, [*rows, total(sums)], language, year=plan)
    return without_column(made, "penalty")


def calendar_months(results: Results, *, params: Params, language: Language) -> ReportTable | Missing:
    """The budget of each month and of the year."""
    numbers, plan = ResultCells(results, language), str(params.plan_year)
    metric = "calendar_budget" if params.calendar else "draft_budget"
    if (metric, plan, {}) not in numbers:
        return Missing(f"> {text('signed.no_campaigns', language)}")
    months = months_of(params.plan_year)
    cells = [whole(numbers.cell(metric, period, {}), language) for period in (*months, plan)]
    columns = (
        head("month", language, "left"),
        *(Column(month, month_name(month, language)) for month in months),
        Column("year", text("column.sum", language)),
    )
    return sheet(
        "calendar_months", columns, [(Cell(text("signed.column.budget", language)), *cells)], language
    )


def _draft(results: Results, *, params: Params, tables: Tables, language: Language) -> ReportTable | Missing:
    """The draft: last year's campaigns at their cost, and festivals that have none."""
    held = tables.get("campaigns")
    numbers, plan = ResultCells(results, language), str(params.plan_year)
    events = pd.DataFrame() if held is None else draft_events(held, plan_year=params.plan_year)
    rows: list[tuple[pd.Timestamp, Row]] = []
    for event in events.to_dict("records"):
        end = event["start_date"] if pd.isna(event["end_date"]) else event["end_date"]
        amount = numbers.cell("draft_budget", plan, {"campaign_id": str(event["campaign_id"])})
        cells = (
            Cell(days_text(event["start_date"], end, language)),
            Cell(drafted_name(event["name"], params.plan_year)),
            Cell(_or_empty(event["kind"])),
            EMPTY if amount.value is None else whole(amount, language),
            Cell(_or_empty(event["owner"])),
            EMPTY,
        )
        rows.append((event["start_date"], Row(cells)))
    for festival in festivals_left([day.date() for day, _ in rows], params.plan_year):
        day = pd.Timestamp(festival.on(params.plan_year))
        spoken = festival.zh if language == "zh" else festival.en
        words = Cell(text("signed.festival_care", language, festival=spoken))
        blank = (EMPTY, EMPTY, EMPTY)
        row = Row(
            (Cell(days_text(day, day, language)), words, Cell(text("signed.to_decide", language)), *blank),
            "muted",
        )
        rows.append((day, row))
    ordered = [row for _, row in sorted(rows, key=lambda each: each[0])]
    sums = [EMPTY] * 6
    sums[0], sums[3] = (
        Cell(text("column.sum", language)),
        whole(numbers.cell("draft_budget", plan, {}), language),
    )
    columns = (
        *heads(("days", "event", "content"), language, "left"),
        head("budget", language),
        head("owner", language, "left"),
        head("penalty", language),
    )
    note = text("signed.draft_note", language)
    return sheet("calendar_draft", columns, [*ordered, total(sums)], language, note=note, year=plan)


def _for_whom(event: Mapping[Hashable, Any], language: Language) -> str:
    audience = event["audience"]
    return "" if pd.isna(audience) else audience_words(str(audience), language)


def _what(event: Mapping[Hashable, Any], language: Language) -> str:
    """What is done and given."""
    said = [_or_empty(event["activity"]), _or_empty(event["gift"])]
    return text("sign.list", language).join(part for part in said if part) or _or_empty(event["kind"])


def _or_empty(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
