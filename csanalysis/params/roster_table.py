"""A roster of stores as a table, CSV or Excel: one store a row, under the heads of the first."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from csanalysis.errors import ParamsError
from csanalysis.messages import BadValueError, Message, placed

MOST_BYTES = 5_000_000
_MOST_UNPACKED = 100_000_000
_MOST_COLUMNS = 200
_MOST_CELL = 2_000


@dataclass(frozen=True)
class Row:
    """One store as the roster has it, with the row's number, which counts the head of a table too."""

    number: int
    values: dict[str, Any]


def read_table(path: Path) -> Iterator[Row]:
    """The rows of a table that say anything.

    Raises
    ------
    ParamsError
        It is no such table, or too large for one.
    OSError
        It cannot be read.
    """
    if not path.is_file():
        raise _wrong(path, Message("no such file", "没有这个文件"))
    if path.stat().st_size > MOST_BYTES:
        raise _wrong(path, Message("is larger than {most:,} bytes", "超过 {most:,} 字节", most=MOST_BYTES))
    kinds = {".csv": _csv, ".tsv": _csv, ".txt": _csv, ".xlsx": _excel, ".xlsm": _excel}
    read = kinds.get(path.suffix.lower())
    if read is None:
        raise _wrong(
            path, Message("is no roster; name a .csv or .xlsx file", "不是门店名册；请用 .csv 或 .xlsx 文件")
        )
    rows = read(path)
    heads = [str(head).strip() for head in next(rows, [])]
    if len(heads) > _MOST_COLUMNS or not any(heads):
        raise _wrong(path, Message("has no row of heads such as id, name", "没有表头行（如 代号、店名）"))
    named = [head for head in heads if head]
    if twice := [head for head in named if named.count(head) > 1]:
        raise _wrong(path, Message("has two columns {head!r}", "有两列“{head}”", head=twice[0]))
    for number, cells in enumerate(rows, 2):
        texts = [_text(cell) for cell in cells]
        if not any(texts):
            continue
        values: dict[str, Any] = {
            head: text for head, text in zip(heads, texts, strict=False) if head and text
        }
        if len(texts) > len(heads) and any(texts[len(heads) :]):
            values["?"] = "a cell beyond the last head"
        yield Row(number, {head: _value(head, text) for head, text in values.items()})


def _wrong(path: Path, what: Message) -> ParamsError:
    return ParamsError(placed(path, what))


def _csv(path: Path) -> Iterator[list[Any]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):  # Excel of a Chinese Windows writes the second
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _wrong(path, Message("is no UTF-8 text", "不是 UTF-8 编码的文本"))
    first = text.partition("\n")[0]
    separator = max("\t;,", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=separator)
    except csv.Error as error:
        raise _wrong(path, Message("is no CSV ({error})", "不是 CSV（{error}）", error=error)) from None


def _excel(path: Path) -> Iterator[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > _MOST_UNPACKED:
                raise _wrong(path, Message("unpacks to more than a roster is", "解压后过大，不是门店名册"))
        yield from CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError, IndexError, ValueError) as error:
        raise _wrong(
            path, Message("is no Excel workbook ({error})", "不是 Excel 工作簿（{error}）", error=error)
        ) from None


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():  # Excel has no whole numbers
        return str(int(cell))
    return str(cell).strip()[:_MOST_CELL]


def _value(head: str, text: str) -> Any:
    """A cell under the head of a key such as ``churn.years`` means what it would in a params file."""
    if "." not in head and head not in ("overrides", "参数"):
        return text
    try:
        if any(sign in text for sign in "&*"):  # an alias of an alias has no end
            raise BadValueError("holds an alias", "含有别名")
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return text
