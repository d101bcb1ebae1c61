"""One column of cells to values of its kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.ingest.dates import parse_dates, parse_datetimes, parse_months
from csanalysis.ingest.numbers import parse_numbers
from csanalysis.ingest.words import known_words, parse_booleans, parse_texts, parse_vins, translate
from csanalysis.schema import VOCABULARIES, Column, folded
from csanalysis.schema.frames import dtype_of

_PARSERS: dict[str, Callable[[pd.Series], object]] = {
    "vin": parse_vins,
    "number": parse_numbers,
    "boolean": parse_booleans,
    "date": parse_dates,
    "datetime": parse_datetimes,
    "month": parse_months,
}


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


def parse(cells: pd.Series, column: Column, words: Mapping[str, str]) -> Parsed:
    """The values of one column.

    Parameters
    ----------
    cells : Series of str
        Trimmed cells, NaN where empty.
    column : Column
        What the column holds.
    words : mapping
        The params' words for this column.
    """
    codes, distinct = pd.factorize(cells)
    raw = pd.Series(distinct, dtype="str")
    meant = translate(raw, known_words(column, words))
    values = _values(meant, column)
    # A word mapped onto nothing, and dashes in a column of text, are empty cells rather than unreadable ones.
    empty = (meant == "") | (values.isna() & (column.kind == "text" and not column.vocabulary))
    if empty.any():
        codes = np.append(np.where(empty, -1, np.arange(len(meant))), -1)[codes]
    exact = pd.Series(parse_datetimes(meant)) if column.kind == "date" else values
    return Parsed(raw, codes, values, exact)


def _values(meant: pd.Series, column: Column) -> pd.Series:
    if column.vocabulary:
        values: object = meant.where(meant.isin(list(VOCABULARIES[column.vocabulary])))
    elif column.kind == "text":
        values = parse_texts(meant, is_id=column.is_id)
    elif column.kind == "integer":
        number = parse_numbers(meant)
        values = pd.Series(np.where((number == np.round(number)) & (np.abs(number) < 2**53), number, np.nan))
    elif column.kind == "fraction":
        number = parse_numbers(meant)
        values = np.where((number >= 0) & (number <= 1), number, np.nan)
    else:
        values = _PARSERS[column.kind](meant)
    typed: pd.Series = pd.Series(values).astype(dtype_of(column))  # type: ignore[call-overload]  # a name
    return typed


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
