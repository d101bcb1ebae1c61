"""How a table fits the page: its type size, the widths of its columns, which two stand side by side."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, inf
from typing import Any
from unicodedata import east_asian_width

from csanalysis.display.tables.layout import Table, TableCell

_MUCH_TEXT = 6000  # letters, from which a table is set in small type
_LONG_CELL = 900  # letters
_LOOSE = 26.0  # points added to each column of a narrow table
_BETWEEN = 22.0  # points between two tables side by side
_CLOSE = 0.01  # points, what rounding may add
_TALL = 1.7  # lines a row, up to which a table may become in a narrower room
_NARROW = 0.8  # of the text width
_LATIN_WORD = re.compile(r"[^\s_\u2e80-\uffef]+_?")  # plan.typ lets a name break after its underscores
# Type size [points], the most a column of words may ask for [em], space between columns [points]
_STEPS = ((9.0, 14.0, 9.0), (9.0, 8.0, 8.0), (8.0, 8.0, 7.0), (8.0, 6.0, 5.5), (7.2, 6.0, 6.0))


@dataclass(frozen=True)
class Page:
    """How wide a table may be [points], A4 upright and, where it may be turned, lying; the steps it takes.

    The margins that the widths leave are in ``plan.typ``. At most ``kept_lines`` stay on one page.
    """

    widths: tuple[float, ...]
    steps: tuple[tuple[float, float, float], ...]
    kept_lines: int = 16


USUAL = Page((470.0, 717.0), _STEPS)
DENSE = Page((504.0,), ((9.0, 14.0, 9.0), (9.0, 9.0, 8.0), (9.0, 7.0, 6.0), (9.0, 5.0, 5.0)), 42)
"""The plan that gets signed lies in a folder: nothing is turned, nothing below nine points."""


def table_layout(table: Table, page: "Page | None" = None) -> dict[str, Any]:
    """How a table fits the page.

    Returns
    -------
    dict
        Type ``size`` [points], column ``widths`` [em], ``inset`` between columns [points], ``width`` of the
        whole [points], ``flipped`` if it needs a wide page, ``head`` [rows], ``whole`` if it is short enough
        to stand on one page, ``breakable`` if a row is so long that it may go on overleaf.
    """
    page = page or USUAL
    head = 2 if table.header_groups else 1
    letters = [len(cell.text) for row in table.rows for cell in row.cells]
    steps = page.steps[2:] if sum(letters) > _MUCH_TEXT and len(page.steps) > 2 else page.steps
    layout: dict[str, Any] = {"head": head, "breakable": max(letters, default=0) > _LONG_CELL}
    for flipped, room in enumerate(page.widths):
        for size, words, inset in steps:
            count = len(table.columns)
            widths = [_column_width(table, place, words) for place in range(count)]
            layout |= {
                "size": size,
                "widths": widths,
                "inset": inset,
                "flipped": bool(flipped),
                "width": room,
                "whole": False,
            }
            if sum(widths) * size + inset * count <= room + _CLOSE:
                ems = (room - inset * count) / size
                widths = _evened(table, _eased(table, widths, room=ems), room=ems)
                # A narrow table with its columns a page apart is hard to read along.
                width = sum(widths) * size + (inset + _LOOSE) * count
                return layout | {
                    "widths": widths,
                    "width": min(width, room) if width < _NARROW * room else room,
                    "whole": _lines(table, widths, room=ems) <= page.kept_lines,
                }
    # Nothing fits: the last layout is squeezed.
    lines = _lines(table, layout["widths"], room=(room - inset * count) / size)
    return layout | {"whole": page is DENSE and lines <= page.kept_lines}


def side_by_side(tables: Sequence[Table], page: Page) -> list[Page] | None:
    """The room that two tables take beside each other; None where it is not enough for them."""
    for step in page.steps[:-1]:
        asked = [_asked(table, *step) for table in tables]
        spare = page.widths[0] - _BETWEEN - sum(asked)
        if spare >= 0:
            rooms = [width + min(spare / 2, _LOOSE * 2) for width in asked]
            pages = [replace(page, widths=(room,), steps=(step,)) for room in rooms]
            return pages if all(map(_fits, tables, pages)) else None
    return None


def _fits(table: Table, page: Page) -> bool:
    """Whether a table stays whole in a room beside another, and few of its rows become paragraphs there."""
    layout = table_layout(table, page)
    lines = _lines(table, layout["widths"], room=sum(layout["widths"]))
    return layout["whole"] and lines <= _TALL * len(table.rows)


def _asked(table: Table, size: float, words: float, inset: float) -> float:
    """How wide a table has to be [points]."""
    widths = [_column_width(table, place, words) for place in range(len(table.columns))]
    return sum(widths) * size + inset * len(widths)


def _eased(table: Table, widths: list[float], *, room: float) -> list[float]:
    """What room is left goes to the words that would break, to headings on one line if there is enough."""
    whole = [
        max(_column_width(table, place, inf), _ems(column.label))
        for place, column in enumerate(table.columns)
    ]
    if sum(whole) <= room:
        return whole
    wants = [_column_width(table, place, inf) - width for place, width in enumerate(widths)]
    share = min(1.0, (room - sum(widths)) / sum(wants)) if sum(wants) > 0 else 0.0
    return [width + want * share for width, want in zip(widths, wants, strict=True)]


def _evened(table: Table, widths: list[float], *, room: float) -> list[float]:
    """The number columns as wide as the widest of them, if there is room."""
    is_number = [column.align == "right" for column in table.columns]
    widest = max((width for width, number in zip(widths, is_number, strict=True) if number), default=0.0)
    even = [widest if number else width for width, number in zip(widths, is_number, strict=True)]
    return even if sum(even) <= room else widths


def _column_width(table: Table, place: int, words: float) -> float:
    """Numbers stay on one line; words may break, headings into two lines."""
    column = table.columns[place]
    texts = [row.cells[place].text for row in table.rows]
    longest = max(map(_ems, texts), default=0)
    if column.align == "left":
        unbroken = max((_ems(word) for text in texts for word in _LATIN_WORD.findall(text)), default=0)
        longest = max(min(longest, words), unbroken)
    label = _ems(column.label)
    drawn = max((_across(row.cells[place]) for row in table.rows), default=0.0)
    return max(longest + drawn, label / 2 + 0.5 if label > 6.5 else label, _ems(column.unit), 2.0)


def _across(cell: TableCell) -> float:
    """How wide a cell's picture is in ``plan.typ``, which draws it 0.75 em high."""
    return 0.75 * cell.picture.drawing.width / cell.picture.drawing.height if cell.picture else 0.0


def _lines(table: Table, widths: list[float], *, room: float) -> int:
    ems = [room * width / sum(widths) for width in widths]
    return sum(
        max(ceil(_ems(cell.text) / width) or 1 for cell, width in zip(row.cells, ems, strict=True))
        for row in table.rows
    )


def _ems(text: str) -> float:
    """About how wide a text is: Chinese letters are one em, and stand a quarter em from Latin ones."""
    wide = [east_asian_width(letter) in "WF" for letter in text]
    return sum(1.0 if each else 0.59 for each in wide) + 0.25 * sum(a != b for a, b in pairwise(wide))
