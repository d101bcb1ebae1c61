"""A figure's SVG: text is text in one family, and nothing in it is said twice."""

import re
from xml.etree import ElementTree

import pytest

from csanalysis.display.canvas.layout import laid_out
from csanalysis.display.canvas.sheet import Sheet
from csanalysis.display.figures.theme import canvas
from csanalysis.fonts import CJK_FAMILY, LATIN_FAMILY

SVG = "{http://www.w3.org/2000/svg}"


def drawn(language, draw, *, id="f"):
    with canvas(language) as (figure, ax):
        draw(ax)
        return figure.svg(id)


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
    svg = drawn("en", lambda ax: (ax.text(0, 0, "435  <10.9%> & b", weight="bold"), ax.set_axis_off()))
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
    svg = drawn("en", lambda ax: ax.plot([0, 1, 2], [1 / 3, 2 / 3, 1 / 7], marker="D"))
    assert " style=" not in svg and "<g />" not in svg and "<g>" not in svg
    assert 'd="M' in svg and not re.search(r"\d\.\d{3}", svg)


def test_every_reference_leads_somewhere_and_begins_with_the_figures_id():
    svg = drawn("en", lambda ax: ax.bar([0, 1], [1, 2], hatch="xxxx", edgecolor="#123456"), id="rate")
    made = set(re.findall(r' id="([^"]+)"', svg))
    used = {*re.findall(r'href="#([^"]+)"', svg), *re.findall(r"url\(#([^)]+)\)", svg)}
    assert made == used and made and all(name.startswith("rate-") for name in made)


def placed(figure):
    sheet = Sheet("f", figure.width, figure.height, figure.families)
    return laid_out(figure.rows, sheet, shares=figure.shares)


def rooms(plots):
    return [(plot.room.right - plot.room.left, plot.room.bottom - plot.room.top) for plot in plots]


def test_all_words_lie_on_the_sheet_and_all_plots_of_a_grid_are_of_one_size():
    with canvas("zh", height=3, nrows=2, ncols=3, squeeze=False) as (figure, grid):
        for number, ax in enumerate(plot for row in grid for plot in row):
            ax.barh([0, 1], [10.0**number, 1])
            ax.set_yticks([0, 1], ["短", "长名字" * (number % 2 + 1)])
            ax.annotate("1,234,567", (10.0**number, 0), xytext=(5, 0))
            ax.set_title("标题")
            ax.set_xlabel("辆")
        plots = placed(figure)
    assert rooms(plots) == [pytest.approx(rooms(plots)[0])] * 6 and rooms(plots)[0][0] > 15
    for plot in plots:
        left, top, right, bottom = plot.reaches()
        assert left >= -0.01 and top >= -0.01, "left or top edge"
        assert right <= figure.width + 0.01 and bottom <= figure.height + 0.01, "right or lower edge"


def test_names_of_looks_take_as_many_columns_as_have_room():
    def columns(words):
        with canvas("en") as (figure, ax):
            for place in range(4):
                ax.plot([0, 1], [0, place], label=f"{words} {place}")
            ax.legend(ncols=4)
            (plot,) = placed(figure)
        return plot.legend.columns

    assert (
        columns("short"),
        columns("a name of great length, in words and words and words that nobody has a need of at all"),
    ) == (4, 1)


def test_a_tick_label_that_heads_others_is_bold():
    def draw(ax):
        ax.set_yticks([0, 1], ["head", "plain"], heads=[0])
        ax.set_xticks([])

    assert texts(drawn("en", draw)) == {"plain": (LATIN_FAMILY, "400"), "head": (LATIN_FAMILY, "700")}


def test_a_line_breaks_where_a_number_is_missing_and_points_are_drawn_where_it_is_known():
    def paths(**look):
        svg = drawn("en", lambda ax: ax.plot([1, 2, None, 4, 5], color="#123456", **look))
        return re.findall(r'<path d="([^"]+)"[^>]*#123456', svg)

    (line,) = paths()
    assert (line.count("M"), line.count("L")) == (2, 2)
    (shapes,) = paths(marker="s", linestyle="")
    assert shapes.count("z") == 4


def test_names_on_an_axis_are_written_as_they_can_be_read():
    assert "Li\u202e Ming" not in drawn("en", lambda ax: ax.set_xticks([0], ["Li\u202e Ming"]))


def test_prices_in_dollars_are_no_formula():
    with canvas("en") as (figure, ax):
        ax.set_yticks([0, 1], ["Quote $450, rival 15% less at $380", "a_b^c"])
        svg = figure.svg("prices")
    assert "Quote $450, rival 15% less at $380" in svg and "a_b^c" in svg
