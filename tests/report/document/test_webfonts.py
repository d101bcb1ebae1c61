"""The page brings the letters of its figures, all of them and no others."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont

from csanalysis.report.document.svg import own_drawing
from csanalysis.report.document.webfonts import web_fonts


def svg(*texts, family="'Kurinto Sans SC',sans-serif"):
    shown = "".join(f"<text {style}>{words}</text>" for words, style in texts)
    source = f'<svg xmlns="http://www.w3.org/2000/svg" font-family="{family}"><g>{shown}</g></svg>'
    return own_drawing(source, "f-")


def fonts(css):
    """Family, weight and letters of each rule."""
    rule = re.compile(r'font-family:"([^"]+)";font-weight:(\d+);src:url\(data:font/woff;base64,([^)]+)\)')
    return {
        (family, int(weight)): {
            chr(code) for code in TTFont(io.BytesIO(base64.b64decode(data)))["cmap"].getBestCmap()
        }
        for family, weight, data in rule.findall(css)
    }


def test_each_weight_has_the_letters_of_its_own_texts():
    css = web_fonts([svg(("首保", ""), ("71.7%", 'font-weight="700"')), svg(("保值", ""))])
    assert fonts(css) == {("Kurinto Sans SC", 400): set("首保值"), ("Kurinto Sans SC", 700): set("71.%")}


def test_a_text_in_another_family_is_in_that_familys_font():
    css = web_fonts([svg(("Rate", "font-family=\"'Source Sans 3',sans-serif\""), ("率", ""))])
    assert fonts(css) == {("Source Sans 3", 400): set("Rate"), ("Kurinto Sans SC", 400): {"率"}}


@pytest.mark.parametrize("family", ["Arial", "'DejaVu Sans', sans-serif"])
def test_an_analysts_own_font_is_left_to_the_reader(family):
    assert web_fonts([svg(("Rate", ""), family=family)]) == ""


def test_no_figure_no_font():
    assert web_fonts([]) == ""


def test_the_order_of_the_figures_does_not_matter():
    one, other = svg(("甲乙", "")), svg(("丙", 'font-weight="700"'))
    assert web_fonts([one, other]) == web_fonts([other, one])


def test_the_licence_comes_along():
    css = web_fonts([svg(("保", ""))])
    font = TTFont(io.BytesIO(base64.b64decode(re.search(r"base64,([^)]+)", css)[1])))
    assert "Copyright" in font["name"].getDebugName(0)
