"""Bytes of an export to its sheets: cells as text, or as Parquet has them; empty cells are NaN."""

import io
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import PurePath

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csanalysis.ingest.coded import coded
from csanalysis.ingest.markup import is_markup, markup_sheets
from csanalysis.ingest.parquet import parquet_table
from csanalysis.ingest.separated import separated
from csanalysis.ingest.sheets import Sheet, UnreadableFileError
from csanalysis.ingest.sources import ENDINGS
from csanalysis.ingest.workbook import OLE, ZIP, chosen, first_line, workbook_sheets
from csanalysis.messages import joined

_EMPTY = "is empty; export it again", "是空文件；请重新导出"
_PARQUET = b"PAR1"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_sheets(
    name: str, data: bytes, wanted: Sequence[str] = (), *, hidden: bool = False, encoding: str = ""
) -> list[Sheet]:
    """The sheets of one export.

    Parameters
    ----------
    name : str
        File name; its ending must be a known one, its content decides how it is read.
    data : bytes
        The whole file.
    wanted : sequence of str
        Sheets to read; none or ``*`` is all. Files without sheets have one, named ``""``.
    hidden : bool
        Whether the rows of hidden sheets are wanted as well; else they come without their rows.
    encoding : str
        What a text file is written in; none is to be seen from its bytes.

    Raises
    ------
    UnreadableFileError
        Empty, cut short, protected, of an unknown kind or encoding, or without a wanted sheet.
    """
    if PurePath(name).suffix.lower() not in ENDINGS:
        raise UnreadableFileError(
            "is of no kind that can be read; save it as {endings}",
            "不是能读取的文件类型；请另存为 {endings}",
            endings=joined(ENDINGS[:1] + ENDINGS[3:]),
        )
    if _is_blank(data):
        raise UnreadableFileError(*_EMPTY)
    if data.startswith(_PARQUET) or name.lower().endswith(".parquet"):
        return [_parquet(data)]
    if data.startswith((ZIP, OLE)) or name.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".ods")):
        return workbook_sheets(data, wanted, hidden=hidden)
    if is_markup(data):
        found = markup_sheets(data, partial(decode_text, encoding=encoding))
        return chosen(found, wanted, hidden=hidden) if len(found) > 1 or found[0].name else found
    text = _as_utf8(data, encoding)
    if _is_blank(text):  # a mark of the encoding alone
        raise UnreadableFileError(*_EMPTY)
    return [separated(text)]


def _is_blank(data: bytes) -> bool:
    return not data[:4096].strip() and not data.strip()


def _as_utf8(data: bytes, encoding: str) -> bytes:
    """A text file in UTF-8: the bytes themselves, where they are that and nothing else is wanted."""
    if not encoding and not data.startswith(tuple(bom for bom, _ in _BOMS)) and b"\0" not in data:
        ends = pa.py_buffer(np.array([0, len(data)]))
        with suppress(pa.ArrowInvalid):  # for what is no UTF-8
            pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(data)]).cast(
                pa.large_string()
            )
            return data
    return decode_text(data, encoding=encoding).encode()


def decode_text(data: bytes, *, encoding: str = "") -> str:
    """Text in the ``encoding`` given, else UTF-8, UTF-16 with BOM, or GB18030 (of which GBK is a part)."""
    if encoding:
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise UnreadableFileError(
                "is no text in {encoding} (line {line}); correct 'encoding' in its source, or leave it out",
                "不是 {encoding} 文本（第 {line} 行）；请更正来源里的 encoding，或去掉它",
                encoding=encoding,
                line=data.count(b"\n", 0, error.start) + 1,
            ) from None
    encodings = [name for bom, name in _BOMS if data.startswith(bom)] or ["utf-8", "gb18030"]
    line = 0
    for name in encodings:
        try:
            text = data.decode(name)
        except UnicodeDecodeError as error:
            # The encoding that gets furthest is the one meant.
            line = max(line, data.count(b"\n", 0, error.start) + 1)
            continue
        if "\x00" not in text:
            return text
        line = text.count("\n", 0, text.index("\x00")) + 1
    raise UnreadableFileError(
        "is no text in UTF-8, GBK or GB18030 (line {line}); save it as 'CSV UTF-8', or export it again",
        "不是 UTF-8、GBK 或 GB18030 文本（第 {line} 行）；请另存为“CSV UTF-8”，或重新导出",
        line=line,
    )


def _parquet(data: bytes) -> Sheet:
    try:
        table = parquet_table(io.BytesIO(data))
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFileError(
            "is no whole Parquet file ({error}); export or copy it again",
            "不是完整的 Parquet 文件（{error}）；请重新导出或拷贝",
            error=first_line(error),
        ) from None
    cells = pd.DataFrame({place: coded(_telling(column)) for place, column in enumerate(table.columns)})
    return Sheet("", cells, tuple(table.column_names))


def _telling(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as text, seconds or numbers; times of a zone as its clocks showed them."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _telling(column.cast(kind.value_type))
    if pa.types.is_timestamp(kind):
        return (pc.local_timestamp(column) if kind.tz else column).cast(pa.timestamp("s"), safe=False)
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("s"))
    if pa.types.is_signed_integer(kind):
        return column.cast(pa.int64())
    if pa.types.is_floating(kind):
        return column.cast(pa.float64())
    if pa.types.is_nested(kind):
        told = [None if value is None else str(value) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(told, pa.string())])
    return column.cast(pa.string())
