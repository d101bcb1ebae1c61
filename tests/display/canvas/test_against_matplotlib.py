"""What the house's own drawing reckons is what Matplotlib reckons: ticks, ends of axes, widths of words."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from matplotlib.figure import Figure as Theirs
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.ticker import LogLocator, MaxNLocator

from csanalysis.display.canvas import Figure
from csanalysis.display.canvas.letters import width_of
from csanalysis.display.canvas.ticks import log_ticks, round_ticks
from csanalysis.fonts import CJK_FAMILY, LATIN_FAMILY, face_file

COUNTS = st.integers(-9999, 9999)


@given(COUNTS, COUNTS, st.integers(-4, 4), st.integers(2, 9), st.booleans())
def test_round_ticks(low, high, power, most, whole):
    assume(low != high)
    low, high = (end * 10.0**power for end in sorted((low, high)))
    theirs = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10], integer=whole).tick_values(low, high)
    inside = [tick for tick in theirs if low - 1e-9 * (high - low) <= tick <= high + 1e-9 * (high - low)]
    assert round_ticks(low, high, most, whole=whole) == pytest.approx(
        inside, rel=1e-9, abs=1e-9 * (high - low)
    )


@pytest.mark.parametrize(("low", "high"), [(3, 700), (12, 95), (0.4, 6)])
def test_ticks_of_a_scale_of_powers(low, high):
    theirs = LogLocator(subs=(1, 2, 5)).tick_values(low, high)
    assert log_ticks(low, high) == pytest.approx([tick for tick in theirs if low <= tick <= high])


DRAWN = {
    "a line": lambda ax: ax.plot([0, 3], [2, 9]),
    "points with unknown ones": lambda ax: ax.plot([0, 1, 2], [None, 4, 6], "o"),
    "one point": lambda ax: ax.plot([5], [7], "o"),
    "bars": lambda ax: ax.bar([0, 1, 2], [3, 8, 5], width=0.6),
    "bars below zero": lambda ax: ax.bar([0, 1], [-3, 8], width=0.6),
    "stacked bars": lambda ax: [ax.bar([0, 1], [3, 4]), ax.bar([0, 1], [1, 2], bottom=[3, 4])],
    "bars to the right": lambda ax: ax.barh([0, 1], [30, 12], height=0.5),
    "bars from somewhere": lambda ax: ax.barh([0, 1], [3, 2], left=[5, 6]),
    "intervals": lambda ax: ax.errorbar([0, 1], [5, 6], yerr=[[1, 2], [3, 1]], capsize=3),
    "a band": lambda ax: ax.fill_between([0, 1, 2], [1, 2, 3], [4, 5, 9]),
    "lines across": lambda ax: [ax.plot([0, 1], [1, 2]), ax.axhline(5), ax.axvline(-2)],
    "one end told": lambda ax: [ax.plot([2, 3], [2, 9]), ax.set_xlim(left=0), ax.set_ylim(bottom=0)],
    "wide margins": lambda ax: [ax.bar([0, 1], [3, 8]), ax.margins(x=0.18, y=0.2)],
    "ticks beyond": lambda ax: [ax.plot([2, 3], [2, 9]), ax.set_xticks([0, 2, 4])],
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_ends_of_the_axes(draw):
    ((ours,),) = Figure(4, 3, [LATIN_FAMILY]).subplots()
    theirs = Theirs().subplots()
    for ax in (ours, theirs):
        if draw is DRAWN["a band"] and ax is ours:
            ax.fill_between([0, 1, 2], [1, 2, 3], [4, 5, 9], color="#123456")
        else:
            draw(ax)
    assert ours.get_xlim() == pytest.approx(theirs.get_xlim())
    assert ours.get_ylim() == pytest.approx(theirs.get_ylim())


@pytest.mark.parametrize(
    ("words", "family"), [("首保回厂率 73.6%", CJK_FAMILY), ("Return rate 73.6%", LATIN_FAMILY)]
)
@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
def test_widths_of_words(words, family, bold):
    face = FT2Font(face_file(family, bold=bold))
    theirs = sum(face.load_char(ord(letter), LoadFlags.NO_SCALE).horiAdvance for letter in words)
    assert width_of(words, (family,), bold) == pytest.approx(theirs / face.units_per_EM)
