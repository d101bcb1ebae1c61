"""Bytes of an export to its sheets: every cell as text, empty cells as NaN."""

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import PurePath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csanalysis.ingest.parquet import parquet_table
from csanalysis.messages import MessageError, joined
from csanalysis.schema import folded

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet")
SEPARATORS = (",", ";", "\t")

_EMPTY = "is empty; export it again", "是空文件；请重新导出"
_PROTECTED = "is protected by a password; save it without one", "有密码保护；请去掉密码后另存"
_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class UnreadableFileError(MessageError):
    """A file that cannot be read; ``message`` says what is wrong and what to do."""


@dataclass(frozen=True)
class Sheet:
    """One sheet as text.

    ``cells`` has str columns 0, 1, …; ``headers`` stands where the format itself names the columns (Parquet,
    a database), else the header is one of the rows.
    """

    name: str
    cells: pd.DataFrame
    headers: tuple[str, ...] | None = None


def read_sheets(name: str, data: bytes, wanted: Sequence[str] = ()) -> list[Sheet]:
    """The sheets of one export.

    Parameters
    ----------
    name : str
        File name; its ending must be a known one, its content decides how it is read.
    data : bytes
        The whole file.
    wanted : sequence of str
        Sheets to read; none or ``*`` is all. Files without sheets have one, named ``""``.

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
    if not data.strip():
        raise UnreadableFileError(*_EMPTY)
    if data.startswith(_PARQUET) or name.lower().endswith(".parquet"):
        return [_parquet(data)]
    if data.startswith((_ZIP, _OLE)) or name.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".ods")):
        return _workbook(data, wanted)
    text = decode_text(data)
    if not text.strip():  # a mark of the encoding alone
        raise UnreadableFileError(*_EMPTY)
    return [Sheet("", _separated(text))]


def decode_text(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with BOM, or GB18030 (of which GBK is a part)."""
    encodings = [encoding for bom, encoding in _BOMS if data.startswith(bom)] or ["utf-8", "gb18030"]
    line = 0
    for encoding in encodings:
        try:
            text = data.decode(encoding)
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


def _separated(text: str) -> pd.DataFrame:
    if text.lstrip()[:1] == "<":
        raise UnreadableFileError(
            "is a web page, whatever its ending; open it in Excel and save it as XLSX",
            "其实是网页，只是后缀不同；请用 Excel 打开后另存为 XLSX",
        )
    separator = _separator(text)
    try:
        width = max(map(len, csv.reader(io.StringIO(text, newline=""), delimiter=separator)))
        return pd.read_csv(
            io.BytesIO(text.encode()),
            sep=separator,
            header=None,
            names=range(width),
            index_col=False,
            dtype=str,
            keep_default_na=False,
            na_values=[""],
            skip_blank_lines=False,
        )
    except (csv.Error, pd.errors.ParserError) as error:
        raise UnreadableFileError(
            "cannot be divided into cells ({error}); look for a quotation mark never closed",
            "无法分成单元格（{error}）；请找一找没有配对的引号",
            error=str(error).strip(),
        ) from None


def _separator(text: str) -> str:
    """The separator that cuts most of the first lines into the same number of cells."""

    def evenness(separator: str) -> tuple[int, int]:
        rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 50)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        return max(((lines, width) for width, lines in widths.items()), default=(0, 0))

    try:
        return max(SEPARATORS, key=evenness)
    except csv.Error:
        return SEPARATORS[0]


def _workbook(data: bytes, wanted: Sequence[str]) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    # An encrypted XLSX is an OLE container, which calamine reports as an unknown format.
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFileError(*_PROTECTED)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [s.name for s in workbook.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
        return [
            Sheet(name, text_cells(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)))
            for name in _chosen(names, wanted)
        ]
    except PasswordError:
        raise UnreadableFileError(*_PROTECTED) from None
    except BaseException as error:
        # Over an XLS that is cut short calamine panics, and a Rust panic is no Exception.
        if not isinstance(error, CalamineError | OSError) and type(error).__name__ != "PanicException":
            raise
        raise UnreadableFileError(
            "is no whole Excel workbook ({error}); open it in Excel and save it as XLSX, or copy it again",
            "不是完整的 Excel 工作簿（{error}）；请用 Excel 打开后另存为 XLSX，或重新拷贝",
            error=_first_line(error),
        ) from None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or ["damaged"])[0]


def _chosen(names: list[str], wanted: Sequence[str]) -> list[str]:
    if not wanted or "*" in wanted:
        return names
    by_fold = {folded(name): name for name in reversed(names)}
    missing = [name for name in wanted if name not in names and folded(name) not in by_fold]
    if missing:
        raise UnreadableFileError(
            "has no sheet {missing}; it has {names}",
            "没有工作表 {missing}；现有工作表：{names}",
            missing=joined(missing),
            names=joined(names),
        )
    return list(dict.fromkeys(name if name in names else by_fold[folded(name)] for name in wanted))


def text_cells(rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Rows of Python values as text cells: ``1001.0`` is ``1001``, a date ``2023-05-07``."""
    columns = zip_longest(*rows)
    return pd.DataFrame(
        {
            place: pd.array([value if type(value) is str else _text(value) for value in column], dtype="str")
            for place, column in enumerate(columns)
        }
    ).replace("", None)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")[:19]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _parquet(data: bytes) -> Sheet:
    try:
        table = parquet_table(io.BytesIO(data))
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFileError(
            "is no whole Parquet file ({error}); export or copy it again",
            "不是完整的 Parquet 文件（{error}）；请重新导出或拷贝",
            error=_first_line(error),
        ) from None
    texts = {place: _arrow_text(column) for place, column in enumerate(table.columns)}
    cells = pd.DataFrame({place: pd.Series(text, dtype="str") for place, text in texts.items()})
    return Sheet("", cells.replace("", None), tuple(table.column_names))


def _arrow_text(column: pa.ChunkedArray) -> Any:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(column) if kind.tz else column
        column = pc.strftime(local.cast(pa.timestamp("s"), safe=False), format="%Y-%m-%d %H:%M:%S")
    elif pa.types.is_floating(kind):
        column = column.cast(pa.float64())
        whole = pc.and_(pc.equal(column, pc.round(column)), pc.less(pc.abs(column), float(2**53)))
        as_whole = pc.cast(pc.if_else(whole, column, 0.0), pa.int64())
        as_text = pc.if_else(whole, as_whole.cast(pa.string()), column.cast(pa.string()))
        column = pc.if_else(pc.is_nan(column), None, as_text)
    elif pa.types.is_nested(kind):
        return [None if value is None else str(value) for value in column.to_pylist()]
    return column.cast(pa.string()).to_pandas()
