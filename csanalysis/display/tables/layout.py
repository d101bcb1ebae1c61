"""A table as it is laid out: text in spans, numbers as their records say them, decimals in line.

JupyterLab's table (:mod:`csanalysis.display.tables.html`), the report's page and its PDF all set this one.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from csanalysis.display.drawing import Drawing

Align = Literal["left", "right", "center"]
Change = Literal["before", "moved", "new", "gone"]
Volume = Literal["", "web", "annex"]
"""Where a part of a report stands: everywhere, on its page alone, or in print in the annex."""

CHANGES = get_args(Change)
"""Fields of a number that stands in ``changes.json``, every other in ``metrics.json``."""

_NUMBER = re.compile(r"[+\-\u2212]?([^\d.,]*?)[\d,]+(?:\.(\d+))?([^\d.]*)")
_WIDE = re.compile(r"[^\u0000-\u2e7f]")
_LONG = 40  # letters, from which a cell is a sentence and its column needs room
_BRIEF = 14  # Latin letters, up to which a cell is a name or a date and stays on one line


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one style; the text ``"\\n"`` is a line break.

    ``refers`` is the figure or table that the words stand for, such as ``fig-curve``, until the document has
    its numbers.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    link: str = ""
    refers: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """The record of a number that is shown; ``group`` and ``value`` are JSON."""

    metric: str
    period: str
    group: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two numbers of a range."""

    text: str
    number: Number | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A small drawing in a cell, and the same in words."""

    drawing: Drawing
    alt: str


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell: words, the number that they write, the two of a range, or a picture.

    ``sort`` is what it is ordered by, ``names`` the metric that a row's label names, ``about`` the anchor of
    that one's definition, ``lacks`` how many decimals it has fewer than others of its column.
    """

    spans: tuple[Span, ...]
    number: Number | None = None
    parts: tuple[Part, ...] = ()
    picture: Picture | None = None
    sort: str = ""
    names: str = ""
    about: str = ""
    lacks: int = 0

    @property
    def text(self) -> str:
        """Its words without their styles."""
        spans = self.spans
        return spans[0].text if len(spans) == 1 else "".join(span.text for span in spans)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers that it writes."""
        shown = [part.number for part in self.parts] if self.parts else [self.number]
        return tuple(number for number in shown if number)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column; ``drawn`` if it has pictures, ``long`` if sentences, ``brief`` if it can stay on one line."""

    label: str
    align: Align = "left"
    unit: str = ""
    drawn: bool = False
    long: bool = False
    brief: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class TableHead:
    """A head above ``span`` columns; an empty label for columns that have none."""

    label: str
    span: int
    about: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row; ``defines`` names the metric that it explains, ``anchor`` is where links to that lead."""

    cells: tuple[TableCell, ...]
    kind: Literal["body", "total", "muted"] = "body"
    defines: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``number`` and ``anchor`` are empty until the document gives them, to one with a caption."""

    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    header_groups: tuple[TableHead, ...] = ()
    id: str = ""
    caption: str = ""
    note: str = ""
    number: str = ""
    anchor: str = ""
    about: str = ""
    volume: Volume = ""


def laid_out(table: Mapping[str, Any]) -> Table:
    """The table whose JSON :meth:`csanalysis.display.tables.model.ReportTable.as_json` gives.

    Raises
    ------
    ValueError
        A row has more or fewer cells than there are columns, or there is no column.
    """
    width = len(table["columns"])
    if not width or any(len(row["cells"]) != width for row in table["rows"]):
        raise ValueError(f"table {table.get('id')}: each row must have one cell a column")
    rows = [
        TableRow(tuple(map(_cell, row["cells"])), row.get("kind") or "body", row.get("defines") or "")
        for row in table["rows"]
    ]
    groups = table.get("header_groups") or []
    return Table(
        tuple(_column(column, rows, place) for place, column in enumerate(table["columns"])),
        tuple(rows),
        tuple(TableHead(group["label"], group["span"]) for group in groups),
        table.get("id") or "",
        table.get("caption") or "",
        table.get("note") or "",
    )


def plain_table(columns: Sequence[tuple[str, Align]], rows: Iterable[Sequence[Sequence[Span]]]) -> Table:
    """A table of words alone, from the label and side of each column and the spans of each cell."""
    return Table(
        tuple(TableColumn(label, align) for label, align in columns),
        tuple(TableRow(tuple(TableCell(tuple(spans)) for spans in row)) for row in rows),
    )


def with_decimals_in_line(table: Table) -> Table:
    """Every number knows how many decimals it lacks, where its column is of one measure in one unit.

    26.7% above 327 vehicles have no common point.
    """
    lacking = [
        _lacking([row.cells[place] for row in table.rows])
        if column.align == "right"
        else [0] * len(table.rows)
        for place, column in enumerate(table.columns)
    ]
    if not any(map(any, lacking)):
        return table
    rows = [
        replace(
            row,
            cells=tuple(
                replace(cell, lacks=lacks) if lacks else cell
                for cell, lacks in zip(row.cells, across, strict=True)
            ),
        )
        for row, across in zip(table.rows, zip(*lacking, strict=True), strict=True)
    ]
    return replace(table, rows=tuple(rows))


def number_of(shown: Mapping[str, Any]) -> Number | None:
    """The record that a cell's, a part's or a card's JSON refers to; None for words."""
    if not shown.get("metric"):
        return None
    return Number(
        shown["metric"],
        shown.get("period") or "",
        json.dumps(shown.get("group") or {}, ensure_ascii=False, sort_keys=True),
        shown.get("field") or "value",
        json.dumps(shown.get("value")),
    )


def _lacking(cells: Sequence[TableCell]) -> list[int]:
    found = [_NUMBER.fullmatch(cell.text) for cell in cells]
    kinds = {
        (cell.number and (cell.number.metric, cell.number.field), match[1], match[3])
        for cell, match in zip(cells, found, strict=True)
        if match
    }
    decimals = [len(match[2] or "") if match else None for match in found]
    most = max((count for count in decimals if count is not None), default=0)
    if len(kinds) != 1 or not most:
        return [0] * len(cells)
    return [0 if count is None else most - count for count in decimals]


def _cell(cell: Mapping[str, Any]) -> TableCell:
    return TableCell(
        (Span(str(cell.get("text") or "")),),
        number_of(cell),
        tuple(Part(str(part.get("text") or ""), number_of(part)) for part in cell.get("parts") or ()),
        Picture(Drawing(cell["svg"]), str(cell.get("alt") or "")) if cell.get("svg") else None,
        str(cell.get("sort") or ""),
        str(cell.get("about") or ""),
    )


def _column(column: Mapping[str, Any], rows: Sequence[TableRow], place: int) -> TableColumn:
    cells = [row.cells[place] for row in rows]
    return TableColumn(
        column.get("label") or "",
        column.get("align") or "left",
        column.get("unit") or "",
        drawn=any(cell.picture for cell in cells),
        long=_longest(cells) > _LONG,
        brief=_longest(cells, wide=2) <= _BRIEF,
    )


def _longest(cells: Iterable[TableCell], *, wide: int = 1) -> int:
    """Letters of a column's longest text; a Chinese one counts as ``wide``."""
    texts = (cell.text for cell in cells)
    return max(
        (len(text) + (wide - 1) * (0 if text.isascii() else len(_WIDE.findall(text))) for text in texts),
        default=0,
    )
