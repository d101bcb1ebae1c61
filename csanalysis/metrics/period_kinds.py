"""What kind of period a label names, told without the libraries that compute."""

import re
from functools import cache
from typing import Literal

PeriodKind = Literal["year", "month", "week", "span", "date"]

_KINDS: dict[PeriodKind, re.Pattern[str]] = {
    "year": re.compile(r"\d{4}"),
    "month": re.compile(r"\d{4}-\d{2}"),
    "week": re.compile(r"\d{4}-W\d{2}"),
    "span": re.compile(r"\d{4}/\d{4}"),
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
}


@cache
def period_kind(period: str) -> PeriodKind:
    """What kind of period a label names; ValueError where it names none."""
    for kind, pattern in _KINDS.items():
        if pattern.fullmatch(period):
            return kind
    raise ValueError(f"{period!r} is no period")
