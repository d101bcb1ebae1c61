"""The rows of data of all sheets of one table, stacked under our column names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csanalysis.ingest.files import Sheet
from csanalysis.ingest.header import Header
from csanalysis.ingest.words import known_words, translate
from csanalysis.schema import TOTAL_WORDS, Table

_CHINESE = [word for word in TOTAL_WORDS if not word.isascii()]
_ENGLISH = [word for word in TOTAL_WORDS if word.isascii()]
_TOTAL = (
    r"(?i)^(?:\d{4}\s*年度?)?(?:\d{1,2}\s*月份?)?(?:本页|本月|本年|全年|全部|累计)?\s*(?:"
    + "|".join(r"\s*".join(word) for word in _CHINESE)
    + r")\s*(?:[:：(（\d].*)?$|^(?:"
    + "|".join(re.escape(word).replace(r"\ ", r"[\s-]*") for word in [*_ENGLISH, "sub-total"])
    + r")\s*:?$"
)


UNMAPPED = "="  # before the header of a column that the schema does not know; none of ours begins so


@dataclass(frozen=True)
class StackedRows:
    """Rows of several sheets.

    ``cells`` has a str column for each of our columns found, and one named ``=header`` for each other;
    ``sheet`` gives each row's place in ``places`` (file name, sheet name), ``row`` its number, from 1 as
    Excel shows it.
    """

    cells: pd.DataFrame
    sheet: npt.NDArray[np.intp]
    row: npt.NDArray[np.intp]
    places: tuple[tuple[str, str], ...]


def stack_sheets(
    parts: Sequence[tuple[str, Sheet, Header]], table: Table, words: Mapping[str, Mapping[str, str]]
) -> StackedRows:
    """The rows of data of all sheets, in order; blank lines, totals and repeated headers are none."""
    frames, sheets, rows = [], [], []
    for number, (_, sheet, header) in enumerate(parts):
        data = sheet.cells.iloc[header.first_row :]
        keep = ~_is_no_row(data, header, table, words)
        frames.append(_named(data[keep], header))
        rows.append(np.flatnonzero(keep) + header.first_row + 1)
        sheets.append(np.full(int(keep.sum()), number))
    cells = pd.concat(frames, ignore_index=True, sort=False).astype("str")
    places = tuple((file, sheet.name) for file, sheet, _ in parts)
    return StackedRows(cells, np.concatenate(sheets), np.concatenate(rows), places)


def _named(data: pd.DataFrame, header: Header) -> pd.DataFrame:
    named = {
        column: _with_unit(data[place], header.units[column]) if column in header.units else data[place]
        for column, place in header.columns.items()
    }
    for place, name in header.names.items():
        if place not in header.columns.values():
            key = UNMAPPED + name
            while key in named:
                key += UNMAPPED
            named[key] = data[place]
    return pd.DataFrame(named)


def _with_unit(cells: pd.Series, unit: str) -> pd.Series:
    """The header's unit behind each bare number: ``12.1`` under ``成交价（万元）`` is ``12.1万元``."""
    return cells.where(~cells.str.contains(r"\d$", regex=True, na=False), cells + unit)


def _is_no_row(
    data: pd.DataFrame, header: Header, table: Table, words: Mapping[str, Mapping[str, str]]
) -> npt.NDArray[np.bool_]:
    """Rows that are blank, a total, or the header once more."""
    begun = np.zeros(len(data), dtype=bool)
    total = np.zeros(len(data), dtype=bool)
    for place in header.names:
        filled = data[place].notna().to_numpy() & ~begun
        if filled.any():
            is_total = _is_total(data[place])
            if place == header.columns.get("item_code"):  # there a total is the score of the whole programme
                meant = translate(
                    data[place][is_total], known_words(table.by_name["item_code"], words.get("item_code", {}))
                )
                is_total[is_total] = (meant != "total").to_numpy()
            total |= filled & is_total
            begun |= filled
        if begun.all():
            break
    again = np.ones(len(data), dtype=bool)
    for place in header.columns.values():
        again &= (data[place] == header.names[place]).to_numpy()
        if not again.any():
            break
    return ~begun | total | again


def _is_total(cells: pd.Series) -> npt.NDArray[np.bool_]:
    matches = pc.match_substring_regex(pa.array(cells, type=pa.string(), from_pandas=True), _TOTAL)
    found: npt.NDArray[np.bool_] = pc.fill_null(matches, False).to_numpy(zero_copy_only=False)
    return found.copy()
