"""A figure's SVG: text is text in one family, and nothing in it is said twice."""

import io
import re
from xml.etree import ElementTree

import pytest
from matplotlib.axes import Axes

from csanalysis.display.figures import theme
from csanalysis.display.figures.svg import figure_svg
from csanalysis.display.figures.theme import canvas
from csanalysis.fonts import CJK_FAMILY, LATIN_FAMILY

SVG = "{http://www.w3.org/2000/svg}"


def drawn(language, draw, *, id="f"):
    with canvas(language) as (figure, ax):
        draw(ax)
        return figure_svg(figure, id=id)


def texts(svg):
    """Each text of a figure with the family and the weight it is set in."""
    root = ElementTree.fromstring(svg)
    return {
        text.text: (
            text.get("font-family", root.get("font-family")).split(",")[0].strip("'"),
            text.get("font-weight", "400"),
        )
        for text in root.iter(f"{SVG}text")
    }


@pytest.mark.parametrize(
    ("language", "words", "family"),
    [
        ("zh", "首保回厂率 73.6%", CJK_FAMILY),
        ("zh", "−1.5", CJK_FAMILY),
        ("en", "Return rate 73.6%", LATIN_FAMILY),
        ("en", "Sales consultant 徐明文", CJK_FAMILY),
    ],
)
def test_words_stay_words_in_the_first_family_that_has_all_their_letters(language, words, family):
    svg = drawn(language, lambda ax: (ax.set_xticks([0], [words]), ax.set_yticks([])))
    assert texts(svg) == {words: (family, "400")}


def test_bold_two_spaces_and_markup_are_kept():
    svg = drawn("en", lambda ax: (ax.text(0, 0, "435  <10.9%> & b", weight="bold"), ax.axis("off")))
    assert texts(svg) == {"435\u00a0\u00a0<10.9%> & b": (LATIN_FAMILY, "700")}


def test_turned_words_keep_their_turn():
    svg = drawn("en", lambda ax: ax.set_ylabel("Importance"))
    (label,) = [text for text in ElementTree.fromstring(svg).iter(f"{SVG}text") if text.text == "Importance"]
    assert "rotate(-90" in label.get("transform")


def test_the_same_drawing_gives_the_same_text():
    def draw(ax):
        ax.bar([1, 2], [1, 2], hatch="////")
        ax.plot([1, 2], [2, 1], marker="o")

    assert drawn("en", draw) == drawn("en", draw)


def test_there_are_no_styles_empty_groups_or_long_decimals():
    svg = drawn("en", lambda ax: ax.plot([0, 1, 2], [1 / 3, 2 / 3, 1 / 7]))
    assert " style=" not in svg and "<g />" not in svg and "<g>" not in svg
    assert not re.search(r' d="M[^"]*\.\d{3}', "".join(re.findall(r'<path d="[^"]*" (?!id)[^>]*>', svg)))


def test_every_reference_leads_somewhere_and_begins_with_the_figures_id():
    svg = drawn("en", lambda ax: ax.plot([0, 1], [0, 1], "o-"), id="rate")
    made = set(re.findall(r' id="([^"]+)"', svg))
    used = {*re.findall(r'href="#([^"]+)"', svg), *re.findall(r"url\(#([^)]+)\)", svg)}
    assert made == used and made and all(name.startswith("rate-") for name in made)


def test_a_figure_lies_as_savefig_would_lay_it():
    """One renderer for both steps, and no place looked for for a label that is not there: nothing moves."""

    def places(svg):
        root = ElementTree.fromstring(svg)
        return sorted(
            (text.text, round(float(text.get("x", 0)), 1), round(float(text.get("y", 0)), 1))
            for text in root.iter(f"{SVG}text")
            if "rotate(-90" not in text.get("transform", "")
        )

    with canvas("en") as (figure, ax):
        ax.bar(["first", "a second, longer one"], [1234, 5678])
        ax.set_ylabel("Vehicles")
        ax.set_title("By year")
        written = io.StringIO()
        figure.savefig(written, format="svg")
        usual = written.getvalue()
        ours = figure_svg(figure, id="f")
    assert len(places(ours)) > 3
    assert places(ours) == places(usual)


def test_axes_of_twin_ticks_draw_what_matplotlib_draws(monkeypatch):
    def draw(ax):
        ax.barh(["one", "two", "three"], [1234, 5678, 910])
        ax.set_yticks([0, 1, 2], ["one", "two", "three"], va="center")
        ax.tick_params(axis="x", labelsize=7, length=0)
        ax.grid(axis="x", color="#112233")
        ax.xaxis.tick_top()

    ours = drawn("en", draw)
    monkeypatch.setattr(theme, "ReportAxes", Axes)
    assert drawn("en", draw) == ours and ours.count("#112233") > 3


def test_a_tick_label_changed_by_hand_changes_alone():
    def draw(ax):
        ax.set_xticks([0, 1], ["plain", "bold"])
        ax.get_xticklabels()[1].set_fontweight("bold")
        ax.set_yticks([])

    assert texts(drawn("en", draw)) == {"plain": (LATIN_FAMILY, "400"), "bold": (LATIN_FAMILY, "700")}


def test_names_on_an_axis_are_written_as_they_can_be_read():
    assert "Li\u202e Ming" not in drawn("en", lambda ax: ax.set_xticks([0], ["Li\u202e Ming"]))


def test_prices_in_dollars_are_no_formula():
    from csanalysis.display.figures.theme import canvas, finish_figure

    with canvas("en") as (figure, ax):
        ax.barh(["Quote $450, rival 15% less at $380", "a_b^c"], [2, 1])
        shown = finish_figure(figure, id="prices", title="t", alt="a")
    assert "Quote $450, rival 15% less at $380" in shown.svg and "a_b^c" in shown.svg
