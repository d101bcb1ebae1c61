"""What surrounds a plot: how far it reaches, its ticks and their labels, its names."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from csanalysis.display.canvas.axis import Axis
from csanalysis.display.canvas.marks import Label, numbers
from csanalysis.palette import LIGHT

PLAIN = 8.5
"""Points: titles and the names of axes."""

Which = Literal["x", "y", "both"]


class Sides:
    """The axes of a plot and what is written at them, called as Matplotlib calls it."""

    def __init__(self) -> None:
        self.xaxis, self.yaxis = Axis(upright=False), Axis(upright=True, length=0.0)
        self.title: Label | None = None
        self.visible, self.framed = True, True

    def set_xlim(self, left: float | None = None, right: float | None = None) -> None:
        """From where to where the plot goes across; None leaves an end where it is."""
        _limit(self.xaxis, left, right)

    def set_ylim(self, bottom: float | None = None, top: float | None = None) -> None:
        """From where to where the plot goes up."""
        _limit(self.yaxis, bottom, top)

    def get_xlim(self) -> tuple[float, float]:
        """Left and right end."""
        return self.xaxis.ends()

    def get_ylim(self) -> tuple[float, float]:
        """Lower and upper end."""
        return self.yaxis.ends()

    def margins(self, *, x: float | None = None, y: float | None = None) -> None:
        """Room around the data, as a part of their range."""
        self.xaxis.margin = self.xaxis.margin if x is None else x
        self.yaxis.margin = self.yaxis.margin if y is None else y

    def set_xticks(self, places: Any, names: Iterable[str] | None = None) -> None:
        """Ticks at these places, with these names or their numbers."""
        _tick(self.xaxis, places, names)

    def set_yticks(
        self, places: Any, names: Iterable[str] | None = None, *, heads: Iterable[int] = (), size: float = 8.0
    ) -> None:
        """As :meth:`set_xticks`; ``heads`` are the names, by place, that head those below them."""
        _tick(self.yaxis, places, names)
        self.yaxis.heads, self.yaxis.size = frozenset(heads), size

    def get_xticks(self) -> list[float]:
        """Where the ticks are."""
        return self.xaxis.ticks(200.0)

    def tick_params(
        self, *, axis: Which = "both", length: float | None = None, labelsize: float | None = None
    ) -> None:
        """How long the ticks are and how large their labels [points]."""
        for side in self._sides(axis):
            side.length = side.length if length is None else length
            side.size = side.size if labelsize is None else labelsize

    def grid(self, axis: Which) -> None:
        """Hairlines from the ticks of an axis across the plot."""
        for side in self._sides(axis):
            side.grid = True

    def despine(self, *, left: bool = False, bottom: bool = False) -> None:
        """Leave out the lines at the plot's left or below it."""
        self.yaxis.lined, self.xaxis.lined = self.yaxis.lined and not left, self.xaxis.lined and not bottom

    def set_axis_off(self) -> None:
        """No lines, ticks or labels around the plot."""
        self.framed = False

    def set_visible(self, visible: bool) -> None:
        """Draw the plot or leave its place empty."""
        self.visible = visible

    def set_title(
        self, words: str, *, fontsize: float = PLAIN, color: str = LIGHT.ink, bold: bool = True,
        center: bool = False,
    ) -> None:  # fmt: skip
        """What the plot shows, above it: at its left or over its middle."""
        place, anchor = (0.5, "middle") if center else (0.0, "start")
        self.title = Label(words, place, 1.0, fontsize, color, anchor, "bottom", bold, across=True, up=True)

    def set_xlabel(self, words: str) -> None:
        """What the numbers across are, below them."""
        self.xaxis.label = words

    def set_ylabel(self, words: str) -> None:
        """What the numbers up the plot are, left of them."""
        self.yaxis.label = words

    def _sides(self, axis: Which) -> Sequence[Axis]:
        return {"x": (self.xaxis,), "y": (self.yaxis,), "both": (self.xaxis, self.yaxis)}[axis]


def _limit(axis: Axis, low: float | None, high: float | None) -> None:
    known = axis.ends()
    axis.limits = (known[0] if low is None else float(low), known[1] if high is None else float(high))


def _tick(axis: Axis, places: Any, names: Iterable[str] | None) -> None:
    axis.places, axis.names = numbers(places), None if names is None else list(map(str, names))
