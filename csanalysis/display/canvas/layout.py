"""Room for each plot: what stands around it fits between it and its neighbours, and all are of one size."""

from collections.abc import Iterable, Sequence

from csanalysis.display.canvas.axes import Axes
from csanalysis.display.canvas.letters import Room
from csanalysis.display.canvas.placed import Plot
from csanalysis.display.canvas.sheet import Sheet

_PAD, _LEAST, _PASSES = 3.0, 10.0, 2
"""Points: around each plot with its words; the smallest plot. Labels move with the plot: so twice."""


def laid_out(
    rows: Sequence[Sequence[Axes]],
    sheet: Sheet,
    *,
    shares: Sequence[float],
    top: float = 0.0,
    filled: bool = False,
) -> list[Plot]:
    """The plots of a sheet in their rooms, row by row.

    Parameters
    ----------
    rows : sequence of sequence of Axes
        The grid.
    sheet : Sheet
        What they lie on.
    shares : sequence of float
        How high the plots of each row are, each row's to the others'.
    top : float
        Points at the top that are taken.
    filled : bool
        The one plot there is takes the whole sheet.
    """
    if filled:
        return [Plot(rows[0][0], Room(0.0, 0.0, sheet.width, sheet.height), sheet)]
    down, across = range(len(rows)), range(len(rows[0]))
    sides, ends = [(_PAD, _PAD) for _ in across], [(_PAD, _PAD) for _ in down]
    plots = _placed(rows, sheet, sides, ends, top, shares)
    for _ in range(_PASSES):
        beyond = [[_over(plot) for plot in row] for row in plots]
        sides = [_most(beyond[row][column][:2] for row in down) for column in across]
        ends = [_most(each[2:] for each in beyond[row]) for row in down]
        plots = _placed(rows, sheet, sides, ends, top, shares)
    return [plot for row in plots for plot in row]


def _over(plot: Plot) -> tuple[float, float, float, float]:
    """How far what stands around a plot goes beyond it: left, right, above and below."""
    room, whole = plot.room, plot.reaches()
    return room.left - whole.left, whole.right - room.right, room.top - whole.top, whole.bottom - room.bottom


def _most(pairs: Iterable[tuple[float, float]]) -> tuple[float, float]:
    starts, ends = zip(*pairs, strict=True)
    return max(starts) + _PAD, max(ends) + _PAD


def _placed(
    grid: Sequence[Sequence[Axes]],
    sheet: Sheet,
    sides: Sequence[tuple[float, float]],
    ends: Sequence[tuple[float, float]],
    top: float,
    shares: Sequence[float],
) -> list[list[Plot]]:
    """The plots with so much around each column and row."""
    wide = (sheet.width - sum(map(sum, sides))) / len(sides)
    high = (sheet.height - top - sum(map(sum, ends))) / sum(shares)
    rows, y = [], top
    for row, (above, below), share in zip(grid, ends, shares, strict=True):
        plots, x = [], 0.0
        tall = max(_LEAST, high * share)
        for axes, (left, right) in zip(row, sides, strict=True):
            room = Room(x + left, y + above, x + left + max(_LEAST, wide), y + above + tall)
            plots.append(Plot(axes, room, sheet))
            x = room.right + right
        rows.append(plots)
        y += above + tall + below
    return rows
