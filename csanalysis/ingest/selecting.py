"""Which rows below a header count, and what their empty cells mean."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.ingest.coded import Codes, distinct, is_coded, is_typed, plain, texts
from csanalysis.ingest.header import Header
from csanalysis.ingest.rows import begins_a_total
from csanalysis.ingest.sheets import Sheet
from csanalysis.messages import Message
from csanalysis.params import Source
from csanalysis.schema import folded, folded_header, nearest

_CANCELLED = frozenset(
    map(folded, ("作废", "已作废", "取消", "已取消", "红冲", "冲红", "冲销", "PDI", "PDI检查", "测试", "void",
                 "voided", "cancelled", "canceled"))
)  # fmt: skip
_LONGEST = max(map(len, _CANCELLED))
_NO = ("否", "no", "n", "0", "false")
DO_NOT_CALL = ("勿扰", "免打扰", "拒访", "拒绝回访", "拒绝来电", "donotcall", "donotcontact", "optout")


@dataclass(frozen=True)
class Selected:
    """A sheet of which the rows that do not count are blank, how many those are, and what seems amiss."""

    sheet: Sheet
    left_out: int
    warnings: dict[str, int]


def selected(sheet: Sheet, header: Header, source: Source) -> Selected:
    """What the source says of its rows, done; ``cells`` trimmed, row numbers as they were."""
    cells = sheet.cells.copy(deep=False)
    _fill_merged(cells, sheet, header)
    data = slice(header.first_row, None)
    for name in source.fill_down:
        if (place := place_of(header, name)) is not None:
            _fill_down(cells, place, header)
    left_out = np.zeros(len(cells), dtype=bool)
    rules = [(False, *asked) for asked in source.where.items()] + [
        (True, *asked) for asked in source.drop.items()
    ]
    filled = cells.notna().any(axis=1).to_numpy() if rules else left_out
    for rule, name, said in rules:
        if (place := place_of(header, name)) is not None:
            left_out[data] |= (_says(cells[place], said) == rule)[data] & filled[data]
    if left_out.any():
        cells.loc[left_out] = None
    warnings = _warnings(cells.iloc[data], header)
    return Selected(replace(sheet, cells=cells), int(left_out.sum()), warnings)


def place_of(header: Header, name: str) -> int | None:
    """Where a column stands that params name by its own header or by ours."""
    if name in header.columns:
        return header.columns[name]
    key = folded_header(name)
    return next((place for place, shown in header.names.items() if folded_header(shown) == key), None)


def unknown_names(headers: list[Header], source: Source) -> list[Message]:
    """A line for each column that the source names and no sheet has, the nearest one offered."""
    asked: list[tuple[str, str]] = [("columns", name) for name in source.columns]
    asked += [("where", name) for name in source.where] + [("drop", name) for name in source.drop]
    asked += [("fill_down", name) for name in source.fill_down]
    asked += [("latest_by", name) for name in [source.latest_by] if name]
    asked += [("wide", name) for name in source.wide]
    asked += [("sums", name) for parts in source.sums.values() for name in parts]
    shown = list(dict.fromkeys(name for header in headers for name in header.names.values()))
    return [
        Message(
            "{key}: no sheet has a column '{name}'{hint}",
            "{key}：没有“{name}”这一列{hint}",
            key=key,
            name=name,
            hint=nearest(name, shown),
        )
        for key, name in asked
        if not any(_has(header, name, ours=key != "columns") for header in headers)
    ]


def _has(header: Header, name: str, *, ours: bool) -> bool:
    if ours:
        return place_of(header, name) is not None
    return folded_header(name) in map(folded_header, header.names.values())


def _says(cells: pd.Series, words: list[str]) -> npt.NDArray[np.bool_]:
    """Rows whose cell is one of the words, whatever its width, case and spaces."""
    wanted = {folded(word) for word in words}
    codes, values = distinct(cells)
    return _any_of(codes, [folded(word) in wanted for word in texts(values)])


def _fill_merged(cells: pd.DataFrame, sheet: Sheet, header: Header) -> None:
    """The value of a cell merged over several rows of data stands in each of them."""
    for top, left, bottom, _ in sheet.merged:
        if header.first_row <= top < bottom < len(cells) and left in cells:
            column = plain(cells[left]).copy()
            column.iloc[top : bottom + 1] = column.iloc[top]
            cells[left] = column


def _fill_down(cells: pd.DataFrame, place: int, header: Header) -> None:
    """Each empty cell of a row of data gets what stands above it; totals and blank lines stay as they are."""
    rows = cells.iloc[header.first_row :]
    whole = rows.notna().any(axis=1).to_numpy() & ~begins_a_total(rows, header)
    column = plain(cells[place]).copy()
    mask = np.concatenate([np.zeros(header.first_row, dtype=bool), whole])
    column[mask] = column[mask].ffill()
    cells[place] = column


def _warnings(rows: pd.DataFrame, header: Header) -> dict[str, int]:
    """Rows of columns nobody reads that say they are cancelled, or that the customer is not to be called."""
    used = set(header.columns.values())
    unread = {place: name for place, name in header.names.items() if place not in used}
    cancelled = np.zeros(len(rows), dtype=bool)
    silent = np.zeros(len(rows), dtype=bool)
    for place, name in unread.items():
        column, asks_for_silence = rows[place], any(word in folded(name) for word in DO_NOT_CALL)
        if not asks_for_silence and is_coded(column) and not any(map(_says_cancelled, column.cat.categories)):
            continue
        codes, values = distinct(column)
        if not is_typed(values):
            cancelled |= _any_of(codes, [_says_cancelled(word) for word in values])
        if asks_for_silence:
            silent |= _any_of(codes, [folded(word) not in _NO for word in texts(values)])
    counts: Mapping[str, Any] = {"cancelled_rows": cancelled.sum(), "do_not_call": silent.sum()}
    return {kind: int(count) for kind, count in counts.items() if count}


def _says_cancelled(word: object) -> bool:
    if not isinstance(word, str) or len(word) >= 2 * _LONGEST:
        return False
    return not word.isdecimal() and folded(word) in _CANCELLED


def _any_of(codes: Codes, hit: list[bool]) -> npt.NDArray[np.bool_]:
    return np.append(np.array(hit, dtype=bool), False)[codes]
