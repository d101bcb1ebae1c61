"""Small panels: what stands beside a dashed line."""

import re
from xml.etree import ElementTree

import pytest

from csanalysis.display.canvas.figure import Figure
from csanalysis.display.figures.panels import dashed_line_label
from csanalysis.fonts import LATIN_FAMILY

SVG = "{http://www.w3.org/2000/svg}"
WORDS = "dashed: 95.0 % asked"


@pytest.mark.parametrize(
    ("values", "side"),
    [([0.95, 0.93, 0.90], "bottom"), ([0.0, 0.02, 0.4], "top"), ([-1.0, 2.0, 1.0], "bottom")],
    ids=["down to the corner", "at nil", "below nil"],
)
def test_words_about_a_dashed_line_cover_nothing(values, side):
    figure = Figure(2.2, 1.4, [LATIN_FAMILY])
    [[ax]] = figure.subplots()
    ax.plot(range(len(values)), values[::-1])
    dashed_line_label(ax, WORDS)
    root = ElementTree.fromstring(figure.svg("f"))
    line = next(path for path in root.iter(f"{SVG}path") if path.get("stroke-linecap") == "round")
    heights = [float(y) for _, y in re.findall(r"([\d.]+) ([\d.]+)", line.get("d"))]
    words = next(text for text in root.iter(f"{SVG}text") if text.text == WORDS)
    base, size = float(words.get("y")), float(words.get("font-size").removesuffix("px"))
    # Downwards; capitals reach about three quarters of the size above the line they stand on.
    assert base - 0.75 * size >= max(heights) if side == "bottom" else base <= min(heights)
    assert min(values) < 0 or ax.get_ylim()[0] > -0.1
