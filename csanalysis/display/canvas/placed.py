"""A plot that has found its place: where its numbers lie, what stands around it, and all of it as SVG."""

from collections.abc import Callable, Iterator
from functools import cached_property

from csanalysis.display.canvas.axes import Axes
from csanalysis.display.canvas.axis import INK, Axis
from csanalysis.display.canvas.legend import SIZE, Legend
from csanalysis.display.canvas.letters import Room, Words, base_line, lines_of
from csanalysis.display.canvas.marks import Label, number
from csanalysis.display.canvas.sheet import Sheet
from csanalysis.display.canvas.sides import PLAIN
from csanalysis.palette import LIGHT

_PAD, _LABEL_PAD, _TITLE_PAD = 3.5, 4.0, 6.0
"""Points: from tick to label, from there to the name of the axis, and from the plot to its title."""

_EDGE = 3.0
"""Points that stay free at the edge of the sheet."""

_GRID, _LINES = 0.5, 2.5
"""The hairlines lie below all marks, the plot's own lines above most."""

Usual = tuple[str, float]


class Plot:
    """The plot of ``axes`` in its room."""

    def __init__(self, axes: Axes, room: Room, sheet: Sheet) -> None:
        self.axes, self.room, self.sheet = axes, room, sheet
        self.families = sheet.families
        self._x = _line(axes.xaxis, room.left, room.right)
        self._y = _line(axes.yaxis, room.bottom, room.top)
        self.across = axes.xaxis.marked(room.right - room.left) if axes.framed else []
        self.up = axes.yaxis.marked(room.bottom - room.top) if axes.framed else []
        self.legend = self._legend()

    def x(self, value: float) -> float:
        """Points from the left edge of the figure."""
        return self._x(self.axes.xaxis.scaled(value))

    def y(self, value: float) -> float:
        """Points from its top edge."""
        return self._y(self.axes.yaxis.scaled(value))

    @cached_property
    def words(self) -> list[Words]:
        """All that is written in and around the plot but the names of its legend."""
        return [*self.around, *(said for said in self.inside if said)] if self.axes.visible else []

    @cached_property
    def inside(self) -> list[Words | None]:
        """The labels among the marks, in their order; None for one that has no place."""
        return [mark.words_at(self) for mark in self.axes.marks if isinstance(mark, Label)]

    @cached_property
    def around(self) -> list[Words]:
        """Labels of ticks, names of the axes, title."""
        said = [*self._across(), *self._up()] if self.axes.framed else []
        said += self._names(said)
        if self.axes.title and (title := self.axes.title.words_at(self)):
            rise = self._above(said) + (_TITLE_PAD if not self.legend else self.legend.height() + 2.0)
            # A long title may go beyond its plot, never beyond the sheet.
            beyond = max(0.0, title.room(self.families).right + _EDGE - self.sheet.width)
            said.append(title._replace(x=title.x - beyond, y=title.y - rise, along=True))
        return said

    def _above(self, said: list[Words]) -> float:
        """How far the labels above the plot reach."""
        if not self.axes.xaxis.far or not said:
            return 0.0
        return max(0.0, self.room.top - min(each.room(self.families).top for each in said))

    def _across(self) -> Iterator[Words]:
        axis = self.axes.xaxis
        for tick, words, head in self.across:
            if not words:
                continue
            lines = lines_of(words)
            if axis.far:
                y = base_line(self.room.top - axis.length - _PAD, "bottom", axis.size, len(lines))
            else:
                y = base_line(self.room.bottom + axis.length + _PAD, "top", axis.size, len(lines))
            yield Words(lines, self.x(tick), y, axis.size, INK[head], "middle", head)

    def _up(self) -> Iterator[Words]:
        axis = self.axes.yaxis
        for tick, words, head in self.up:
            if words:
                lines = lines_of(words)
                y = base_line(self.y(tick), "center", axis.size, len(lines))
                x = self.room.left - axis.length - _PAD
                yield Words(lines, x, y, axis.size, INK[head], "end", head)

    def _names(self, said: list[Words]) -> list[Words]:
        """The names of the two axes, beyond their labels."""
        found, rooms = [], [each.room(self.families) for each in said]
        if words := self.axes.xaxis.label:
            below = max([self.room.bottom, *(room.bottom for room in rooms)]) + _LABEL_PAD
            middle = (self.room.left + self.room.right) / 2
            y = base_line(below, "top", PLAIN)
            found.append(Words(lines_of(words), middle, y, PLAIN, LIGHT.muted, "middle", along=True))
        if words := self.axes.yaxis.label:
            beside = min([self.room.left, *(room.left for room in rooms)]) - _LABEL_PAD
            middle = (self.room.top + self.room.bottom) / 2
            x = base_line(beside, "bottom", PLAIN)
            look = PLAIN, LIGHT.muted, "middle"
            found.append(Words(lines_of(words), x, middle, *look, turned=True, along=True))
        return found

    def _legend(self) -> Legend | None:
        if self.axes.named is None:
            return None
        return self.axes.named.fitted(self.families, self.sheet.width - self.room.left)

    def reaches(self) -> Room:
        """The box of the plot with all that stands around it."""
        rooms = [self._taken(each) for each in self.words]
        if self.legend:
            rooms.append(self.room._replace(top=self.room.top - self.legend.height()))
        ticks = self.axes.xaxis.length if self.axes.framed and self.axes.xaxis.lined else 0.0
        return Room(
            min([self.room.left, *(room.left for room in rooms)]),
            min([self.room.top, *(room.top for room in rooms)]),
            max([self.room.right, *(room.right for room in rooms)]),
            max([self.room.bottom + ticks, *(room.bottom for room in rooms)]),
        )

    def _taken(self, words: Words) -> Room:
        """The room of words; a title or the name of an axis takes none beyond the ends of the plot."""
        room = words.room(self.families)
        if not words.along:
            return room
        if words.turned:
            return room._replace(top=self.room.top, bottom=self.room.bottom)
        return room._replace(left=self.room.left, right=self.room.right)

    def svg(self, usual: Usual) -> str:
        """The plot as SVG."""
        if not self.axes.visible:
            return ""
        drawn = [(_GRID, self._grid()), (_LINES, self._lines())]
        inside = iter(self.inside)
        for mark in self.axes.marks:
            if isinstance(mark, Label):
                said = next(inside)
                drawn.append((mark.zorder, said.svg(self.families, usual) if said else ""))
            else:
                drawn.append((mark.zorder, mark.svg(self)))
        drawn.sort(key=lambda each: each[0])
        parts = [part for _, part in drawn]
        parts += [each.svg(self.families, usual) for each in self.around]
        if self.legend:
            top = self.room.top - self.legend.height()
            parts.append(self.legend.svg(self.sheet, self.room.left - 0.25 * SIZE, top, usual))
        return "".join(parts)

    def _grid(self) -> str:
        left, top, right, bottom = map(number, self.room)
        drawn = ""
        if self.axes.yaxis.grid:
            drawn += "".join(f"M{left} {number(self.y(tick))}H{right}" for tick, *_ in self.up)
        if self.axes.xaxis.grid:
            drawn += "".join(f"M{number(self.x(tick))} {bottom}V{top}" for tick, *_ in self.across)
        return f'<path d="{drawn}" fill="none" stroke="{LIGHT.grid}" stroke-width="0.6"/>' if drawn else ""

    def _lines(self) -> str:
        """The plot's left and lower edge, with the ticks that stand on them."""
        if not self.axes.framed:
            return ""
        left, top, right, bottom = map(number, self.room)
        below, beside = self.axes.xaxis, self.axes.yaxis
        drawn = f"M{left} {bottom}H{right}" if below.lined else ""
        drawn += f"M{left} {top}V{bottom}" if beside.lined else ""
        if below.length and not below.far:
            drawn += "".join(f"M{number(self.x(tick))} {bottom}v{below.length:g}" for tick, *_ in self.across)
        if beside.length:
            drawn += "".join(f"M{left} {number(self.y(tick))}h{-beside.length:g}" for tick, *_ in self.up)
        low, high = sorted(below.ends())
        minor = [tick for tick in below.minor if low <= tick <= high]
        drawn += "".join(f"M{number(self.x(tick))} {bottom}v{below.minor_length:g}" for tick in minor)
        return f'<path d="{drawn}" fill="none" stroke="{LIGHT.neutral}" stroke-width="0.6"/>' if drawn else ""


def _line(axis: Axis, start: float, end: float) -> Callable[[float], float]:
    """From numbers on the axis's even scale to points between ``start`` and ``end``."""
    low, high = map(axis.scaled, axis.ends())
    step = (end - start) / ((high - low) or 1.0)
    return lambda value: start + (value - low) * step
