"""The rows of data of all sheets of one table, stacked under our column names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc

from csanalysis.ingest.coded import arrow, distinct, is_typed, plain, stacked
from csanalysis.ingest.header import Header
from csanalysis.ingest.reshaping import reshaped
from csanalysis.ingest.sheets import Sheet
from csanalysis.ingest.words import known_words, translate
from csanalysis.params import Source
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

_FOOTER = (
    r"(?i)^(?:制表|制单|审核|审批|复核|打印|导出|填表|经办|财务|单位|部门|店总|总经理|负责人|签字|签名|盖章|备注|说明|注)"
    r"[^:：\d]{0,8}\s*[:：].*$|^共\s*\d+\s*(?:条|行|笔|页|台|辆|单|项|张).*$|^第\s*\d+\s*页.*$"
    r"|^page\s+\d+.*$|^(?:printed|exported|prepared|checked|approved)\s+(?:on|at|by)\b.*$"
    r"|^\d+\s+(?:rows?|records?)(?:\s+\w+)?$|^-+\s*end\b.*$"
)

PLAIN = Source(path=["."])
"""A source that says nothing of its rows."""

UNMAPPED = "="  # before the header of a column that the schema does not know; none of ours begins so


@dataclass(frozen=True)
class StackedRows:
    """Rows of several sheets.

    ``cells`` has a column, str or coded, for each of our columns found, and one named ``=header`` for each
    other; ``sheet`` gives each row's place in ``places`` (file name, sheet name), ``row`` its number, from 1,
    as Excel shows it, ``cut_short`` whether its file ends in the middle of it.
    """

    cells: pd.DataFrame
    sheet: npt.NDArray[np.intp]
    row: npt.NDArray[np.intp]
    places: tuple[tuple[str, str], ...]
    cut_short: npt.NDArray[np.bool_]


def stack_sheets(
    parts: Sequence[tuple[str, Sheet, Header]],
    table: Table,
    words: Mapping[str, Mapping[str, str]],
    source: Source = PLAIN,
) -> StackedRows:
    """The rows of data of all sheets, in order; blank lines, totals, footers and repeated headers are none.

    ``source`` says the unit of bare amounts under headers that name none, and what else of the columns is to
    be put in shape.
    """
    frames, sheets, rows, cut = [], [], [], []
    for number, (_, sheet, header) in enumerate(parts):
        data = sheet.cells.iloc[header.first_row :]
        keep = ~_is_no_row(data, header, table, words)
        units = _units(header, table, source.unit or "")
        kept = data if keep.all() else data[keep]
        named, of = reshaped(_named(kept, header, units, table, sheet.days_shift), header, source)
        frames.append(named)
        ends = np.zeros(len(data), dtype=bool)
        ends[-1:] = sheet.cut_short
        cut.append(ends[keep][of])
        rows.append((np.flatnonzero(keep) + header.first_row + 1)[of])
        sheets.append(np.full(len(of), number))
    cells = _below_each_other(frames)
    places = tuple((file, sheet.name) for file, sheet, _ in parts)
    return StackedRows(cells, np.concatenate(sheets), np.concatenate(rows), places, np.concatenate(cut))


def _below_each_other(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all frames; a column that one lacks is empty there."""
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    names = dict.fromkeys(name for frame in frames for name in frame)
    return pd.DataFrame(
        {
            name: stacked(
                [
                    frame[name] if name in frame else pd.Series(None, frame.index, dtype="str")
                    for frame in frames
                ]
            )
            for name in names
        }
    )


def _units(header: Header, table: Table, amounts_in: str) -> dict[str, str]:
    """The unit behind bare numbers of a column: its header's own, else what the source says of amounts."""
    ours = {name: amounts_in for name in header.columns if amounts_in and table.by_name[name].is_amount}
    return ours | header.units


def _named(
    data: pd.DataFrame, header: Header, units: Mapping[str, str], table: Table, days_shift: int
) -> pd.DataFrame:
    places = dict(header.columns)
    ours = set(places.values())
    for place, name in header.names.items():
        if place not in ours:
            key = UNMAPPED + name
            while key in places:
                key += UNMAPPED
            places[key] = place
    named = data[[*places.values()]].set_axis([*places], axis=1)
    for column, unit in units.items():
        named[column] = _with_unit(named[column], unit)
    if days_shift:
        for column in header.columns:
            if table.by_name[column].kind in ("date", "datetime", "month"):
                named[column] = _shifted(named[column], days_shift)
    return named


def _with_unit(cells: pd.Series, unit: str) -> pd.Series:
    """The header's unit behind each bare number: ``12.1`` under ``成交价（万元）`` is ``12.1万元``."""
    cells = plain(cells)
    return cells.where(~cells.str.contains(r"\d$", regex=True, na=False), cells + unit)


def _shifted(cells: pd.Series, days: int) -> pd.Series:
    """Bare serials that count from another day than Excel's usual one."""
    cells = plain(cells)
    serial = cells.str.fullmatch(r"\d{4,5}(?:\.\d+)?", na=False)
    if not serial.any():
        return cells
    moved = cells.copy()
    moved[serial] = [repr(float(cell) + days).removesuffix(".0") for cell in cells[serial]]
    return moved


def begins_a_total(data: pd.DataFrame, header: Header) -> npt.NDArray[np.bool_]:
    """Rows whose first filled cell says that they are a total or a footer."""
    begun = np.zeros(len(data), dtype=bool)
    total = np.zeros(len(data), dtype=bool)
    for place in header.names:
        filled = data[place].notna().to_numpy() & ~begun
        total |= filled & np.logical_or(*_matches(data[place], _TOTAL, _FOOTER))
        begun |= filled
    return total


def _is_no_row(
    data: pd.DataFrame, header: Header, table: Table, words: Mapping[str, Mapping[str, str]]
) -> npt.NDArray[np.bool_]:
    """Rows that are blank, a total, or the header once more."""
    begun = np.zeros(len(data), dtype=bool)
    total = np.zeros(len(data), dtype=bool)
    required = [header.columns[name] for name in table.required if name in header.columns]
    several = data[required].notna().sum(axis=1).to_numpy() > max(1, len(required) // 2)
    for place in header.names:
        filled = data[place].notna().to_numpy() & ~begun
        if filled.any():
            is_total, is_footer = _matches(data[place], _TOTAL, _FOOTER)
            if place == header.columns.get("item_code"):  # there a total is the score of the whole programme
                meant = translate(
                    plain(data[place][is_total]),
                    known_words(table.by_name["item_code"], words.get("item_code", {})),
                )
                is_total[is_total] = (meant != "total").to_numpy()
            total |= filled & (is_total | (is_footer & ~several))
            begun |= filled
        if begun.all():
            break
    again = np.ones(len(data), dtype=bool)
    for place in header.columns.values():
        again &= _say(data[place], header.names[place])
        if not again.any():
            break
    return ~begun | total | again


def _matches(cells: pd.Series, *patterns: str) -> list[npt.NDArray[np.bool_]]:
    """For each pattern the rows whose text fits it."""
    codes, values = distinct(cells)
    if is_typed(values):
        return [np.zeros(len(cells), dtype=bool) for _ in patterns]
    words = arrow(values)
    found = (pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False) for pattern in patterns)
    return [np.append(hit, False)[codes] if hit.any() else np.zeros(len(cells), dtype=bool) for hit in found]


def _say(cells: pd.Series, word: str) -> npt.NDArray[np.bool_]:
    """Rows whose cell is a word of text."""
    codes, values = distinct(cells)
    hit = np.zeros(len(values) + 1, dtype=bool)
    hit[:-1] = False if is_typed(values) else (values == word).to_numpy()
    return hit[codes]
