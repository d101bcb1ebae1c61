"""Axes whose ticks are copies of the first: Matplotlib makes each anew and then turns it into such a copy."""

from copy import copy
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick, XAxis, YAxis


class ReportAxes(Axes):
    """Axes that look and lie as Matplotlib's own and are made faster."""

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _XAxis(self, clear=False), _YAxis(self, clear=False)
        for sides, axis in ((("bottom", "top"), self.xaxis), (("left", "right"), self.yaxis)):
            for side in sides:
                self.spines[side].register_axis(axis)


class _AlikeTicks(Axis):
    """All ticks of an axis look like its first, until one is changed by hand."""

    def _get_tick(self, major: bool) -> Tick:
        # Asked for by name, the list would make its first tick, which is what happens here.
        made = vars(self).get("majorTicks" if major else "minorTicks")
        return _twin(made[0]) if made else super()._get_tick(major)  # type: ignore[misc]

    def _copy_tick_props(self, src: Tick, dest: Tick) -> None:
        """A twin looks like the first already."""


class _XAxis(_AlikeTicks, XAxis):
    pass


class _YAxis(_AlikeTicks, YAxis):
    pass


def _twin(tick: Tick) -> Tick:
    """A tick like ``tick`` that can be placed, and its label changed, without moving the other."""
    twin: Any = copy(tick)
    for name in ("tick1line", "tick2line", "gridline", "label1", "label2"):
        setattr(twin, name, copy(getattr(tick, name)))
    for label in (twin.label1, twin.label2):
        label.set_fontproperties(label.get_fontproperties())  # which copies them
    return twin
