"""What is drawn inside a plot: each mark knows its numbers and writes itself where the axes put them."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

import numpy as np

from csanalysis.display.canvas.letters import Room, Words, base_line, lines_of, set_in
from csanalysis.display.canvas.sheet import Sheet
from csanalysis.legible import legible
from csanalysis.palette import LIGHT

Dash = str | tuple[int, tuple[float, ...]]

DASHES: dict[str, tuple[float, ...]] = {"--": (3.7, 1.6), ":": (1.0, 1.65), "-.": (6.4, 1.6, 1.0, 1.6)}
"""In widths of the line."""
SOLID, LINELESS = "-", ("", "none", "None")


class View(Protocol):
    """A plot that has found its place on the page."""

    room: Room
    sheet: Sheet

    def x(self, value: float) -> float:
        """Points from the left edge of the figure."""

    def y(self, value: float) -> float:
        """Points from the top edge of the figure."""


class Mark(Protocol):
    """Anything drawn; what has a higher ``zorder`` lies above."""

    @property
    def zorder(self) -> float:
        """Its place among the marks."""

    def svg(self, view: View) -> str:
        """The mark as SVG."""


def numbers(values: Any) -> list[float]:
    """Numbers however they came; a single one is a list of one."""
    found: list[float] = np.asarray(values, float).ravel().tolist()
    return found


def number(value: float) -> str:
    """Points with two decimals at most."""
    return f"{round(value, 2) + 0:g}"


@dataclass(slots=True)
class Stroke:
    """A line through points, broken where one is unknown, and a shape at each."""

    xs: Sequence[float]
    ys: Sequence[float]
    color: str
    width: float = 1.4
    dash: Dash = SOLID
    marker: str = ""
    size: float = 4.0
    face: str = ""
    edge: str = ""
    edge_width: float = 1.0
    alpha: float = 1.0
    across: bool = False
    """The line goes from edge to edge: ``xs`` are parts of the plot's width."""
    up: bool = False
    """``ys`` are parts of its height."""
    zorder: float = 2.0

    def svg(self, view: View) -> str:
        """The line, then its shapes in one path."""
        xs = [_part(view, x) if self.across else view.x(x) for x in self.xs]
        ys = [_height(view, y) if self.up else view.y(y) for y in self.ys]
        drawn = "" if self.dash in LINELESS else self._line(xs, ys)
        if self.marker and self.marker not in LINELESS:
            known = [(x, y) for x, y in zip(xs, ys, strict=True) if math.isfinite(x + y)]
            if known:
                drawn += shapes(self, known)
        return drawn

    def _line(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        parts, pen = [], "M"
        for x, y in zip(xs, ys, strict=True):
            if not math.isfinite(x + y):
                pen = "M"
                continue
            parts.append(f"{pen}{number(x)} {number(y)}")
            pen = "L"
        if not any(part[0] == "L" for part in parts):
            return ""
        return f'<path d="{"".join(parts)}" fill="none"{self.pen()}/>'

    def pen(self) -> str:
        """Colour, width, dash and ends of the line."""
        look = f' stroke="{self.color}"'
        if self.width != 1:
            look += f' stroke-width="{self.width:g}"'
        if self.alpha != 1:
            look += f' stroke-opacity="{self.alpha:g}"'
        if self.dash == SOLID:
            return f'{look} stroke-linecap="round"'
        lengths = DASHES[self.dash] if isinstance(self.dash, str) else self.dash[1]
        return f'{look} stroke-dasharray="{" ".join(number(each * self.width) for each in lengths)}"'


def shapes(line: Stroke, places: Iterable[tuple[float, float]]) -> str:
    """The marker of a line at each of its places."""
    half = line.size / 2
    outline = f'fill="{line.face or line.color}" stroke="{line.edge or line.color}"'
    match line.marker:
        case "o":
            form = f"m{number(-half)} 0" + (f"a{half:g} {half:g} 0 1 0 {line.size:g} 0") + _back(half)
        case "s":
            form = f"m{-half:g} {-half:g}h{line.size:g}v{line.size:g}h{-line.size:g}z"
        case "D":
            long = number(half * math.sqrt(2))
            form = f"m0 -{long}l{long} {long}l-{long} {long}l-{long} -{long}z"
        case "^":
            form = f"m0 {-half:g}l{half:g} {line.size:g}h{-line.size:g}z"
        case "v":
            form = f"m0 {half:g}l{half:g} {-line.size:g}h{-line.size:g}z"
        case _:  # a level stroke
            form = f"m{-half:g} 0h{line.size:g}"
    drawn = "".join(f"M{number(x)} {number(y)}{form}" for x, y in places)
    wide = "" if line.edge_width == 1 else f' stroke-width="{line.edge_width:g}"'
    return f'<path d="{drawn}" {outline}{wide}/>'


def _back(half: float) -> str:
    return f"a{half:g} {half:g} 0 1 0 {-2 * half:g} 0z"


def _part(view: View, share: float) -> float:
    return view.room.left + share * (view.room.right - view.room.left)


def _height(view: View, share: float) -> float:
    return view.room.bottom - share * (view.room.bottom - view.room.top)


@dataclass(slots=True)
class Boxes:
    """Rectangles, each left, bottom, right, top in the plot's numbers, that look alike but for their fill."""

    boxes: Sequence[tuple[float, float, float, float]]
    faces: Sequence[str]
    """One for all, or one each."""
    edge: str = "none"
    width: float = 1.0
    hatch: str = ""
    alpha: float = 1.0
    whole: bool = False
    """From the bottom of the plot to its top, whatever the numbers say."""
    zorder: float = 1.0

    def svg(self, view: View) -> str:
        """All that have one fill in one path."""
        drawn: dict[str, list[str]] = {}
        for place, (left, bottom, right, top) in enumerate(self.boxes):
            x, across = view.x(left), view.x(right)
            y, up = (view.room.bottom, view.room.top) if self.whole else (view.y(bottom), view.y(top))
            if not math.isfinite(x + across + y + up):
                continue
            face = self.faces[place % len(self.faces)]
            fill = view.sheet.hatched(self.hatch, self.edge, face) if self.hatch else face
            drawn.setdefault(fill, []).append(
                f"M{number(x)} {number(y)}H{number(across)}V{number(up)}H{number(x)}z"
            )
        return "".join(f'<path d="{"".join(forms)}"{self.look(fill)}/>' for fill, forms in drawn.items())

    def look(self, fill: str) -> str:
        """Fill and edge."""
        look = f' fill="{fill}"' + (f' fill-opacity="{self.alpha:g}"' if self.alpha != 1 else "")
        if self.edge != "none" and self.width:
            look += f' stroke="{self.edge}" stroke-linejoin="miter"'
            look += f' stroke-width="{self.width:g}"' if self.width != 1 else ""
        return look


@dataclass(slots=True)
class Area:
    """What lies between two lines, as far as both are known."""

    xs: Sequence[float]
    lows: Sequence[float]
    highs: Sequence[float]
    color: str
    alpha: float = 1.0
    zorder: float = 1.0

    def svg(self, view: View) -> str:
        """One path with a part for each unbroken run."""
        drawn = ""
        for run in self._runs():
            there = [f"{number(view.x(self.xs[at]))} {number(view.y(self.highs[at]))}" for at in run]
            back = [f"{number(view.x(self.xs[at]))} {number(view.y(self.lows[at]))}" for at in reversed(run)]
            drawn += f"M{'L'.join([*there, *back])}z"
        fade = f' fill-opacity="{self.alpha:g}"' if self.alpha != 1 else ""
        return f'<path d="{drawn}" fill="{self.color}"{fade}/>' if drawn else ""

    def _runs(self) -> Iterator[list[int]]:
        run: list[int] = []
        for at, ends in enumerate(zip(self.xs, self.lows, self.highs, strict=True)):
            if all(map(math.isfinite, ends)):
                run.append(at)
                continue
            if run:
                yield run
            run = []
        if run:
            yield run


@dataclass(slots=True)
class Repeated:
    """Many short words that look alike, each with its middle at a place, as one text."""

    words: Sequence[tuple[str, float, float]]
    """What is written, and where in the plot's numbers."""
    size: float
    color: str
    bold: bool = False
    zorder: float = 3.0

    def svg(self, view: View) -> str:
        """One text with a part for each place."""
        family = set_in("".join(words for words, _, _ in self.words), view.sheet.families)
        parts = "".join(
            f'<tspan x="{number(view.x(x))}" y="{number(base_line(view.y(y), "center", self.size))}">'
            f"{escape(legible(words), quote=False)}</tspan>"
            for words, x, y in self.words
        )
        weight = ' font-weight="700"' if self.bold else ""
        return (
            f'<text font-family="\'{family}\',sans-serif" font-size="{self.size:g}px" '
            f'text-anchor="middle" fill="{self.color}"{weight}>{parts}</text>'
        )


@dataclass(slots=True)
class Label:
    """Words at a place of the plot, moved by points from it."""

    words: str
    x: float
    y: float
    size: float
    color: str = LIGHT.ink
    anchor: str = "start"
    align: str = "baseline"
    bold: bool = False
    moved: tuple[float, float] = (0.0, 0.0)
    """To the right and up."""
    across: bool = False
    """``x`` is a part of the plot's width."""
    up: bool = False
    """``y`` is a part of its height."""
    behind: str = ""
    zorder: float = 3.0

    def words_at(self, view: View) -> Words | None:
        """The words where they stand; None where that is nowhere."""
        x = (_part(view, self.x) if self.across else view.x(self.x)) + self.moved[0]
        y = (_height(view, self.y) if self.up else view.y(self.y)) - self.moved[1]
        if not math.isfinite(x + y) or not self.words:
            return None
        lines = lines_of(self.words)
        first = base_line(y, self.align, self.size, len(lines))
        return Words(lines, x, first, self.size, self.color, self.anchor, self.bold, behind=self.behind)
