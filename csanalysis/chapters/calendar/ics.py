"""The calendar to subscribe to: one all-day entry an event, a reminder when preparation begins."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from icalendar import Alarm, Calendar, Event

from csanalysis.catalogue import Language, format_period, format_value, text
from csanalysis.catalogue.audiences import audience_words
from csanalysis.catalogue.formats import Format

REMINDER = timedelta(hours=9)
"""Time of day of the reminder."""

_DESCRIBED: tuple[tuple[str, Format | None], ...] = (
    ("activity", None),
    ("audience", None),
    ("invited", "count"),
    ("gift", None),
    ("budget", "amount"),
    ("owner", None),
    ("penalty", "amount"),
)


def write_ics(
    path: Path,
    events: pd.DataFrame,
    *,
    language: Language,
    dealership: str,
    title: str,
    plan_year: int,
    as_of: pd.Timestamp,
) -> None:
    """Write a calendar's events as an iCalendar file (RFC 5545).

    Parameters
    ----------
    path : Path
        An ``.ics`` file.
    events : DataFrame
        One row an event, as :func:`csanalysis.chapters.calendar.planned` gives them: ``event``, ``start``,
        ``end``, ``preparation``, ``kind`` and what :data:`_DESCRIBED` names.
    language : Language
        Of the descriptions.
    dealership, title : str
        Its id, which makes the entries' ids its own, and its name.
    plan_year : int
        The year of the events.
    as_of : Timestamp
        When the entries say they were made, so that the same data give the same bytes.
    """
    calendar = Calendar()
    name = text("ics.name", language, title=title, year=plan_year)
    for key, value in (
        ("prodid", "-//csanalysis//customer-care calendar//EN"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("name", name),
        ("x-wr-calname", name),
    ):
        calendar.add(key, value)
    stamp = datetime.combine(as_of.date(), time(), UTC)
    for row in events.to_dict("records"):
        calendar.add_component(
            _entry({str(key): value for key, value in row.items()}, language, dealership, stamp)
        )
    path.write_bytes(calendar.to_ical())


def _entry(row: Mapping[str, Any], language: Language, dealership: str, stamp: datetime) -> Event:
    start = row["start"].date()
    entry = Event()
    entry.add("uid", str(uuid.uuid5(uuid.NAMESPACE_URL, f"csanalysis:{dealership}:{start}:{row['event']}")))
    entry.add("dtstamp", stamp)
    entry.add("dtstart", start)
    entry.add("dtend", row["end"].date() + timedelta(days=1))  # the first day that is none of it
    entry.add("summary", row["event"])
    entry.add("transp", "TRANSPARENT")
    if pd.notna(row["kind"]):
        entry.add("categories", [row["kind"]])
    if said := "\n".join(_described(row, language)):
        entry.add("description", said)
    if row["preparation"] < row["start"]:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", row["preparation"].to_pydatetime() - row["start"].to_pydatetime() + REMINDER)
        day = format_period(str(start), language)
        alarm.add("description", text("ics.alarm", language, event=row["event"], day=day))
        entry.add_component(alarm)
    return entry


def _described(row: Mapping[str, Any], language: Language) -> list[str]:
    lines = []
    for name, form in _DESCRIBED:
        if pd.notna(row[name]):
            written = format_value(row[name], form, language) if form else str(row[name])
            if name == "audience":
                written = audience_words(written, language)
            lines.append(written if name == "activity" else text(f"ics.{name}", language, text=written))
    return lines
