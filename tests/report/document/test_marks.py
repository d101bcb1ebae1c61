"""What the marks of a figure say: in the page a layer over the drawing, in print nothing."""

import re
from xml.etree import ElementTree

import pandas as pd
import pytest

from csanalysis.display.figures.theme import canvas, finish_figure
from csanalysis.display.figures.told import Told
from csanalysis.palette import LIGHT
from csanalysis.report.document.svg import named_svg, own_drawing

BLUE = LIGHT.accent
SVG = "{http://www.w3.org/2000/svg}"
RATES = pd.DataFrame(
    {"value": [0.25, 0.5, None], "low": [0.2, None, None], "high": [0.3, None, None]},
    index=["2024", "2025", "2026"],
)


def drawn(tell=True):
    """Three years' churn as bars of 0.6 in a plot, telling or not."""
    with canvas("en") as (figure, ax):
        ax.bar([0, 1], [0.25, 0.5], width=0.6)
        if tell:
            Told("annual_churn_rate", "en").bars(ax, [0, 1, 2], RATES, width=0.6)
        return finish_figure(figure, id="rate", title="T", alt="A").svg


def shapes(svg):
    layers = ElementTree.fromstring(svg).findall(f".//{SVG}g[@class='marks']")
    return [shape for layer in layers for shape in layer]


def test_a_bar_says_its_number_where_it_stands():
    first, second = shapes(drawn())
    assert [shape.findtext(f"{SVG}title") for shape in (first, second)] == [
        "2024: 25.0% (20.0–30.0%)",
        "2025: 50.0%",
    ]
    (bars,) = (
        path for path in ElementTree.fromstring(drawn()).iter(f"{SVG}path") if path.get("fill") == BLUE
    )
    corners = re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)", bars.get("d"))
    for shape, corner in zip((first, second), corners, strict=True):
        left, bottom, right, top = map(float, corner)
        x, y, width, height = (float(shape.get(name)) for name in ("x", "y", "width", "height"))
        assert (x, y, x + width, y + height) == pytest.approx((left, top, right, bottom), abs=0.15)


def test_print_gets_the_drawing_as_if_nothing_were_told():
    assert own_drawing(drawn(), "p-").svg == own_drawing(drawn(tell=False), "p-").svg


def test_what_marks_say_is_read_by_who_checks_the_page():
    drawing = own_drawing(drawn(), "p-")
    assert "2024: 25.0% (20.0–30.0%)" in drawing.words
    page = named_svg(drawing.svg, "n", "A", drawing.marks)
    assert page.count("<title>") == 2 and page.endswith("</g></svg>")


def test_a_foreign_layer_brings_nothing_but_shapes_and_words():
    source = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt"><g class="marks" onclick="a()">'
        '<circle cx="1" cy="2" r="3" onload="b()" href="http://x"><title>1 &lt; 2</title><script>c()</script>'
        "</circle><script>d()</script><image href='http://y'/></g><title>gone</title></svg>"
    )
    drawing = own_drawing(source, "p-")
    assert (
        drawing.marks == '<g class="marks"><circle cx="1" cy="2" r="3"><title>1 &lt; 2</title></circle></g>'
    )
    assert "marks" not in drawing.svg and "gone" not in drawing.svg
