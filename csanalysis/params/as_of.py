"""The last day counted, as a date or as a word that moves with the calendar."""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager

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
    return _date(value)


_GIVEN = "CSANALYSIS_AS_OF"
"""Where a process and those that it starts find the day that the command gave in place of the params'."""


def given_as_of() -> str | None:
    """The date or word that the command gave in place of the params' ``as_of``; None where it gave none."""
    return os.environ.get(_GIVEN) or None


@contextmanager
def as_of_given(day: str | None) -> Iterator[None]:
    """While the block runs, this process and those it starts count up to ``day``; None changes nothing."""
    before = os.environ.get(_GIVEN)
    if day is not None:
        os.environ[_GIVEN] = day
    try:
        yield
    finally:
        if day is not None and before is None:
            os.environ.pop(_GIVEN, None)
        elif day is not None and before is not None:
            os.environ[_GIVEN] = before


def checked_day(value: str, *, moving: bool) -> str:
    """A date as text, or one of :data:`WORDS`, as the command line gives it.

    A word becomes the day that it stands for now, unless it is to move on (``moving``), as in a service.

    Raises
    ------
    BadValueError
        It is neither.
    """
    if value in WORDS:
        return value if moving else day_of(value, today=dt.date.today()).isoformat()
    return _date(value).isoformat()


def _date(value: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise BadValueError(
            "'{value}' is not a date; write it as '2025-12-31', or {words}",
            "“{value}”不是日期；请写成“2025-12-31”，或 {words}",
            value=value,
            words=", ".join(WORDS),
        ) from None
