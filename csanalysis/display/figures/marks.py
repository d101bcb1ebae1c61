"""Marks that several figures share: axes in the reader's units, labels beside what they name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from csanalysis.catalogue import METRICS, Language, format_period, format_value
from csanalysis.display.canvas import Axes
from csanalysis.display.canvas.marks import Boxes
from csanalysis.display.figures.theme import SMALL
from csanalysis.palette import LIGHT, SEQUENTIAL

BEHIND = LIGHT.paper
"""Paper behind a label that may lie on a grid line."""


def formatter(metric: str, language: Language, *, decimals: int | None = None) -> Callable[[float], str]:
    """How the numbers of a metric are written on this figure."""
    return lambda value: format_value(value, METRICS[metric].format, language, decimals=decimals)


def whole_percent(language: Language) -> Callable[[float], str]:
    """Shares without decimals, for a crowded figure."""
    return lambda share: format_value(share, "percent", language, decimals=0)


def value_axis(ax: Axes, metric: str, language: Language, *, axis: str = "y", ticks: int = 5) -> None:
    """Few round ticks in the metric's own format."""
    write = formatter(metric, language)
    side = ax.yaxis if axis == "y" else ax.xaxis
    # Whole counts and amounts need no half ticks.
    side.rounded(ticks, whole=METRICS[metric].format in {"count", "amount"})

    def label(value: float) -> str:
        if METRICS[metric].format == "percent":
            return format_value(value, "percent", language, decimals=0 if abs(value * 100 % 1) < 1e-6 else 1)
        return write(value)

    side.write = label


def month_axis(ax: Axes, months: Sequence[str], language: Language) -> None:
    """The twelve months of one year at 0…11."""
    ax.set_xticks(range(len(months)), [format_period(month, language, short=True) for month in months])
    ax.tick_params(axis="x", length=0)


def years_axis(ax: Axes, months: Sequence[str], language: Language, *, below: Mapping[str, str] = {}) -> None:
    """Many months at 0, 1, …: a tick where a year begins; below its middle its name and a word on it."""
    years: dict[str, list[int]] = {}
    for place, month in enumerate(months):
        years.setdefault(month[:4], []).append(place)
    names = [f"{format_period(year, language)}\n{below.get(year, '')}".rstrip() for year in years]
    ax.set_xticks([sum(places) / len(places) for places in years.values()], names)
    ax.xaxis.minor = [places[0] - 0.5 for places in years.values()]
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(-0.7, len(months) - 0.3)


def band(ax: Axes, x: Any, low: Any, high: Any, color: str) -> None:
    """An interval around a line; hairlines at its edges, for print without grey."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    ax.fill_between(x, low, high, color=color, alpha=0.13)
    for edge in (low, high):
        ax.plot(x, edge, color=color, linewidth=0.4, alpha=0.6)


def bars_down(ax: Axes, names: Sequence[str], values: Any, *, width: float, **look: Any) -> None:
    """A bar for each name, the first on top."""
    ax.barh(range(len(names)), values, height=width, **look)
    ax.set_yticks(range(len(names)), list(names))
    ax.set_ylim(len(names) - 0.5, -0.5)


def intervals_down(
    ax: Axes, rows: pd.DataFrame, places: Sequence[float], *, color: str, width: float = 1
) -> None:
    """The intervals of rows as level lines at ``places``, all in one stroke; none where an end is unknown."""
    ends = rows[["low", "high"]].to_numpy(float)
    known = ~np.isnan(ends).any(axis=1)
    across = np.column_stack([ends[known], np.full(known.sum(), np.nan)]).ravel()
    ax.plot(across, np.repeat(np.asarray(places, float)[known], 3), color=color, linewidth=width)


def interval_offsets(rows: pd.DataFrame) -> Any:
    """How far the interval reaches below and above each value; 0 where there is none."""
    return [(rows["value"] - rows["low"]).fillna(0), (rows["high"] - rows["value"]).fillna(0)]


def label_beside(ax: Axes, x: float, y: float, words: str, *, color: str = LIGHT.ink, **options: Any) -> None:
    """A name right of a point, outside the plot if need be."""
    place = {"xytext": (5, 0), "va": "center", "ha": "left", **options}
    ax.annotate(words, (x, y), color=color, fontsize=SMALL, **place)


def label_above(ax: Axes, x: float, y: float, words: str, *, color: str = LIGHT.ink, **options: Any) -> None:
    """A value above a point or bar."""
    place = {"xytext": (0, 3), "va": "bottom", "ha": "center", **options}
    ax.annotate(words, (x, y), color=color, fontsize=SMALL, **place)


def margin_label(ax: Axes, y: float, x: float, words: str, *, color: str = LIGHT.ink, **options: Any) -> None:
    """Words right of the plot at height ``y``, ``x`` widths of the plot from its left."""
    style = {"va": "center", "fontsize": SMALL, **options}
    ax.text(x, y, words, xycoords=("axes fraction", "data"), color=color, **style)


def top_label(ax: Axes, x: float, words: str, *, color: str = LIGHT.muted, **options: Any) -> None:
    """Words above the plot at ``x``, such as the name of an upright line."""
    where: Any = ("data", "axes fraction")
    style = {"xytext": (0, 2), "ha": "center", "va": "bottom", **options}
    ax.annotate(words, (x, 1), xycoords=where, color=color, fontsize=SMALL, **style)


def end_labels(ax: Axes, x: float, ends: Mapping[str, tuple[float, str]], *, gap: float = 0.075) -> None:
    """Names of lines at their right ends, moved apart where they would touch.

    ``ends`` maps a name to the height of its line's end and its colour; ``gap`` is the least distance as a
    share of the axis.
    """
    bottom, top = ax.get_ylim()
    least = gap * (top - bottom)
    order = sorted(ends, key=lambda name: ends[name][0])
    heights = spread_apart([ends[name][0] for name in order], least, bottom, top)
    for name, height in zip(order, heights, strict=True):
        label_beside(ax, x, height, name, color=ends[name][1])


def spread_apart(values: Sequence[float], least: float, bottom: float, top: float) -> list[float]:
    """Rising values moved apart to ``least`` or more, as little as can be, within the ends if they fit."""
    groups: list[list[float]] = []  # [sum of wished starts, count]
    for value in values:
        groups.append([value, 1.0])
        # A run of touching labels sits around the mean of what its members wish.
        while len(groups) > 1 and _start(groups[-2], least) + groups[-2][1] * least > _start(
            groups[-1], least
        ):
            later = groups.pop()
            groups[-1] = [groups[-1][0] + later[0], groups[-1][1] + later[1]]
    placed = [_start(group, least) + place * least for group in groups for place in range(int(group[1]))]
    ceiling, floor = top, bottom
    for place in reversed(range(len(placed))):
        placed[place] = min(placed[place], ceiling)
        ceiling = placed[place] - least
    for place, height in enumerate(placed):
        placed[place] = max(height, floor)
        floor = placed[place] + least
    return placed


def _start(group: list[float], least: float) -> float:
    total, count = group
    return total / count - (count - 1) * least / 2


def legend_above(ax: Axes) -> None:
    """The names of bars, then of lines, in one row above the plot."""
    named = sorted(ax.handles, key=lambda handle: not isinstance(handle.look, Boxes))
    ax.legend(named, ncols=len(named))


def grid_of_cells(
    ax: Axes, shares: pd.DataFrame, words: pd.DataFrame, *, rows: Sequence[str], columns: Sequence[str]
) -> None:
    """A grid of cells, darker for a larger share, each with its words; an undefined cell is left blank."""
    sizes = shares.to_numpy(float)
    least, most = np.nanmin(sizes), np.nanmax(sizes)
    ax.cells([[_shade(size, least, most) for size in row] for row in sizes.tolist()], edgecolor=LIGHT.paper)
    # For a reader with weak sight only the three darkest shades carry white.
    dark = least + (most - least) * (len(SEQUENTIAL) - 3) / len(SEQUENTIAL)
    for (down, across), size in np.ndenumerate(sizes):
        if not np.isnan(size):
            ink = LIGHT.paper if size >= dark else LIGHT.ink
            place: Any = {"ha": "center", "va": "center", "fontsize": SMALL}
            ax.text(across + 0.5, down + 0.5, str(words.iat[down, across]), color=ink, **place)
    ax.set_xticks(np.arange(sizes.shape[1]) + 0.5, columns)
    ax.set_yticks(np.arange(sizes.shape[0]) + 0.5, rows)
    ax.despine(left=True, bottom=True)
    ax.xaxis.far = True
    ax.tick_params(length=0)


def _shade(size: float, least: float, most: float) -> str:
    """One of the shades for a size between the ends; none where it is not known."""
    if np.isnan(size):
        return ""
    part = (size - least) / (most - least) if most > least else 0.0
    return SEQUENTIAL[min(int(part * len(SEQUENTIAL)), len(SEQUENTIAL) - 1)]
