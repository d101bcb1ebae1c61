"""What the marks of a figure say to whoever points at them: name, value and interval, as published.

A figure hands the numbers over where it draws them. They lie in the SVG as a layer of unseen shapes, each
with its ``<title>``: a browser shows it of itself, the page's script under a finger and to the arrow keys.
The layer takes no part in the layout, and print leaves it out.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot, isfinite, isnan, nan
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pandas as pd

from csanalysis.catalogue import METRICS, Language, format_period, format_value, group_label, text
from csanalysis.display.canvas import Axes
from csanalysis.display.canvas.marks import View
from csanalysis.display.drawing import LAYER
from csanalysis.legible import legible

_WIDEST, _LEAST = 6.0, 2.5
"""Points: how far from its middle a point is felt, and how near where points lie close together."""

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in the plot's own numbers; of a point the same twice."""


@dataclass(frozen=True)
class Told:
    """What the marks of one series tell.

    Parameters
    ----------
    metric : str
        Whose published numbers they are.
    language : Language
        ``zh`` or ``en``.
    name : str
        Of the series; it stands before each mark's own.
    by : str
        The split whose values the marks are; left out, they are periods.
    period : str or int
        The period of all marks, where they are values of a split.
    group : mapping
        The splits that all marks have in common.
    write : callable, optional
        How the figure writes these numbers, where other than in the metric's format.
    field : str
        Which published number of a row: ``numerator`` where the figure shows that one.
    short : bool
        Months without their year.
    """

    metric: str
    language: Language
    name: str = ""
    by: str = ""
    period: str | int = ""
    group: Mapping[str, str] = field(default_factory=dict)
    write: Callable[[float], str] | None = None
    field: str = "value"
    short: bool = False

    def points(
        self,
        ax: Axes,
        places: Iterable[float],
        line: Any,
        *,
        at: Iterable[float] | None = None,
        names: Sequence[str] | None = None,
        flat: bool = False,
    ) -> None:
        """Let points tell their numbers.

        Parameters
        ----------
        ax : Axes
            The plot.
        places : iterable of float
            Where each stands along the axis of names.
        line : Series or DataFrame
            The numbers by period or by value of the split; a table has ``value``, ``low`` and ``high``.
        at : iterable of float, optional
            Their heights where these are not the numbers themselves.
        names : sequence of str, optional
            What the marks are called instead of their period or value of the split.
        flat : bool
            Names go down, heights to the right.
        """
        boxes = [(x, y, x, y) for x, y in zip(places, _heights(line, at), strict=True)]
        self._add(ax, boxes, line, names, flat)

    def bars(
        self,
        ax: Axes,
        places: Iterable[float],
        line: Any,
        *,
        width: float,
        base: Any = 0.0,
        at: Iterable[float] | None = None,
        names: Sequence[str] | None = None,
        flat: bool = False,
    ) -> None:
        """Let bars from ``base``, ``width`` wide, tell their numbers; the others as in :meth:`points`."""
        heights = _heights(line, at)
        bases = np.broadcast_to(np.asarray(base, float), len(heights))
        boxes = [
            (x - width / 2, start, x + width / 2, start + height)
            for x, start, height in zip(places, bases, heights, strict=True)
        ]
        self._add(ax, boxes, line, names, flat)

    def cells(self, ax: Axes, down: int, line: Any) -> None:
        """Let the cells of one row of a grid tell their numbers."""
        self._add(
            ax, [(across, down, across + 1, down + 1) for across in range(len(line))], line, None, False
        )

    def _add(
        self, ax: Axes, boxes: Sequence[Box], line: Any, names: Sequence[str] | None, flat: bool
    ) -> None:
        if flat:
            boxes = [(bottom, left, top, right) for left, bottom, right, top in boxes]
        values, lows, highs = _numbers(line)
        called = names or [self._called(str(at)) for at in line.index]
        marks = [
            (box, str(at), self._words(name, value, low, high))
            for box, at, name, value, low, high in zip(
                boxes, line.index, called, values, lows, highs, strict=True
            )
            if not isnan(value)
        ]
        if marks:
            ax.add_artist(_Layer(self._source(), marks))

    def _called(self, at: str) -> str:
        if self.by:
            return group_label(self.by, at, self.language)
        return format_period(at, self.language, short=self.short)

    def _words(self, name: str, value: float, low: float, high: float) -> str:
        write = self.write or (
            lambda number: format_value(number, METRICS[self.metric].format, self.language)
        )
        words = write(value)
        if not (isnan(low) or isnan(high)):
            start, end = write(low), write(high)
            dash = text("sign.to", self.language) if start.startswith(("+", "-")) else "–"
            inner = dash.join((start.removesuffix("%") if end.endswith("%") else start, end))
            words += text("sign.brackets", self.language, inner=inner)
        name = " ".join(filter(None, (self.name, name)))
        return legible(text("sign.told", self.language, name=name, value=words))

    def _source(self) -> dict[str, str]:
        said = {"mark": self.metric, "by": self.by, "period": str(self.period)}
        said["field"] = self.field if self.field != "value" else ""
        said["group"] = json.dumps(dict(self.group), ensure_ascii=False, sort_keys=True) if self.group else ""
        return {f"data-{name}": words for name, words in said.items() if words}


@dataclass(frozen=True)
class _Layer:
    """Unseen shapes over the marks of one series."""

    source: Mapping[str, str]
    marks: Sequence[tuple[Box, str, str]]
    zorder: float = 99.0

    def svg(self, view: View) -> str:
        """The shapes, each with its title."""
        drawn = [
            (view.x(left), view.y(bottom), view.x(right), view.y(top))
            for (left, bottom, right, top), _, _ in self.marks
        ]
        reach = _reach(drawn)
        shapes = "".join(
            f"<{tag} {sizes} data-at={quoteattr(at)}><title>{escape(words)}</title></{tag}>"
            for box, (_, at, words) in zip(drawn, self.marks, strict=True)
            if all(map(isfinite, box))
            for tag, sizes in (_shape(box, reach),)
        )
        about = "".join(f" {name}={quoteattr(words)}" for name, words in self.source.items())
        return f'<g class="{LAYER}" fill="none" pointer-events="all"{about}>{shapes}</g>'


def _shape(box: Box, reach: float) -> tuple[str, str]:
    """A circle around a point, else a rectangle: a bar too flat to be hit is felt a little way around."""
    left, bottom, right, top = box
    if (left, bottom) == (right, top):
        return "circle", f'cx="{left:.1f}" cy="{bottom:.1f}" r="{reach:.1f}"'
    wide, high = (max(abs(one - other) / 2, _LEAST) for one, other in ((left, right), (bottom, top)))
    x, y = (left + right) / 2 - wide, (bottom + top) / 2 - high
    return "rect", f'x="{x:.1f}" y="{y:.1f}" width="{2 * wide:.1f}" height="{2 * high:.1f}"'


def _numbers(line: Any) -> list[list[float]]:
    """Values, and the ends of their intervals: NaN where a line has none."""
    if isinstance(line, pd.Series):
        unknown = [nan] * len(line)
        return [line.to_numpy(float).tolist(), unknown, unknown]
    return [
        line[name].to_numpy(float).tolist() if name in line else [nan] * len(line)
        for name in ("value", "low", "high")
    ]


def _heights(line: Any, at: Iterable[float] | None) -> list[float]:
    return _numbers(line)[0] if at is None else [float(height) for height in at]


def _reach(drawn: Sequence[Box]) -> float:
    """Half the way to the next point, within bounds."""
    steps = [
        hypot(later[0] - earlier[0], later[1] - earlier[1])
        for earlier, later in pairwise(drawn)
        if isfinite(sum(earlier[:2]) + sum(later[:2]))
    ]
    return min(max(min(steps) / 2, _LEAST), _WIDEST) if steps else _WIDEST
