"""How much room words take, from the widths that the fonts give their letters."""

from functools import lru_cache
from html import escape
from typing import NamedTuple

from csanalysis.fonts import family_for, letter_width
from csanalysis.legible import legible

ASCENT, DESCENT, MIDDLE = 1.0, 0.35, 0.34
"""Parts of the size: how high the letters of both families reach, how deep, and where digits are centred."""

_LINE = 1.25


class Room(NamedTuple):
    """A box on the page in points, downwards from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float


@lru_cache(4096)
def set_in(words: str, families: tuple[str, ...]) -> str:
    """The one family that has all letters: programs that set SVG know only the first of a list."""
    return family_for(words, families)


@lru_cache(8192)
def width_of(words: str, families: tuple[str, ...], bold: bool = False) -> float:
    """How wide a line is, in parts of its size."""
    family = set_in(words, families)
    return sum(letter_width(letter, family, bold=bold) for letter in words)


class Words(NamedTuple):
    """Lines that have found their place: ``x`` of the anchor and ``y`` of the first base line [points]."""

    lines: tuple[str, ...]
    x: float
    y: float
    size: float
    color: str
    anchor: str = "start"
    bold: bool = False
    turned: bool = False
    along: bool = False
    """They name a side of a plot, and are given no room beyond its ends."""
    behind: str = ""
    """The colour of a box behind them, so that they can be read on lines."""

    def room(self, families: tuple[str, ...]) -> Room:
        """The box that they take."""
        wide = max(width_of(line, families, self.bold) for line in self.lines) * self.size
        left = {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        up, down = ASCENT * self.size, (DESCENT + _LINE * (len(self.lines) - 1)) * self.size
        if self.turned:
            return Room(self.x - up, self.y - wide + left, self.x + down, self.y + left)
        return Room(self.x - left, self.y - up, self.x - left + wide, self.y + down)

    def svg(self, families: tuple[str, ...], usual: tuple[str, float]) -> str:
        """The lines as SVG; family and size are left out where they are the usual ones."""
        look = f' fill="{self.color}"'
        if self.anchor != "start":
            look += f' text-anchor="{self.anchor}"'
        if self.size != usual[1]:
            look += f' font-size="{self.size:g}px"'
        if self.bold:
            look += ' font-weight="700"'
        drawn = ""
        if self.behind:
            left, top, right, bottom = self.room(families)
            form = f"M{left - 1.5:.2f} {top - 1:.2f}H{right + 1.5:.2f}V{bottom + 1:.2f}H{left - 1.5:.2f}z"
            drawn = f'<path d="{form}" fill="{self.behind}"/>'
        for place, line in enumerate(self.lines):
            family = set_in(line, families)
            own = look if family == usual[0] else f"{look} font-family=\"'{family}',sans-serif\""
            y = self.y + place * _LINE * self.size
            if self.turned:
                own += f' transform="rotate(-90 {self.x:.2f} {y:.2f})"'
            said = escape(line, quote=False).replace("  ", "\u00a0\u00a0")
            drawn += f'<text x="{self.x:.2f}" y="{y:.2f}"{own}>{said}</text>'
        return drawn


def lines_of(words: str) -> tuple[str, ...]:
    """Words as they can be read, line by line."""
    return tuple(legible(line) for line in words.split("\n"))


def base_line(y: float, align: str, size: float, lines: int = 1) -> float:
    """The first base line of words whose ``align`` (top, center, bottom, baseline) lies at ``y``."""
    more = _LINE * size * (lines - 1)
    match align:
        case "top":
            return y + ASCENT * size
        case "bottom":
            return y - DESCENT * size - more
        case "center":
            return y + MIDDLE * size - more / 2
    return y - more
