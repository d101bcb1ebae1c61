"""One direction of a plot: what it reaches from and to, how it is scaled, and what stands at its ticks."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from csanalysis.display.canvas.ticks import log_ticks, round_ticks
from csanalysis.palette import LIGHT

_MOST, _LEAST_ROOM = 9, 2.2
"""Where nobody says how many ticks: as many as have room, in sizes of their letters."""


@dataclass(slots=True, eq=False)
class Axis:
    """The axis across a plot, or up it."""

    upright: bool
    low: float = math.inf
    high: float = -math.inf
    sticky: set[float] = field(default_factory=set)
    """Where the data's end is the axis's too: bars stand on it."""
    limits: tuple[float, float] | None = None
    margin: float = 0.05
    logarithmic: bool = False
    places: Sequence[float] | None = None
    names: Sequence[str] | None = None
    most: int = 0
    whole: bool = False
    write: Callable[[float], str] | None = None
    minor: Sequence[float] = ()
    minor_length: float = 6.0
    length: float = 3.0
    size: float = 8.0
    heads: frozenset[int] = frozenset()
    """The labels, by place, that are heads of those below them."""
    label: str = ""
    far: bool = False
    """Labels stand above the plot instead of below it."""
    named: bool = True
    grid: bool = False
    lined: bool = True
    shared: list["Axis"] = field(default_factory=list)

    def reach(self, values: Iterable[float]) -> None:
        """Take numbers into the range; those that are not finite have no place."""
        known = [value for value in values if math.isfinite(value)]
        if known:
            self.low, self.high = min(self.low, *known), max(self.high, *known)

    def ends(self) -> tuple[float, float]:
        """From where to where the axis goes: as it was told, else the data and a margin."""
        if self.limits is not None:
            return self.limits
        told = next((axis.limits for axis in self.shared if axis.limits), None)
        if told is not None:
            return told
        axes = [self, *self.shared]
        low, high = min(axis.low for axis in axes), max(axis.high for axis in axes)
        if low > high:
            return 0.0, 1.0
        if low == high:
            low, high = (low - abs(low) * 0.05, high + abs(high) * 0.05) if low else (-0.05, 0.05)
        if self.logarithmic and low <= 0:
            low = min(1.0, high / 10)
        sticky = {edge for axis in axes for edge in axis.sticky}
        start, end = self.scaled(low), self.scaled(high)
        wide = self.margin * (end - start)
        around = [self.plain(start - wide), self.plain(end + wide)]
        first, last = low if low in sticky else around[0], high if high in sticky else around[1]
        places = self.places if self.places else (first,)
        return min(first, *places), max(last, *places)

    def scaled(self, value: float) -> float:
        """Where a number lies on an even scale."""
        if not self.logarithmic:
            return value
        return math.log10(value) if value > 0 else math.nan

    def plain(self, place: float) -> float:
        """The number at a place of the even scale."""
        return 10.0**place if self.logarithmic else place

    def ticks(self, points: float) -> list[float]:
        """The ticks within the ends of an axis ``points`` long."""
        low, high = sorted(self.ends())
        if self.places is not None:
            return list(self.places)
        if self.logarithmic:
            return log_ticks(low, high)
        room = points / (self.size * _LEAST_ROOM * (1 if self.upright else 1.5))
        return round_ticks(low, high, self.most or max(1, min(_MOST, int(room))), whole=self.whole)

    def marked(self, points: float) -> list[tuple[float, str, bool]]:
        """The ticks that lie within the ends, what is written at each, and whether that is a head."""
        low, high = sorted(self.ends())
        slack = 1e-9 * (high - low)
        found = []
        for place, tick in enumerate(self.ticks(points)):
            if low - slack <= tick <= high + slack:
                words = self._words(place, tick) if self.named else ""
                found.append((tick, words, place in self.heads))
        return found

    def _words(self, place: int, tick: float) -> str:
        if self.places is not None:
            return self.names[place] if self.names is not None else (self.write or _short)(tick)
        return (self.write or _short)(tick)

    def rounded(self, most: int, *, whole: bool = False) -> None:
        """Few round ticks, at most ``most`` steps apart; no halves where the numbers are ``whole``."""
        self.places, self.most, self.whole = None, most, whole


def _short(value: float) -> str:
    return f"{round(value, 9):g}"


INK = {True: LIGHT.ink, False: LIGHT.muted}
"""The colour of a head, and of any other label."""
