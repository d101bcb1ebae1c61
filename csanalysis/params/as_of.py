"""The last day counted, as a date or as a word that moves with the calendar."""

import datetime as dt

from pydantic import ValidationInfo

from csanalysis.messages import BadValueError

WORDS = ("today", "yesterday", "last_month", "last_quarter")
"""``last_month`` and ``last_quarter`` are the last day of the month or quarter that ended before today."""


def day_of(word: str, *, today: dt.date) -> dt.date:
    """The day that a word of :data:`WORDS` stands for."""
    first = today.replace(day=1)
    if word == "last_quarter":
        first = first.replace(month=(first.month - 1) // 3 * 3 + 1)
    return today if word == "today" else (today if word == "yesterday" else first) - dt.timedelta(days=1)


def as_of_day(value: object, info: ValidationInfo) -> object:
    """A day from a date as text or one of :data:`WORDS`, which go by the context's ``today``."""
    if not isinstance(value, str):
        return value
    if value in WORDS:
        return day_of(value, today=(info.context or {}).get("today") or dt.date.today())
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise BadValueError(
            "'{value}' is not a date; write it as '2025-12-31', or {words}",
            "“{value}”不是日期；请写成“2025-12-31”，或 {words}",
            value=value,
            words=", ".join(WORDS),
        ) from None
