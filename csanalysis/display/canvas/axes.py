"""A plot: what is to be drawn in it, in the words that Matplotlib's axes have for it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from csanalysis.display.canvas.legend import Handle, Legend
from csanalysis.display.canvas.marks import SOLID, Area, Boxes, Label, Mark, Stroke, numbers
from csanalysis.display.canvas.sides import PLAIN, Sides
from csanalysis.palette import LIGHT


class Axes(Sides):
    """One plot of a figure: marks are put on it, and drawn when the figure is.

    The methods are called as Matplotlib's and take what the report's figures use of theirs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[Mark | Label] = []
        self.handles: list[Handle] = []
        self.named: Legend | None = None

    def plot(self, *given: Any, label: str = "", linestyle: Any = None, **look: Any) -> None:
        """A line through points, by ``color``, ``linewidth``, ``linestyle``, ``marker``, ``markersize``.

        Given are the heights, or places and heights, and a marker alone (``"o"``) for points without a line.
        """
        form = given[-1] if given and isinstance(given[-1], str) else ""
        lines = [numbers(each) for each in (given[:-1] if form else given)]
        ys = lines[-1]
        xs = lines[0] if len(lines) > 1 else [float(place) for place in range(len(ys))]
        dash = linestyle if linestyle is not None else "" if form else SOLID
        line = _stroke(xs, ys, dash, {"marker": form, **look})
        self._put(line, label)
        self.xaxis.reach(x for x, y in zip(xs, ys, strict=True) if math.isfinite(y))
        self.yaxis.reach(y for x, y in zip(xs, ys, strict=True) if math.isfinite(x))

    def errorbar(
        self,
        x: Any,
        y: Any,
        *,
        yerr: Any,
        fmt: str = "",
        ecolor: str = "",
        elinewidth: float = 1.4,
        capsize: float = 0.0,
        label: str = "",
        **look: Any,
    ) -> None:
        """Points (``fmt`` ``o``), a line with points, or ``none`` of both, and their intervals ``yerr``."""
        xs, ys = numbers(x), numbers(y)
        color = ecolor or look.get("color", LIGHT.accent)
        below, above = (numbers(ends) for ends in yerr)
        ends = [
            (at, mid - down, mid + up)
            for at, mid, down, up in zip(xs, ys, below, above, strict=True)
            if math.isfinite(mid + down + up)
        ]
        across = [at for at, _, _ in ends for _ in range(3)]
        up_down = [end for _, low, high in ends for end in (low, high, math.nan)]
        self.marks.append(Stroke(across, up_down, color, elinewidth, dash=SOLID, zorder=1.99))
        if capsize:
            tips = [(at, end) for at, low, high in ends for end in (low, high)]
            look_of_caps = {"marker": "_", "markersize": 2 * capsize, "color": color}
            caps = _stroke([at for at, _ in tips], [end for _, end in tips], "", look_of_caps)
            self.marks.append(caps)
        self.xaxis.reach(xs)
        self.yaxis.reach(up_down)
        if fmt != "none":
            given = [xs, ys, fmt] if fmt else [xs, ys]
            self.plot(*given, label=label, **look)

    def bar(self, x: Any, height: Any, *, width: float = 0.8, bottom: Any = 0.0, **look: Any) -> None:
        """Bars up from ``bottom``, by ``color``, ``edgecolor``, ``linewidth``, ``hatch``, ``label``."""
        spans = _spans(x, height, width, bottom)
        self._bars([(left, base, right, top) for left, right, base, top in spans], look)
        self.yaxis.sticky |= {base for _, _, base, _ in spans}

    def barh(self, y: Any, width: Any, *, height: float = 0.8, left: Any = 0.0, **look: Any) -> None:
        """Bars to the right from ``left``, as :meth:`bar`."""
        spans = _spans(y, width, height, left)
        self._bars([(base, low, top, high) for low, high, base, top in spans], look)
        self.xaxis.sticky |= {base for _, _, base, _ in spans}

    def _bars(self, boxes: Sequence[tuple[float, float, float, float]], look: Mapping[str, Any]) -> None:
        faces = look.get("facecolor") or look.get("color") or LIGHT.accent
        edge, width = look.get("edgecolor", LIGHT.paper), look.get("linewidth", 1.0)
        drawn = Boxes(
            boxes, [faces] if isinstance(faces, str) else list(faces), edge, width, look.get("hatch", "")
        )
        self._put(drawn, look.get("label", ""))
        for left, bottom, right, top in boxes:
            self.xaxis.reach((left, right))
            self.yaxis.reach((bottom, top))

    def stairs(self, values: Any, edges: Any, *, facecolor: str, edgecolor: str, linewidth: float) -> None:
        """Bars without gaps, with one outline."""
        heights, sides = numbers(values), numbers(edges)
        tops = [0.0, *(height for height in heights for _ in range(2)), 0.0]
        around = [sides[0], *(side for side in sides[1:-1] for _ in range(2)), sides[-1]]
        around = [sides[0], *around, sides[-1]]
        self.marks.append(Area(around, [0.0] * len(around), tops, facecolor))
        self.marks.append(Stroke(around, tops, edgecolor, linewidth, zorder=1.0))
        self.xaxis.reach(sides)
        self.yaxis.reach([0.0, *heights])
        self.yaxis.sticky.add(0.0)

    def fill_between(self, x: Any, low: Any, high: Any, *, color: str, alpha: float = 1.0) -> None:
        """What lies between two lines."""
        area = Area(numbers(x), numbers(low), numbers(high), color, alpha)
        self.marks.append(area)
        self.xaxis.reach(area.xs)
        self.yaxis.reach([*area.lows, *area.highs])

    def cells(self, colors: Sequence[Sequence[str]], *, edgecolor: str) -> None:
        """A grid of cells, the first row on top; an empty colour leaves a cell blank."""
        known = [(x, y, face) for y, row in enumerate(colors) for x, face in enumerate(row) if face]
        boxes = [(float(x), float(y), x + 1.0, y + 1.0) for x, y, _ in known]
        self.marks.append(Boxes(boxes, [face for *_, face in known], edgecolor))
        self.set_xlim(0, max(map(len, colors)))
        self.set_ylim(len(colors), 0)
        self.xaxis.reach(self.get_xlim())
        self.yaxis.reach(self.get_ylim())

    def axhline(self, y: float, **look: Any) -> None:
        """A line from the plot's left to its right."""
        self.marks.append(_stroke([0, 1], [y, y], look.pop("linestyle", SOLID), look, across=True))
        self.yaxis.reach([y])

    def axvline(self, x: float, **look: Any) -> None:
        """A line from the plot's bottom to its top."""
        self.marks.append(_stroke([x, x], [0, 1], look.pop("linestyle", SOLID), look, up=True))
        self.xaxis.reach([x])

    def axvspan(self, low: float, high: float, *, color: str) -> None:
        """All between two places, from bottom to top."""
        self.marks.append(Boxes([(low, 0.0, high, 1.0)], [color], whole=True))
        self.xaxis.reach([low, high])

    def annotate(self, words: str, place: tuple[float, float], **look: Any) -> None:
        """Words at a place, ``xytext`` points to the right of it and above; the rest as in :meth:`text`."""
        self.text(*place, words, **look)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        xycoords: str | tuple[str, str] = "data",
        xytext: tuple[float, float] = (0.0, 0.0),
        ha: str = "left",
        va: str = "baseline",
        fontsize: float = PLAIN,
        color: str = LIGHT.ink,
        weight: str = "normal",
        behind: str = "",
        zorder: float = 3.0,
    ) -> None:
        """Words at a place of the plot.

        ``xycoords`` says what ``x`` and ``y`` count in: ``data``, or ``axes fraction`` of the plot; a pair
        for each of its own. ``behind`` is the colour of a box behind the words.
        """
        across, up = (
            (way == "axes fraction" for way in xycoords)
            if not isinstance(xycoords, str)
            else ((xycoords == "axes fraction"),) * 2
        )
        anchor = {"left": "start", "center": "middle", "right": "end"}[ha]
        place = Label(words, x, y, fontsize, color, anchor, va, weight == "bold", xytext, across, up, behind)
        place.zorder = zorder
        self.marks.append(place)

    def add_artist(self, mark: Mark) -> None:
        """Anything else that can write itself."""
        self.marks.append(mark)

    def _put(self, look: Stroke | Boxes, label: str) -> None:
        self.marks.append(look)
        if label:
            self.handles.append(Handle(look, label))

    def legend(
        self, handles: Sequence[Handle] | None = None, *, ncols: int = 1, handlelength: float = 2.4
    ) -> None:
        """The names of what has a ``label``, in columns above the plot."""
        shown = self.handles if handles is None else handles
        self.named = Legend(shown, ncols, handlelength) if shown else None

    def has_data(self) -> bool:
        """Whether there is a finite number in the plot, both across and up."""
        return self.visible and all(axis.low <= axis.high for axis in (self.xaxis, self.yaxis))


def _stroke(
    xs: Sequence[float], ys: Sequence[float], dash: Any, look: Mapping[str, Any], **way: bool
) -> Stroke:
    """A line in Matplotlib's words for its look."""
    return Stroke(
        xs,
        ys,
        look.get("color", LIGHT.accent),
        look.get("linewidth", 1.4),
        dash,
        look.get("marker", ""),
        look.get("markersize", 4.0),
        look.get("markerfacecolor", ""),
        look.get("markeredgecolor", ""),
        look.get("markeredgewidth", 1.0),
        look.get("alpha", 1.0),
        zorder=look.get("zorder", 2.0),
        **way,
    )


def _spans(at: Any, long: Any, width: float, base: Any) -> list[tuple[float, float, float, float]]:
    """Of each bar: its two sides along the names, its foot and its top."""
    middles = numbers(at)
    lengths = np.broadcast_to(numbers(long), len(middles)).tolist()
    feet = np.broadcast_to(numbers(base), len(middles)).tolist()
    return [
        (middle - width / 2, middle + width / 2, foot, foot + length)
        for middle, length, foot in zip(middles, lengths, feet, strict=True)
    ]
