"""Well-formed CSV to columns in one pass over its bytes.

No thread is started, as Arrow's own reader of CSV would: what has read forks later.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csanalysis.ingest.coded import recoded

_BLOCK = 1 << 23
_QUOTE, _LINE, _RETURN = b'"\n\r'

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Lines:
    """Columns 0, 1, … of all lines, how many lines have how many cells, and how many the last one has."""

    cells: pd.DataFrame
    widths: Counter[int]
    last: int


def read_lines(data: bytes, separator: str) -> Lines | None:
    """The cells of a text in UTF-8, a row a line; None where quotation marks or line breaks are not plain.

    Plain is a quotation mark that opens a cell and is closed at its end, in the same line, doubled inside.
    """
    if (returns := data.count(b"\r")) and returns != data.count(b"\r\n"):
        return None
    mark = separator.encode()[0]
    columns: list[list[pa.Array]] = []
    sizes: list[npt.NDArray[np.intp]] = []
    rows = start = 0
    while start < len(data):
        end = data.find(b"\n", start + _BLOCK) + 1 or len(data)
        block = data[start:end] if data[end - 1] == _LINE else data[start:end] + b"\n"
        ends = _ends(np.frombuffer(block, dtype=np.uint8), mark)
        if ends is None:
            return None
        _add(columns, sizes, block, *ends, rows)
        rows += len(sizes[-1])
        start = end
    widths = np.concatenate(sizes)
    frame = pd.DataFrame({place: _column(parts, rows) for place, parts in enumerate(columns)}, copy=False)
    return Lines(frame, Counter(dict(enumerate(np.bincount(widths).tolist()))), int(widths[-1]))


def _ends(letters: npt.NDArray[np.uint8], mark: int) -> tuple[Places, Places] | None:
    """Where cells end, and which ends are those of lines; None where quotation marks are not plain."""
    ends = np.flatnonzero((letters == mark) | (letters == _LINE))
    quotes = np.flatnonzero(letters == _QUOTE)
    if len(quotes):
        if len(quotes) % 2 or not _are_plain(letters, quotes, mark):
            return None
        inside = np.searchsorted(quotes, ends) % 2 == 1
        if (letters[ends[inside]] == _LINE).any():
            return None
        ends = ends[~inside]
    return ends, np.flatnonzero(letters[ends] == _LINE)


def _are_plain(letters: npt.NDArray[np.uint8], quotes: Places, mark: int) -> bool:
    """Whether each mark that opens stands at the beginning of a cell, and each that closes at its end."""
    opening, closing = quotes[::2], quotes[1::2]
    before = np.where(opening > 0, letters[opening - 1], _LINE)
    after = letters[closing + 1]  # a block ends with a line break
    return bool(
        np.isin(before, (mark, _LINE, _QUOTE)).all() and np.isin(after, (mark, _LINE, _RETURN, _QUOTE)).all()
    )


def _add(
    columns: list[list[pa.Array]],
    sizes: list[Places],
    block: bytes,
    ends: Places,
    lines: Places,
    above: int,
) -> None:
    """Put the cells of a block, each with the mark behind it, behind those of ``above`` rows."""
    offsets = np.concatenate([[0], ends + 1]).astype(np.int32)
    cells = pa.Array.from_buffers(pa.binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(block)])
    first = np.concatenate([[0], lines[:-1] + 1])
    width = lines - first + 1
    for place in range(int(width.max())):
        if place == len(columns):
            columns.append([pa.nulls(above, pa.binary())] if above else [])
        short = width <= place
        columns[place].append(cells.take(pa.array(first + place, mask=short if short.any() else None)))
    for place in range(int(width.max()), len(columns)):
        columns[place].append(pa.nulls(len(lines), pa.binary()))
    only = np.diff(offsets)[lines]
    returns = np.frombuffer(block, dtype=np.uint8)[ends[lines] - 1] == _RETURN
    sizes.append(np.where((width == 1) & (only == 1 + returns), 0, width))


def _column(parts: list[pa.Array], rows: int) -> pd.Series:
    """The cells of one place, each distinct one made text once."""
    encoded = pa.chunked_array(parts).dictionary_encode().combine_chunks()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    ended = encoded.dictionary
    words = pc.binary_slice(ended, 0, -1).cast(pa.string())  # the last letter of each is the mark behind it
    words = pc.utf8_rtrim(words, characters="\r")
    quoted = pc.starts_with(words, '"')
    if not pc.any(quoted).as_py():
        return recoded(codes, words, differ=_end_alike(ended))
    unquoted = pc.replace_substring(pc.utf8_slice_codeunits(words, 1, -1), '""', '"')
    return recoded(codes, pc.if_else(quoted, unquoted, words), differ=False)


def _end_alike(ended: pa.Array) -> bool:
    """Whether the same mark stands behind all cells, so that they still differ without it."""
    last = bytes([ended[0].as_py()[-1]]) if len(ended) else b""
    returns = pc.sum(pc.ends_with(ended, b"\r\n")).as_py()
    return not last or (pc.all(pc.ends_with(ended, last)).as_py() and returns in (0, None, len(ended)))
