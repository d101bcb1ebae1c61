"""How large text may be so that it stays inside its box: reckoned from its letters before it is set."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from unicodedata import east_asian_width

LINE = 1.25
"""Height of a line, in parts of the size; set so exactly, as fonts ask for between 1.2 and 1.45."""

MARGIN = 4.0
"""Points left and right of the text in a cell."""

PADDING = 2.2
"""Points above and below it."""

_LATIN, _CAPITAL = 0.6, 0.7
_BOLD = 1.06
_STRETCHED = 1.5  # rows are made so much higher at most where there is room
_TO_FILL_IN = 12.0  # em of a column that somebody will write in
_NARROWEST = 9.0
_WIDEST = 14.0  # em that a column of words asks for before it breaks them


@cache
def ems(words: str) -> float:
    """How wide a text is, in parts of its size; a little more than most fonts need."""
    wide = sum(east_asian_width(letter) in "WF" for letter in words)
    capitals = sum(letter.isascii() and letter.isupper() for letter in words)
    return wide * 1.0 + capitals * _CAPITAL + (len(words) - wide - capitals) * _LATIN


def lines_of(words: str, size: float, width: float) -> int:
    """Lines that a text takes in ``width`` points."""
    return sum(_lines(part, ems(part) * size / max(width, 1.0)) for part in words.split("\n"))


def _lines(words: str, filled: float) -> int:
    """Words of letters leave the end of a line empty, Chinese hardly."""
    if filled <= 1:
        return 1
    return ceil(filled * (1.08 if words.isascii() and " " in words else 1.0))


def one_line(words: str, width: float, *, most: float, least: float) -> float:
    """The largest size in which a text stays on one line; ``least`` where none would do."""
    return max(least, min(most, width / max(ems(words) * _BOLD, 1.0)))


def size_for(
    texts: Sequence[str], width: float, height: float, *, most: float, least: float, gap: float = 0.0
) -> float:
    """The largest size [points] in which paragraphs ``gap`` lines apart fill no more than a box.

    ``least`` where none would do.
    """
    size = most
    while size > least:
        lines = sum(lines_of(words, size, width) for words in texts)
        if (lines + gap * (len(texts) - 1)) * size * LINE <= height:
            return size
        size -= 0.5
    return least


@dataclass(frozen=True)
class Grid:
    """How a table is set: type ``size``, column ``widths`` and row ``heights``, all in points."""

    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]


def grid(
    rows: Sequence[Sequence[str]],
    width: float,
    height: float,
    *,
    most: float = 15.0,
    least: float = 8.0,
    words: Sequence[bool],
) -> Grid:
    """The layout of a table, its head the first of ``rows``.

    ``words`` says which columns may break; numbers stay on one line. At the least size the rows that do not
    fit have no height: there are fewer heights than rows.
    """
    size = most
    while True:
        widths = _widths(rows, size, width, words)
        heights = [_height(row, widths, size) for row in rows]
        if widths and sum(widths) <= width + 0.5 and sum(heights) <= height:
            factor = min(_STRETCHED, height / sum(heights))
            return Grid(size, tuple(widths), tuple(each * factor for each in heights))
        if size <= least:
            break
        size -= 0.5
    scale = min(1.0, width / sum(widths))
    kept, used = [], 0.0
    for each in heights:
        if used + each > height:
            break
        kept.append(each)
        used += each
    return Grid(size, tuple(each * scale for each in widths), tuple(kept))


def _height(row: Sequence[str], widths: Sequence[float], size: float) -> float:
    most = max(lines_of(cell, size, width - 2 * MARGIN) for cell, width in zip(row, widths, strict=True))
    return most * size * LINE + 2 * PADDING


def _widths(rows: Sequence[Sequence[str]], size: float, room: float, words: Sequence[bool]) -> list[float]:
    """Columns as wide as they want, the room that is left shared out; words give way where it is scarce."""
    head, *body = rows
    wants, needs = [], []
    for place, may_break in enumerate(words):
        longest = max((ems(row[place]) for row in body), default=0.0) or _TO_FILL_IN
        label = ems(head[place]) * _BOLD
        total = ems(rows[-1][place]) * _BOLD
        want = max(longest, total, label / 2 + 0.6 if label > 5 else label)
        unbroken = max((ems(word) for row in rows for word in row[place].split(" ")), default=0.0)
        least = min(want, max(_NARROWEST, min(unbroken, _WIDEST))) if may_break else want
        wants.append((want + 0.4) * size + 2 * MARGIN)
        needs.append((least + 0.4) * size + 2 * MARGIN)
    if sum(wants) <= room:
        return [want * room / sum(wants) for want in wants]
    spare = room - sum(needs)
    if spare < 0:
        return needs
    more = [want - need for want, need in zip(wants, needs, strict=True)]
    return [need + each * spare / sum(more) for need, each in zip(needs, more, strict=True)]
