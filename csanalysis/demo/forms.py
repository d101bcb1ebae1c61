"""The forms in which dealership systems write a cell."""

from collections.abc import Callable
from datetime import date, datetime
from random import Random
from typing import Any

import pandas as pd

Cell = Callable[[Any, Random], object]

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def write_cells(values: pd.Series, cell: Cell, random: Random) -> list[object]:
    """Every value in a form; a missing one is an empty cell."""
    if cell is plain and pd.api.types.is_string_dtype(values):
        return list(values.astype("str").fillna(""))
    missing = values.isna().tolist()
    return ["" if gone else cell(value, random) for value, gone in zip(values.tolist(), missing, strict=True)]


def as_is(value: Any, _: Random) -> object:
    """The value itself: text, a number, or a real date in a workbook or Parquet file."""
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def plain(value: Any, _: Random) -> str:
    """``1280.5``, ``3``, text."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def iso(value: datetime, _: Random) -> str:
    """``2023-05-07``."""
    return f"{value.year}-{value.month:02d}-{value.day:02d}"


def slashed(value: datetime, _: Random) -> str:
    """``2023/5/7``."""
    return f"{value.year}/{value.month}/{value.day}"


def digits(value: datetime, _: Random) -> str:
    """``20230507``."""
    return f"{value.year}{value.month:02d}{value.day:02d}"


def chinese(value: datetime, _: Random) -> str:
    """``2023年5月7日``."""
    return f"{value.year}年{value.month}月{value.day}日"


def chinese_month(value: datetime, _: Random) -> str:
    """``2023年5月``."""
    return f"{value.year}年{value.month}月"


def iso_month(value: datetime, _: Random) -> str:
    """``2023-05``."""
    return f"{value.year}-{value.month:02d}"


def digit_month(value: datetime, _: Random) -> str:
    """``202305``."""
    return f"{value.year}{value.month:02d}"


def slashed_time(value: datetime, _: Random) -> str:
    """``2023/5/7 9:17``."""
    return f"{value.year}/{value.month}/{value.day} {value.hour}:{value.minute:02d}"


def iso_time(value: datetime, _: Random) -> str:
    """``2023-05-07 09:17:00``."""
    return f"{value:%Y-%m-%d %H:%M:%S}"


def serial(value: datetime, _: Random) -> int:
    """``45053``: days as a workbook counts them."""
    return (value.date() - date(1899, 12, 30)).days


def commas(value: float, _: Random) -> str:
    """``1,280.00``."""
    return f"{value:,.2f}"


def whole(value: float, _: Random) -> str:
    """``12,345``."""
    return f"{value:,.0f}"


def percent(value: float, _: Random) -> str:
    """``85%``."""
    return f"{value:.0%}"


def wide(value: Any, _: Random) -> str:
    """Full-width characters: ``ＬＳＶ``."""
    return str(value).translate(_WIDE)


def with_affixes(before: str, cell: Cell, after: str = "") -> Cell:
    """A form with something before or behind it: ``￥1,280.00``, ``12,345 km``."""
    return lambda value, random: f"{before}{cell(value, random)}{after}"


def mixed_forms(usual: Cell, *others: tuple[Cell, float]) -> Cell:
    """A usual form and rarer ones, each with its share."""

    def cell(value: Any, random: Random) -> object:
        draw = random.random()
        for other, share in others:
            if draw < share:
                return other(value, random)
            draw -= share
        return usual(value, random)

    return cell


def vocabulary(text: str) -> Cell:
    """A store's words for ours, as in ``'oem 厂家 / 主机厂 | internal 本店'``; of several, any."""
    pairs = (part.strip().partition(" ") for part in text.split("|"))
    choices = {ours: [word.strip() for word in theirs.split("/")] for ours, _, theirs in pairs}

    def cell(value: Any, random: Random) -> str:
        theirs = choices.get(value, [str(value)])
        return theirs[0] if len(theirs) == 1 else random.choice(theirs)

    return cell


def yes_no(yes: str, no: str, blank: float = 0.0) -> Cell:
    """``是``/``否``; ``blank`` is the share of yes that nobody wrote."""

    def cell(value: Any, random: Random) -> str:
        return ("" if blank and random.random() < blank else yes) if value else no

    return cell


vin = mixed_forms(
    plain,
    (lambda value, _: value.lower(), 0.06),
    (lambda value, _: value[:8].lower() + value[8:], 0.02),
    (lambda value, _: value + "  ", 0.03),
    (wide, 0.01),
)
"""A VIN in mixed case, with blanks behind it, or full-width."""
