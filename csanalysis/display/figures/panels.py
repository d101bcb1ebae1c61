"""Small multiples: one small plot for each person, team or kind, all read alike."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd

from csanalysis.catalogue import Language
from csanalysis.display.canvas import Axes, Figure
from csanalysis.display.figures.marks import band, value_axis, years_axis
from csanalysis.display.figures.theme import SMALL, canvas, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.palette import LIGHT

_ROW = 0.17
"""The part of a small plot's height that a row of words takes."""


@contextmanager
def panels(
    language: Language, count: int, *, across: int, each: float, around: float = 0.5, **subplots: Any
) -> Iterator[tuple[Figure, list[Axes]]]:
    """A figure of ``count`` plots, ``across`` in a row.

    ``each`` is the height of a row of plots, ``around`` that of all else, both in inches.
    """
    down = math.ceil(count / across)
    with canvas(
        language, height=around + each * down, nrows=down, ncols=across, squeeze=False, **subplots
    ) as (figure, grid):
        plots = [plot for row in grid for plot in row]
        for spare in plots[count:]:
            spare.set_visible(False)
        yield figure, plots[:count]


def month_panel(
    ax: Axes,
    metric: str,
    months: Sequence[str],
    language: Language,
    *,
    line: pd.DataFrame | None,
    beside: pd.Series,
    color: str = LIGHT.neutral,
    name: str = "",
    group: Mapping[str, str] = {},
) -> None:
    """A month line with its interval over a dashed one to hold it against.

    Parameters
    ----------
    ax : Axes
        The plot.
    metric : str
        What is drawn; its unit is the axis's.
    months : sequence of str
        The months shown, ``YYYY-MM``.
    language : Language
        ``zh`` or ``en``.
    line : DataFrame or None
        ``value``, ``low`` and ``high`` by month; None draws only the dashed line.
    beside : Series
        The dashed line's values, one for each of ``months``.
    color : str
        Of the dashed line.
    name, group : str, mapping
        What the line is called, and by which splits it is published: so its points tell their numbers.
    """
    places = range(len(months))
    ax.plot(places, beside, color=color, linestyle="--", linewidth=1)
    if line is not None:
        band(ax, places, line["low"], line["high"], LIGHT.accent)
        ax.plot(places, line["value"], color=LIGHT.accent, marker="o", markersize=2.5)
        Told(metric, language, name=name, group=group).points(ax, places, line)
    years_axis(ax, months, language)
    value_axis(ax, metric, language)
    plain_axes(ax)


def dashed_line_label(ax: Axes, words: str, *, color: str = LIGHT.muted) -> None:
    """What the dashed line is, on the left in a row below all that is drawn so far.

    Where room for it would take the axis below nil without need, the row is above.
    """
    (low, high), (least, most) = ax.get_ylim(), (ax.yaxis.low, ax.yaxis.high)
    below, above = (least - _ROW * high) / (1 - _ROW), (most - _ROW * low) / (1 - _ROW)
    under = below >= 0 or least < 0
    ax.set_ylim(min(low, below) if under else low, high if under else max(high, above))
    ax.annotate(
        words,
        (0.02, 0.02 if under else 0.98),
        xycoords="axes fraction",
        va="bottom" if under else "top",
        fontsize=SMALL,
        color=color,
    )
