"""Words made from the numbers of a figure: its title, and what it says to those who cannot see it."""

from collections.abc import Callable, Iterable, Iterator

import pandas as pd

from csanalysis.catalogue import Language, format_period, text
from csanalysis.display.figures.marks import formatter

STEADY = 0.01
"""A rate that moves by less than a point has not moved."""


def join_pairs(pairs: Iterable[tuple[str, str]], language: Language) -> str:
    """``2023: 68.9%; 2024: 70.1%``."""
    colon = text("sign.colon", language)
    return text("sign.list", language).join(f"{name}{colon}{value}" for name, value in pairs)


def period_value_pairs(
    series: "pd.Series[float]", write: Callable[[float], str], language: Language, *, short: bool = False
) -> Iterator[tuple[str, str]]:
    """Each period of a series and its value, as they are written."""
    for period, value in series.items():
        yield format_period(str(period), language, short=short), write(value)


def alt_line(label: str, pairs: Iterable[tuple[str, str]], language: Language) -> str:
    """Alternative text of a line."""
    return text("figure.line_alt", language, metric=label, values=join_pairs(pairs, language))


def alt_bars(label: str, pairs: Iterable[tuple[str, str]], language: Language) -> str:
    """Alternative text of bars."""
    return text("figure.bar_alt", language, metric=label, values=join_pairs(pairs, language))


def alt_trend(label: str, values: "pd.Series[float]", metric: str, language: Language) -> str:
    """``… rose from 68.9% (2023) to 71.2% (2025)``: first to last, steady where it moved by under a point."""
    write = formatter(metric, language)
    start, end = values.iloc[0], values.iloc[-1]
    change = "flat" if abs(end - start) < STEADY else "up" if end > start else "down"
    if len(values) == 1:
        change = "one"
    return text(
        f"figure.trend.{change}",
        language,
        metric=label,
        first=format_period(str(values.index[0]), language),
        start=write(start),
        last=format_period(str(values.index[-1]), language),
        end=write(end),
    )
