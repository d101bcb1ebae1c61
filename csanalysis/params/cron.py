"""A cron line as cron itself reads it."""

import re
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from csanalysis.messages import BadValueError

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DAY_OF_WEEK = re.compile(r"(\*|[a-z]{3}|[0-7])(?:-([a-z]{3}|[0-7]))?(?:/([1-7]))?")
_LEAP = datetime(2024, 1, 1, tzinfo=UTC)
_YEARS_TO_TRY = 9  # from leap year to leap year, over a century's end


def cron_trigger(line: str, zone: tzinfo | None = None, *, jitter: int = 0) -> "BaseTrigger":
    """The trigger of a cron line of five fields, in ``zone`` (default: the machine's).

    Two things are as in crontab and not as in APScheduler: days of the week count from Sunday, 0 or 7; and
    where both a day of the month and a day of the week are given, either will do.

    Parameters
    ----------
    line : str
        Minute, hour, day of the month, month, day of the week.
    zone : tzinfo, optional
        Where the line's hours are told.
    jitter : int
        Begin up to so many seconds later, at random, so that many stores do not begin at once.

    Raises
    ------
    ValueError
        No cron line, or one that never comes round, such as 30 February.
    """
    from apscheduler.triggers.combining import OrTrigger
    from apscheduler.triggers.cron import CronTrigger

    fields = line.split()
    if len(fields) != 5:
        raise BadValueError("it has {count} fields", "只有五段才对，现有 {count} 段", count=len(fields))
    minute, hour, day, month, weekday = fields
    weekdays = _weekdays(weekday)

    def trigger(day: str, weekdays: str) -> CronTrigger:
        return CronTrigger(
            minute=minute, hour=hour, day=day, month=month, day_of_week=weekdays, timezone=zone, jitter=jitter
        )

    if day.startswith("*") or weekday.startswith("*"):
        made = trigger(day, weekdays)
        _refuse_never(CronTrigger(day=day, month=month, end_date=_LEAP.replace(year=2024 + _YEARS_TO_TRY)))
        return made
    return OrTrigger([trigger(day, "*"), trigger("*", weekdays)])


def _weekdays(field: str) -> str:
    """The days by name, for numbers mean another day to APScheduler."""
    if field == "*":
        return field
    found: set[int] = set()
    for part in field.lower().split(","):
        match = _DAY_OF_WEEK.fullmatch(part)
        if match is None:
            raise BadValueError(
                "day of the week {part!r} is neither 0-7 nor sun-sat",
                "星期“{part}”既不是 0-7，也不是 sun-sat",
                part=part,
            )
        first, last, step = match.groups()
        low, high = (0, 6) if first == "*" else (_number(first), _number(last or first))
        if last and high < low:
            high += 7 if high == 0 else 0
        if high < low:
            raise BadValueError("days of the week {part!r} run backwards", "星期“{part}”前后颠倒", part=part)
        if step and not last and first != "*":
            high = 6
        found |= {number % 7 for number in range(low, high + 1, int(step or 1))}
    return ",".join(_DAYS[number] for number in sorted(found))


def _number(day: str) -> int:
    if day.isdecimal():
        return int(day)
    if day not in _DAYS:
        raise BadValueError(
            "{day!r} is no day of the week; write sun, mon, tue, wed, thu, fri or sat",
            "“{day}”不是星期；请写 sun、mon、tue、wed、thu、fri 或 sat",
            day=day,
        )
    return _DAYS.index(day)


def _refuse_never(trigger: "BaseTrigger") -> None:
    if trigger.get_next_fire_time(None, _LEAP) is None:
        raise BadValueError("no month has that day", "没有哪个月有这一天")
