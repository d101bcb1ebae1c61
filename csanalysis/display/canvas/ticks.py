"""Where an axis has its ticks: a few round numbers."""

import math
from collections.abc import Sequence

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_FAR = 100.0
"""A range so many times smaller than its distance from zero is counted from a round number near it."""


def round_ticks(low: float, high: float, most: int, *, whole: bool = False) -> list[float]:
    """Ticks at multiples of a round step, at most ``most`` steps between them, within ``low`` and ``high``.

    Parameters
    ----------
    low, high : float
        The ends of the axis, in either order.
    most : int
        How many steps at most.
    whole : bool
        No step smaller than one: counts have no halves.

    Notes
    -----
    The same as Matplotlib's ``MaxNLocator(most, steps=[1, 2, 2.5, 5, 10], integer=whole)``.
    """
    low, high = min(low, high), max(low, high)
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [low] if math.isfinite(low) else []
    middle = (low + high) / 2
    offset = 0.0
    if abs(middle) / span >= _FAR:
        offset = math.copysign(10.0 ** (math.log10(abs(middle)) // 1), middle)
    scale = 10.0 ** (math.log10(span / most) // 1)
    start, end = low - offset, high - offset
    return [tick + offset for tick in _between(start, end, _steps(scale, whole=whole), span / most, whole)]


def _steps(scale: float, *, whole: bool) -> list[float]:
    steps = [step * scale for step in (*(each / 10 for each in _STEPS[:-1]), *_STEPS, 20.0)]
    return [step for step in steps if step < 1 or abs(step - round(step)) < 0.001] if whole else steps


def _between(start: float, end: float, steps: Sequence[float], least: float, whole: bool) -> list[float]:
    """Multiples of the smallest step of ``least`` or more; of a smaller one if there would be but one."""
    place = next((place for place, step in enumerate(steps) if step >= least), len(steps) - 1)
    for step in reversed(steps[: place + 1]):
        if whole and math.floor(end) - math.ceil(start) >= 1:
            step = max(1.0, step)
        slack = 1e-10 * step
        first, last = math.ceil((start - slack) / step), math.floor((end + slack) / step)
        ticks = [count * step for count in range(first, last + 1)]
        if len(ticks) > 1:
            break
    return ticks


def log_ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of every power of ten within ``low`` and ``high``."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [part * 10.0**power for power in powers for part in (1, 2, 5)]
    return [tick for tick in found if low <= tick <= high]
