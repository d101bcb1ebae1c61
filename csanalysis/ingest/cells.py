"""One column of cells to values of its kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.ingest.date_columns import order_of, whole_days
from csanalysis.ingest.dates import Dates, parse_datetimes, parse_months
from csanalysis.ingest.numbers import decimal_of, parse_numbers
from csanalysis.ingest.words import (
    dashes,
    known_words,
    parse_booleans,
    parse_texts,
    parse_vins,
    phones,
    rounded,
    translate,
)
from csanalysis.schema import VOCABULARIES, Column, folded
from csanalysis.schema.frames import dtype_of

_PARSERS: dict[str, Callable[[pd.Series], object]] = {
    "vin": parse_vins,
    "boolean": parse_booleans,
    "month": parse_months,
}
_NO_DAY = np.datetime64("1900-01-01", "s")
"""What systems write for no date."""


@dataclass(frozen=True)
class Notation:
    """How a source writes dates and numbers; ``''`` is to be seen from the cells themselves."""

    date_order: str = ""
    timezone: str = ""
    decimal: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Parsed:
    """A column's values, each distinct cell parsed once.

    ``words`` are the distinct cells, ``codes`` the place of each row's cell among them (-1 for an empty one),
    ``parsed`` their values (NA where unreadable), ``exact`` the same, dates with the time of day.
    """

    words: pd.Series
    codes: npt.NDArray[np.intp]
    parsed: pd.Series
    exact: pd.Series

    @property
    def values(self) -> pd.Series:
        """A value for each row [the kind's dtype]."""
        return pd.Series(self.parsed.array.take(self.codes, allow_fill=True))

    @property
    def unreadable(self) -> npt.NDArray[np.bool_]:
        """Rows whose cell holds something that could not be read."""
        bad = self.parsed.isna().to_numpy(dtype=bool)
        return np.append(bad, False)[self.codes]

    @property
    def comparable(self) -> npt.NDArray[np.intp]:
        """A number for each row, equal where the values are, to the second, or the unreadable cells."""
        shown = self.exact.astype("str")
        bad = self.parsed.isna()
        if bad.any():
            shown[bad] = "?" + self.words[bad].map(folded)
        places, _ = pd.factorize(shown)
        return np.append(places, -1)[self.codes]


def parse(
    cells: pd.Series, column: Column, words: Mapping[str, str], notation: Notation = Notation()
) -> Parsed:
    """The values of one column.

    Parameters
    ----------
    cells : Series of str
        Trimmed cells, NaN where empty.
    column : Column
        What the column holds.
    words : mapping
        The params' words for this column.
    notation : Notation
        What the params say of dates and numbers.
    """
    codes, distinct = pd.factorize(cells)
    raw = pd.Series(distinct, dtype="str")
    meant = translate(raw, known_words(column, words))
    moments = _moments(meant, notation) if column.kind in ("date", "datetime") else None
    values = _values(meant, column, notation, moments)
    # A word mapped onto nothing, and dashes in a column of text, are empty cells rather than unreadable ones.
    empty = meant == ""
    if column.kind == "text" and not column.vocabulary:
        empty |= dashes(meant)
    if empty.any():
        codes = np.append(np.where(empty, -1, np.arange(len(meant))), -1)[codes]
    exact = values if moments is None else pd.Series(moments)
    return Parsed(raw, codes, values, exact)


def _moments(words: pd.Series, notation: Notation) -> Dates:
    order = notation.date_order or order_of(words)
    found = parse_datetimes(words, order=order, timezone=notation.timezone)
    return np.where(found == _NO_DAY, np.datetime64("NaT", "s"), found)


def _values(meant: pd.Series, column: Column, notation: Notation, moments: Dates | None) -> pd.Series:
    if column.vocabulary:
        values: object = meant.where(meant.isin(list(VOCABULARIES[column.vocabulary])))
    elif column.kind == "text":
        values = parse_texts(meant, is_id=column.is_id)
        if column.is_id or column.is_phone:
            values = values.where(~rounded(meant))
        if column.is_phone:
            values = phones(values)
    elif column.kind in ("number", "integer", "fraction"):
        values = _numbers(meant, column, notation)
    elif moments is not None:
        values = whole_days(moments, meant, timezone=notation.timezone) if column.kind == "date" else moments
    else:
        values = _PARSERS[column.kind](meant)
    typed: pd.Series = pd.Series(values).astype(dtype_of(column))  # type: ignore[call-overload]  # a name
    return typed


def _numbers(meant: pd.Series, column: Column, notation: Notation) -> npt.NDArray[np.float64]:
    number = parse_numbers(meant, decimal=notation.decimal or decimal_of(meant), currency=notation.currency)
    if column.kind == "integer":
        return np.where(number == np.round(number), number, np.nan)  # none is so large that floats skip one
    if column.kind == "fraction":
        return np.where((number >= 0) & (number <= 1), number, np.nan)
    return number


def comparison_codes(cells: pd.Series, header: str) -> npt.NDArray[np.intp]:
    """A number for each cell of a column that the schema does not know, equal where the cells mean the same.

    So a row counts as repeated though one yearly file writes ``2020/1/1`` and the next ``20200101``.
    """
    codes, distinct = pd.factorize(cells)
    raw = pd.Series(distinct, dtype="str")
    plain = parse_texts(raw, is_id=True).fillna(raw)
    shown = plain.copy()
    number = parse_numbers(plain)
    written = plain.str.contains(r"[.,¥%]|元|km|公里", regex=True) | plain.str.fullmatch(r"-?[1-9]\d{0,14}|0")
    shown = shown.where(~(written & ~np.isnan(number)), pd.Series(number).astype("str"))
    day = pd.Series(parse_datetimes(plain))
    is_date = plain.str.contains("[-/年]", regex=True)
    if any(mark in header.casefold() for mark in ("日", "时间", "date", "time")):
        is_date |= plain.str.fullmatch(r"\d{8}|\d{5}")
    shown = shown.where(~(is_date & day.notna()), day.astype("str"))
    places, _ = pd.factorize(shown)
    return np.append(places, -1)[codes]
