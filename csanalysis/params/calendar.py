"""One event of the year's calendar, as params or a calendar file state it, and the days on which it falls."""

import calendar
import datetime as dt
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, Discriminator, Field, Tag, model_validator

from csanalysis.messages import BadValueError, Message, joined
from csanalysis.params.strict import STRICT, Amount
from csanalysis.schema.audiences import parse_audience
from csanalysis.schema.festivals import festival_named

LONGEST_DAYS = 366
DEFAULT_PREPARATION_DAYS = 15


def as_date(value: object) -> object:
    """A date of text as it must be written in params."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise BadValueError(
                "'{value}' is not a date; write it as '2025-12-31'",
                "“{value}”不是日期；请写成“2025-12-31”",
                value=value,
            ) from None
    return value


def _is_festival(value: str) -> str:
    festival_named(value)
    return value


def _is_audience(value: str) -> str:
    parse_audience(value)
    return value


Day = Annotated[dt.date, BeforeValidator(as_date)]
Month = Annotated[int, Field(ge=1, le=12)]
Text = Annotated[str, Field(min_length=1)]


class Span(NamedTuple):
    """First and last day of an event."""

    start: dt.date
    end: dt.date


class EventDayError(BadValueError):
    """An event cannot be held on the days it names; ``field`` is to blame."""

    def __init__(self, field: str, en: str, zh: str, **parts: object) -> None:
        super().__init__(en, zh, **parts)
        self.field = field


class CalendarEvent(BaseModel):
    """One event. A calendar file has these fields as columns, with Chinese or English heads.

    ``event``
        What it is called.
    ``date``, ``festival`` or ``month`` (one of them)
        When it begins: a date of the plan year, a festival by name in either language, or a month, with
        ``day`` that day of it, without the whole month, with ``end_month`` all months up to that one.
    ``offset_days``
        Begin so many days after the date or festival; negative: before it.
    ``end`` or ``days``
        The last day, or how many days it lasts; one day unless said.
    ``kind``
        As in the campaigns table: the past campaigns of that kind are what the event's arrivals and revenue
        are expected from. Any other word, such as greeting or gift, only groups the events.
    ``audience``
        For whom: a rule that is counted from the data (:mod:`csanalysis.schema.audiences`).
    ``size``
        How many people where no rule counts them, and the most where one does.
    ``activity``, ``gift``
        What is done and what is given, in words.
    ``unit_cost``, ``budget``
        Money for each person, or for the whole event; a budget given stands as it is, else it is audience x
        unit cost.
    ``owner``, ``penalty``
        Who answers for it, and what a delay costs them each time.
    ``preparation_days``
        Days before the first day on which preparation begins.
    """

    model_config = STRICT

    event: Text
    date: Day | None = None
    festival: Annotated[Text, AfterValidator(_is_festival)] | None = None
    month: Month | None = None
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    end_month: Month | None = None
    offset_days: Annotated[int, Field(ge=-60, le=60)] = 0
    end: Day | None = None
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] | None = None
    kind: Text | None = None
    audience: Annotated[Text, AfterValidator(_is_audience)] | None = None
    size: Annotated[int, Field(ge=0)] | None = None
    activity: Text | None = None
    gift: Text | None = None
    unit_cost: Amount | None = None
    budget: Amount | None = None
    owner: Text | None = None
    penalty: Amount | None = None
    preparation_days: Annotated[int, Field(ge=0, le=180)] = DEFAULT_PREPARATION_DAYS

    @model_validator(mode="after")
    def _one_beginning(self) -> Self:
        given = [name for name in ("date", "festival", "month") if getattr(self, name) is not None]
        if not given:
            raise BadValueError(
                "has no date; give one of date, festival, month",
                "没有日期；请写 date、festival、month 之一",
            )
        both = next(
            (
                names
                for names in (given, ("day", "end_month"), ("end", "days"))
                if len(names) > 1 and all(getattr(self, name) is not None for name in names)
            ),
            None,
        )
        if both:
            raise BadValueError(
                "names both {names}; keep one of them",
                "同时写了 {names}；请只留一个",
                names=joined(both, " and "),
            )
        lone = next((name for name in ("day", "end_month") if getattr(self, name) is not None), None)
        if self.month is None and lone:
            raise BadValueError(
                "names {name} without month; give the month as well",
                "写了 {name} 而没有 month；请补上月份",
                name=lone,
            )
        if self.month and self.end_month and self.end_month < self.month:
            raise BadValueError(
                "end_month {end} lies before month {month}",
                "end_month {end} 早于 month {month}",
                end=self.end_month,
                month=self.month,
            )
        if self.festival is None and self.date is None and self.day is None and self.offset_days:
            raise BadValueError(
                "offset_days counts from a day; give a date, a festival, or month and day",
                "offset_days 要从某一天算起；请写 date、festival，或 month 和 day",
            )
        return self

    def span_in(self, year: int) -> Span:
        """The event's days in the plan year.

        Raises
        ------
        EventDayError
            A day that the month does not have, a beginning or an end outside the year, or an end before the
            beginning.
        """
        first = self._first_day(year) + dt.timedelta(days=self.offset_days)
        field = next(name for name in ("date", "festival", "month") if getattr(self, name) is not None)
        if first.year != year:
            raise EventDayError(
                field,
                "begins on {first}, outside plan_year {year}; move it into the year",
                "从 {first} 开始，不在规划年度 {year} 内；请移到当年",
                first=first,
                year=year,
            )
        last = self._last_day(first)
        how = next((name for name in ("end", "days", "end_month") if getattr(self, name) is not None), field)
        if last < first:
            raise EventDayError(
                how,
                "ends on {last}, before it begins on {first}",
                "到 {last} 结束，早于开始的 {first}",
                last=last,
                first=first,
            )
        if last.year != year:
            raise EventDayError(
                how,
                "ends on {last}, after plan_year {year}; end it by {year}-12-31",
                "到 {last} 结束，超出规划年度 {year}；请在 {year}-12-31 前结束",
                last=last,
                year=year,
            )
        return Span(first, last)

    def _first_day(self, year: int) -> dt.date:
        if self.date is not None:
            return self.date
        if self.festival is not None:
            return festival_named(self.festival).on(year)
        month, day = self.month or 1, self.day or 1
        last = calendar.monthrange(year, month)[1]
        if day > last:
            raise EventDayError(
                "day",
                "{day} is no day of {year}-{month:02d}, which has {last}",
                "{day} 日不存在：{year}-{month:02d} 只有 {last} 天",
                day=day,
                year=year,
                month=month,
                last=last,
            )
        return dt.date(year, month, day)

    def _last_day(self, first: dt.date) -> dt.date:
        if self.end is not None:
            return self.end
        if self.days is not None:
            return first + dt.timedelta(days=self.days - 1)
        if self.month is not None and self.day is None:
            month = self.end_month or self.month
            return dt.date(first.year, month, calendar.monthrange(first.year, month)[1])
        return first


def default_events(language: str) -> list[CalendarEvent]:
    """A sensible year to start from, in ``zh`` or ``en``."""
    text = (Path(__file__).parent / f"calendar_{language}.yml").read_text(encoding="utf-8")
    return [CalendarEvent.model_validate(event) for event in yaml.safe_load(text)]


def _form(value: object) -> str:
    """Which form of a calendar is meant, so that only the problems of that form are told."""
    return "[events]" if isinstance(value, list) else "[path]"


Calendar = Annotated[
    Annotated[str, Tag("[path]")] | Annotated[list[CalendarEvent], Tag("[events]")], Discriminator(_form)
]


def event_problems(events: list[CalendarEvent], year: int) -> list[tuple[tuple[Any, ...], Message]]:
    """What keeps events from being held in the plan year: place in the list and field, and what is wrong."""
    problems: list[tuple[tuple[Any, ...], Message]] = []
    seen: dict[tuple[str, dt.date], int] = {}
    for place, event in enumerate(events):
        try:
            start = event.span_in(year).start
        except EventDayError as error:
            problems.append(((place, error.field), error.message))
            continue
        if (event.event, start) in seen:
            twice = (
                "'{event}' stands twice on {start}; keep one of them",
                "“{event}”在 {start} 写了两次；请只留一次",
            )
            problems.append(((place, "event"), Message(*twice, event=event.event, start=start)))
        seen[event.event, start] = place
    return problems
