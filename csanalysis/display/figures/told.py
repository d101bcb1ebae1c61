"""What the marks of a figure say to whoever points at them: name, value and interval, as published.

A figure hands the numbers over where it draws them. They lie in the SVG as a layer of unseen shapes, each
with its ``<title>``: a browser shows it of itself, the page's script under a finger and to the arrow keys.
The layer takes no part in the layout, and print leaves it out.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan, nan
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from csanalysis.catalogue import METRICS, Language, format_period, format_value, group_label, text
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


class _Layer(Artist):
    """Unseen shapes over the marks of one series."""

    def __init__(self, source: Mapping[str, str], marks: Sequence[tuple[Box, str, str]]) -> None:
        super().__init__()
        self._source, self._marks = source, marks
        self.set_in_layout(False)
        self.set_zorder(99)

    def draw(self, renderer: Any) -> None:
        """Write the shapes; a renderer that makes no SVG has no place for them."""
        if (writer := getattr(renderer, "writer", None)) is None or self.axes is None:
            return
        corners = np.array([box for box, _, _ in self._marks], float).reshape(-1, 2)
        drawn = self.axes.transData.transform(corners).reshape(-1, 4)
        drawn[:, [1, 3]] = renderer.height - drawn[:, [1, 3]]
        reach = _reach(drawn)
        look = {"class": LAYER, "fill": "none", "pointer-events": "all"}
        writer.start("g", attrib=look | dict(self._source))
        for box, (_, at, words) in zip(drawn, self._marks, strict=True):
            if not np.isfinite(box).all():
                continue
            tag, sizes = _shape(box, reach)
            writer.start(tag, attrib={name: f"{size:.1f}" for name, size in sizes.items()} | {"data-at": at})
            writer.element("title", words)
            writer.end(tag)
        writer.end("g")


def _shape(box: Any, reach: float) -> tuple[str, dict[str, float]]:
    """A circle around a point, else a rectangle: a bar too flat to be hit is felt a little way around."""
    left, bottom, right, top = box
    if (left, bottom) == (right, top):
        return "circle", {"cx": left, "cy": bottom, "r": reach}
    wide, high = (max(abs(one - other) / 2, _LEAST) for one, other in ((left, right), (bottom, top)))
    corner = {"x": (left + right) / 2 - wide, "y": (bottom + top) / 2 - high}
    return "rect", corner | {"width": 2 * wide, "height": 2 * high}


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


def _reach(drawn: "np.ndarray[Any, Any]") -> float:
    """Half the way to the next point, within bounds."""
    steps = np.hypot(*np.diff(drawn[:, :2], axis=0).T)
    return float(np.clip(steps.min() / 2 if len(steps) else _WIDEST, _LEAST, _WIDEST))
