"""One column of cells to values of its kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.ingest.coded import Codes, distinct, is_typed, texts
from csanalysis.ingest.date_columns import order_of, whole_days
from csanalysis.ingest.dates import Dates, in_utc, parse_datetimes, parse_months, possible
from csanalysis.ingest.numbers import decimal_of, parse_numbers, plausible
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

    ``raw`` are the distinct cells, ``codes`` the place of each row's cell among them (-1 for an empty one),
    ``parsed`` their values (NA where unreadable), ``exact`` the same, dates with the time of day.
    """

    raw: pd.Series
    codes: Codes
    parsed: pd.Series
    exact: pd.Series

    @cached_property
    def words(self) -> pd.Series:
        """The distinct cells as text."""
        return texts(self.raw)

    @property
    def values(self) -> pd.Series:
        """A value for each row [the kind's dtype]."""
        return pd.Series(self.parsed.array.take(self.codes, allow_fill=True))

    @property
    def unreadable(self) -> npt.NDArray[np.bool_]:
        """Rows whose cell holds something that could not be read."""
        if not self._bad.any():
            return np.zeros(len(self.codes), dtype=bool)
        return np.append(self._bad, False)[self.codes]

    @cached_property
    def _bad(self) -> npt.NDArray[np.bool_]:
        if self._says_itself:
            return np.zeros(len(self.raw), dtype=bool)
        bad: npt.NDArray[np.bool_] = self.parsed.isna().to_numpy(dtype=bool)
        return bad

    @property
    def numbers(self) -> Codes:
        """A number for each row, equal where the values are; -1 where there is none."""
        if self._says_itself:
            return self.codes
        places, _ = pd.factorize(self.parsed)
        return np.append(places, -1)[self.codes]

    @property
    def comparable(self) -> Codes:
        """A number for each row, equal where the values are, to the second, or the unreadable cells."""
        if self._says_itself:
            return self.codes
        places, found = pd.factorize(self.exact)
        if self._bad.any():
            unread, _ = pd.factorize(self.words[self._bad].map(folded))
            places = places.copy()
            places[self._bad] = unread + len(found)
        return np.append(places, -1)[self.codes]

    @property
    def _says_itself(self) -> bool:
        """Whether each distinct cell is a value of its own."""
        return self.parsed is self.raw and self.exact is self.raw


def parse(
    cells: pd.Series, column: Column, words: Mapping[str, str], notation: Notation = Notation()
) -> Parsed:
    """The values of one column.

    Parameters
    ----------
    cells : Series of str, or coded
        Trimmed cells, NaN where empty; dates and numbers that the file itself has are read as they are.
    column : Column
        What the column holds.
    words : mapping
        The params' words for this column.
    notation : Notation
        What the params say of dates and numbers.
    """
    codes, raw = distinct(cells)
    if not words and is_typed(raw) and (known := _as_typed(raw, column, notation)):
        return Parsed(raw, codes, *known)
    said = texts(raw)
    meant = translate(said, known_words(column, words))
    moments = _moments(meant, notation) if column.kind in ("date", "datetime") else None
    values = _values(meant, column, notation, moments)
    # A word mapped onto nothing, and dashes in a column of text, are empty cells rather than unreadable ones.
    empty = np.zeros(len(raw), dtype=bool) if meant is said else (meant == "").to_numpy()
    if column.kind == "text" and not column.vocabulary and values is not meant:
        empty = empty | dashes(meant).to_numpy()
    if empty.any():
        codes = np.append(np.where(empty, -1, np.arange(len(meant))), -1)[codes]
    exact = values if moments is None else pd.Series(moments)
    return Parsed(raw, codes, values, exact)


def _as_typed(raw: pd.Series, column: Column, notation: Notation) -> tuple[pd.Series, pd.Series] | None:
    """Values and exact values of dates and numbers; None where the column holds something else."""
    if column.kind in ("number", "integer", "fraction") and raw.dtype.kind in "if":
        values = pd.Series(_of_kind(plausible(raw.to_numpy(dtype="float64")), column)).astype(
            dtype_of(column)
        )  # type: ignore[call-overload]  # a name
        return values, values
    if column.kind in ("date", "datetime", "month") and raw.dtype.kind == "M":
        found = possible(raw.to_numpy())
        if column.kind == "month":
            months = pd.Series(found.astype("datetime64[M]").astype("datetime64[s]"))
            return months, months
        moments = _with_day(found)
        days = whole_days(moments, np.zeros(len(moments), dtype=bool)) if column.kind == "date" else moments
        return pd.Series(days), pd.Series(moments)
    return None


def _moments(words: pd.Series, notation: Notation) -> Dates:
    order = notation.date_order or order_of(words)
    return _with_day(parse_datetimes(words, order=order, timezone=notation.timezone))


def _with_day(found: Dates) -> Dates:
    return np.where(found == _NO_DAY, np.datetime64("NaT", "s"), found)


def _values(meant: pd.Series, column: Column, notation: Notation, moments: Dates | None) -> pd.Series:
    if column.vocabulary:
        values: object = meant.where(meant.isin(list(VOCABULARIES[column.vocabulary])))
    elif column.kind == "text":
        return _texts(meant, column)
    elif column.kind in ("number", "integer", "fraction"):
        values = _numbers(meant, column, notation)
    elif moments is None:
        values = _PARSERS[column.kind](meant)
    elif column.kind == "date":
        values = whole_days(moments, in_utc(meant), timezone=notation.timezone)
    else:
        values = moments
    if isinstance(values, pd.Series) and values.dtype == dtype_of(column):
        return values
    typed: pd.Series = pd.Series(values).astype(dtype_of(column))  # type: ignore[call-overload]  # a name
    return typed


def _texts(meant: pd.Series, column: Column) -> pd.Series:
    """The words themselves, unless one of them says something else."""
    values = parse_texts(meant, is_id=column.is_id)
    if (column.is_id or column.is_phone) and (lost := rounded(meant)).any():
        values = values.where(~lost)
    return phones(values) if column.is_phone else values


def _numbers(meant: pd.Series, column: Column, notation: Notation) -> npt.NDArray[np.float64]:
    number = parse_numbers(meant, decimal=notation.decimal or decimal_of(meant), currency=notation.currency)
    return _of_kind(number, column)


def _of_kind(number: npt.NDArray[np.float64], column: Column) -> npt.NDArray[np.float64]:
    if column.kind == "integer":
        return np.where(number == np.round(number), number, np.nan)  # none is so large that floats skip one
    if column.kind == "fraction":
        return np.where((number >= 0) & (number <= 1), number, np.nan)
    return number


def comparison_codes(cells: pd.Series, header: str) -> Codes:
    """A number for each cell of a column that the schema does not know, equal where the cells mean the same.

    So a row counts as repeated though one yearly file writes ``2020/1/1`` and the next ``20200101``.
    """
    codes, values = distinct(cells)
    if is_typed(values):
        return codes
    raw = texts(values)
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
