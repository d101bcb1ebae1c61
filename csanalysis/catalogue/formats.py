"""How numbers and periods are written in each language."""

import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, localcontext
from functools import cache
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, parse_pattern

from csanalysis.metrics.period_kinds import period_kind

Language = Literal["zh", "en"]
Format = Literal["percent", "count", "amount", "score", "ratio", "days", "points"]

UNDEFINED = "—"
"""Stands for a number that is not defined: nothing to divide by, or not yet observed in full. It is no 0."""

_LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
_DECIMALS: dict[Format, tuple[int, int]] = {
    "percent": (1, 1),
    "count": (0, 1),
    "amount": (0, 0),
    "score": (1, 2),
    "ratio": (2, 2),
    "days": (0, 1),
    "points": (1, 1),
}
_PATTERNS: dict[Format, str] = {
    "percent": "#,##0{}%",
    "amount": "¥#,##0{};-¥#,##0{}",
    "points": "+#,##0{};-#,##0{}",
}


@cache
def format_value(
    value: float | None, format: Format, language: Language, *, decimals: int | None = None
) -> str:
    """A number as a reader sees it.

    Parameters
    ----------
    value : float or None
        None and NaN are written :data:`UNDEFINED`.
    format : Format
        ``percent`` (fraction, 0.7168 → 71.7%), ``count`` (1,234; a mean of counts 12.5), ``amount`` (¥1,280),
        ``score`` (one or two decimals), ``ratio`` (two), ``days`` (up to one), ``points`` (difference of two
        fractions in percentage points, signed: +3.2).
    decimals : int, optional
        Exactly so many decimals instead of the format's own.
    """
    if value is None or math.isnan(value):
        return UNDEFINED
    fewest, most = (decimals, decimals) if decimals is not None else _DECIMALS[format]
    places = ("." if most else "") + "0" * fewest + "#" * (most - fewest)
    pattern = _PATTERNS.get(format, "#,##0{}").replace("{}", places)
    if format == "points":
        # 0.285 - 0.275 is 0.00999…; a difference of two rates is meant in decimals, not in binary.
        value = round(value * 100, 9)
    with localcontext() as context:
        context.rounding = ROUND_HALF_UP
        written = format_decimal(value, format=_parsed(pattern), locale=_locale(language))
    return re.sub(r"^[+-](¥?0(?:\.0+)?%?)$", r"\1", written)


_parsed = cache(parse_pattern)


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(_LOCALES[language])


def format_interval(
    low: float | None, high: float | None, format: Format, language: Language
) -> tuple[str, str]:
    """The two ends of an interval, to be joined by an en dash: ``62.0`` and ``82.0%``."""
    low_text, high_text = format_value(low, format, language), format_value(high, format, language)
    return (low_text.removesuffix("%") if high_text.endswith("%") else low_text), high_text


def format_period(period: str, language: Language, *, short: bool = False) -> str:
    """``2025-03`` as 2025年3月 or Mar 2025; ``2023/2025`` as 2023–2025年 or 2023–2025.

    ``short`` leaves the year out of a month (3月, Mar), for an axis that has it.
    """
    chinese = language == "zh"
    match period_kind(period):
        case "year":
            return f"{period}年" if chinese else period
        case "span":
            first, last = period.split("/")
            years = first if first == last else f"{first}–{last}"
            return f"{years}年" if chinese else years
        case "month":
            pattern = ("M月" if short else "y年M月") if chinese else ("MMM" if short else "MMM y")
            return _date(f"{period}-01", pattern, language)
        case "week":
            year, week = period.split("-W")
            return f"{year}年第{int(week)}周" if chinese else f"{year} week {int(week)}"
        case "date":
            return _date(period, "y年M月d日" if chinese else "d MMM y", language)


@cache
def _date(day: str, pattern: str, language: Language) -> str:
    return format_date(date.fromisoformat(day), pattern, locale=_locale(language))
