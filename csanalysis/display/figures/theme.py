"""How every figure looks, and what it is once drawn.

Meaning never hangs on colour alone: lines differ in marker and dash, bars in hatch, and series carry
their name beside them, so that a black-and-white print says the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, Self

import matplotlib
import numpy as np
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from csanalysis.catalogue import Language
from csanalysis.display.figures.axes import ReportAxes
from csanalysis.display.figures.svg import figure_svg
from csanalysis.fonts import font_families, font_files
from csanalysis.palette import LIGHT, SERIES

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
def canvas(language: Language, *, height: float = 2.9, **subplots: Any) -> Iterator[tuple[Figure, Any]]:
    """A figure of the page's width and its axes, with the report's look while it is drawn and saved."""
    _register_fonts()
    with matplotlib.rc_context(_look(language)):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        FigureCanvasSVG(figure)
        subplots["subplot_kw"] = {"axes_class": ReportAxes, **subplots.get("subplot_kw", {})}
        yield figure, figure.subplots(**subplots)


def finish_figure(figure: Figure, *, id: str, title: str, alt: str, note: str | None = None) -> ReportFigure:
    """The drawn figure as SVG; to be called while :func:`canvas` is open."""
    panels = sum(bool(ax.has_data() and np.isfinite(ax.dataLim.get_points()).all()) for ax in figure.axes)
    return ReportFigure(id, figure_svg(figure, id=id), title, alt, note or None, panels)


def series_style(place: int) -> dict[str, Any]:
    """Colour, marker and dash of the n-th series."""
    return {
        "color": SERIES[place % len(SERIES)],
        "marker": MARKERS[place % len(MARKERS)],
        "linestyle": DASHES[place % len(DASHES)],
    }


def plain_axes(ax: Axes, *, grid: Literal["x", "y"] | None = "y") -> None:
    """Only the lines that help: hairlines across, no frame."""
    sns.despine(ax=ax, left=grid == "y", bottom=grid == "x")
    if grid:
        ax.grid(axis=grid, color=LIGHT.grid, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel("")
    ax.set_ylabel("")


@cache
def _register_fonts() -> None:
    for path in font_files():
        font_manager.fontManager.addfont(path)


def _look(language: Language) -> Any:
    return {
        **sns.axes_style("ticks"),
        "font.family": font_families(language),
        "font.size": 8.5,
        "axes.labelsize": 8.5,
        "axes.titlesize": 8.5,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.edgecolor": LIGHT.neutral,
        "axes.labelcolor": LIGHT.muted,
        "axes.linewidth": 0.6,
        "axes.unicode_minus": False,
        "text.parse_math": False,  # a price list of "$500 and $400" is no formula
        "text.color": LIGHT.ink,
        "xtick.color": LIGHT.neutral,
        "ytick.color": LIGHT.neutral,
        "xtick.labelcolor": LIGHT.muted,
        "ytick.labelcolor": LIGHT.muted,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "xtick.major.size": 3,
        "ytick.major.size": 0,
        "xtick.major.width": 0.6,
        "lines.linewidth": 1.4,
        "lines.markersize": 4,
        "hatch.linewidth": 0.6,
        "figure.facecolor": LIGHT.paper,
        "axes.facecolor": LIGHT.paper,
        "savefig.facecolor": LIGHT.paper,
        "svg.fonttype": "none",
        "svg.hashsalt": "csanalysis",
        "svg.image_inline": True,
        "legend.frameon": False,
    }
