"""CSV text to cells; a quotation mark that never closes, or closes lines later, swallows no row."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

import pandas as pd

from csanalysis.ingest.lines import read_lines
from csanalysis.ingest.sheets import Sheet, UnreadableFileError, text_cells

SEPARATORS = (",", ";", "\t", "|")

csv.field_size_limit(
    max(csv.field_size_limit(), 1 << 30)
)  # a quotation mark may open a cell and swallow a file


def separated(data: bytes) -> Sheet:
    """The one sheet of a text file in UTF-8.

    A record that runs over several lines, of which one alone would be a whole row, is no cell with line
    breaks in it but a stray quotation mark: its lines are read one by one, and counted in ``mended``.

    Raises
    ------
    UnreadableFileError
        It cannot be divided into cells.
    """
    separator = _separator(data)
    if lines := read_lines(data, separator):
        cut = _cut(data.endswith((b"\n", b"\r")), lines.last, _usual(lines.widths))
        return Sheet("", lines.cells, cut_short=cut)
    text = data.decode()
    ended = text.endswith(("\n", "\r"))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        lengths = list(map(len, reader))
        usual = _usual(Counter(lengths))
        # A mark that opens in the last line of all swallows no line and is still without its partner.
        stray = reader.line_num > len(lengths) or text.count('"') % 2
        mended = _mended(text, separator, usual) if stray else None
        if mended is None:
            cells = _cells(text, separator, width=max(lengths))
            return Sheet("", cells, cut_short=_cut(ended, lengths[-1], usual))
    except (csv.Error, pd.errors.ParserError) as error:
        raise UnreadableFileError(
            "cannot be divided into cells ({error}); look for a quotation mark never closed",
            "无法分成单元格（{error}）；请找一找没有配对的引号",
            error=str(error).strip(),
        ) from None
    rows, count = mended
    return Sheet("", text_cells(rows), mended=count, cut_short=_cut(ended, len(rows[-1]), usual))


def _cells(text: str, separator: str, *, width: int) -> pd.DataFrame:
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


def _usual(widths: Counter[int]) -> int:
    """How many cells most lines have."""
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _cut(ended: bool, last: int, usual: int) -> bool:
    """Whether the file ends inside its last line: no line break, and fewer cells than the others have."""
    return not ended and 1 < last < usual


def _mended(text: str, separator: str, usual: int) -> tuple[list[list[str]], int] | None:
    """Every row and the number of lines with a stray quotation mark; None where there is none."""
    lines = io.StringIO(text, newline="").readlines()
    rows: list[list[str]] = []
    count = place = 0
    while place < len(lines):
        for row, start, end in _records(lines, place, separator):
            place = end
            followed = any(_is_row(line, separator, usual) for line in lines[start + 1 : end])
            if followed or (end == start + 1 == len(lines) and lines[start].count('"') % 2):
                rows.append(_without_quote(lines[start], separator, usual))
                count += 1
                place = start + 1
                break
            rows.append(row)
    return (rows, count) if count else None


def _records(lines: Sequence[str], first: int, separator: str) -> Iterator[tuple[list[str], int, int]]:
    """Each record from line ``first`` on, with the places of its first line and of the line after it."""
    reader = csv.reader(islice(lines, first, None), delimiter=separator)
    start = first
    for row in reader:
        end = first + reader.line_num
        yield row, start, end
        start = end


def _is_row(line: str, separator: str, usual: int) -> bool:
    """Whether a line is a whole row by itself, even if a quotation mark opens a cell and never closes."""
    row = _alone(line, separator)
    if not row and re.search(rf'(?:^|{re.escape(separator)})"[^"]*$', line.rstrip("\r\n")):
        row = _without_quote(line, separator, usual)
    return len(row) == usual


def _alone(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator), []) if line.count('"') % 2 == 0 else []


def _without_quote(line: str, separator: str, usual: int) -> list[str]:
    """The cells of a line without the one quotation mark that has no partner."""
    for place, mark in enumerate(line):
        if mark == '"':
            row = _alone(line[:place] + line[place + 1 :], separator)
            if len(row) == usual:
                return row
    plain = next(csv.reader([line], delimiter=separator, quoting=csv.QUOTE_NONE))
    return [cell.strip('"\r\n') for cell in plain]


def _separator(data: bytes) -> str:
    """The separator that cuts most of the first lines into the same number of cells."""

    def evenness(separator: str) -> tuple[int, int]:
        rows = islice(
            csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline=""), delimiter=separator), 50
        )
        widths = Counter(len(row) for row in rows if len(row) > 1)
        return max(((lines, width) for width, lines in widths.items()), default=(0, 0))

    try:
        return max(SEPARATORS, key=evenness)
    except csv.Error:
        return SEPARATORS[0]
