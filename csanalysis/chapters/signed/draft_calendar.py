"""The draft of a year's calendar as events, for a store to change and give back as its own."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from csanalysis.catalogue import Language, text
from csanalysis.messages import BadValueError
from csanalysis.metrics.campaigns.draft_year import draft_events
from csanalysis.params import CalendarEvent, Params
from csanalysis.schema.audiences import parse_audience
from csanalysis.schema.festivals import Festival, festival_named

_DRAFTED = (
    "元旦",
    "春节",
    "元宵节",
    "妇女节",
    "劳动节",
    "母亲节",
    "端午节",
    "七夕",
    "教师节",
    "中秋节",
    "国庆节",
    "重阳节",
)
"""Festivals that a draft reminds of."""

_NEAR = timedelta(days=10)


def drafted_events(params: Params, tables: Mapping[str, pd.DataFrame]) -> list[CalendarEvent]:
    """Last year's campaigns in the plan year at what they cost, and festivals near which there is none.

    An audience that is no rule of a calendar is told among what is done. In order of days.
    """
    held, year = tables.get("campaigns"), params.plan_year
    records = [] if held is None else draft_events(held, plan_year=year).to_dict("records")
    events = [event for record in records if (event := _event(record, year, params.language))]
    free = festivals_left([event.date for event in events if event.date], year)
    events += [
        CalendarEvent(
            event=text("signed.festival_care", params.language, festival=_named(festival, params.language)),
            festival=_named(festival, params.language),
        )
        for festival in free
    ]
    once = {(event.event, event.span_in(year).start): event for event in reversed(events)}
    return sorted(once.values(), key=lambda event: (event.span_in(year).start, event.event))


def festivals_left(taken: Iterable[date], year: int) -> Iterator[Festival]:
    """The festivals of a draft that have no event within ten days of them."""
    days = list(taken)
    for name in _DRAFTED:
        festival = festival_named(name)
        if not any(abs(festival.on(year) - day) <= _NEAR for day in days):
            yield festival


def drafted_name(name: Any, year: int) -> str:
    """A campaign's name with the plan year in place of the year before."""
    return "" if pd.isna(name) else str(name).replace(str(year - 1), str(year))


def _event(record: Mapping[Hashable, Any], year: int, language: Language) -> CalendarEvent | None:
    name, first = drafted_name(record["name"], year), record["start_date"].date()
    if not name:
        return None
    last = first if pd.isna(record["end_date"]) else min(record["end_date"].date(), date(year, 12, 31))
    rule, told = _audience(record.get("audience"), language)
    return CalendarEvent(
        event=name,
        date=first,
        end=last if last > first else None,
        kind=_text(record["kind"]),
        audience=rule,
        activity=told,
        budget=None if pd.isna(record["amount"]) else round(float(record["amount"]), 2),
        owner=_text(record["owner"]),
    )


def _audience(said: Any, language: Language) -> tuple[str | None, str | None]:
    """What campaigns were for: as a rule if it is one, else in words."""
    words = _text(said)
    if words is None:
        return None, None
    try:
        parse_audience(words)
    except BadValueError:
        return None, text("signed.for_whom", language, audience=words)
    return words, None


def _text(value: Any) -> str | None:
    return None if pd.isna(value) or not str(value).strip() else str(value)


def _named(festival: Festival, language: Language) -> str:
    return festival.zh if language == "zh" else festival.en
