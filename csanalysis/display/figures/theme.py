"""How every figure looks, and what it is once drawn.

Meaning never hangs on colour alone: lines differ in marker and dash, bars in hatch, and series carry
their name beside them, so that a black-and-white print says the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from csanalysis.catalogue import Language
from csanalysis.display.canvas import Axes, Figure
from csanalysis.fonts import font_families
from csanalysis.palette import SERIES

WIDTH = 6.7
"""Inches: the text width of an A4 page."""

SMALL = 7.5
"""Points: labels inside the plot."""

MARKERS = ("o", "s", "^", "D", "v")
DASHES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))


@dataclass(frozen=True)
class ReportFigure:
    """A figure of the report; ``title`` is what it shows, ``alt`` the same for those who cannot see it.

    ``panels`` counts the plots in it that have data: a figure with none must not be published.
    """

    id: str
    svg: str
    title: str
    alt: str
    note: str | None = None
    panels: int = 1

    def with_note(self, note: str | None) -> Self:
        """The same figure with another note below it."""
        return replace(self, note=note)

    def __str__(self) -> str:
        return self.alt

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        about = {
            "id": self.id,
            "title": self.title,
            "alt": self.alt,
            "note": self.note,
            "panels": self.panels,
        }
        return {"image/svg+xml": self.svg, "text/plain": self.alt}, {"image/svg+xml": about}


@contextmanager
def canvas(
    language: Language, *, height: float = 2.9, squeeze: bool = True, **subplots: Any
) -> Iterator[tuple[Figure, Any]]:
    """A figure of the page's width and its plots in the report's look: one, or rows of them."""
    figure = Figure(WIDTH, height, font_families(language))
    rows = figure.subplots(**subplots)
    yield figure, rows[0][0] if squeeze else rows


def finish_figure(figure: Figure, *, id: str, title: str, alt: str, note: str | None = None) -> ReportFigure:
    """The drawn figure as SVG."""
    panels = sum(plot.has_data() for plot in figure.axes)
    return ReportFigure(id, figure.svg(id), title, alt, note or None, panels)


def series_style(place: int) -> dict[str, Any]:
    """Colour, marker and dash of the n-th series."""
    return {
        "color": SERIES[place % len(SERIES)],
        "marker": MARKERS[place % len(MARKERS)],
        "linestyle": DASHES[place % len(DASHES)],
    }


def plain_axes(ax: Axes, *, grid: Literal["x", "y"] | None = "y") -> None:
    """Only the lines that help: hairlines across, no frame."""
    ax.despine(left=grid == "y", bottom=grid == "x")
    if grid:
        ax.grid(grid)
