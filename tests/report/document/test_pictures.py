"""What a notebook of one's own may hold beside tables and figures is shown, or named as left out."""

import base64
import io

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from csanalysis.report.document.blocks import Code, Figure, Heading, Paragraph, Quote
from csanalysis.report.document.document import document
from csanalysis.report.document.markdown import plain
from csanalysis.report.document.typesetting import typeset


def picture(kind="PNG", size=(40, 20)):
    stream = io.BytesIO()
    Image.new("RGB", size, "teal").save(stream, kind)
    return base64.b64encode(stream.getvalue()).decode()


def blocks_of(*cells, language="en"):
    made = document(new_notebook(cells=[new_markdown_cell("# A"), *cells]), language=language)
    assert typeset(made)
    (chapter,) = made.chapters
    return [block for block in chapter.blocks if not isinstance(block, Heading)]


def output(**data):
    bundle = {name.replace("__", "/").replace("_", "."): value for name, value in data.items()}
    return new_code_cell("x", outputs=[new_output("display_data", data=bundle)])


def said(block):
    return "".join(plain(each.spans) for each in block.blocks)


def test_an_attached_picture_is_a_figure_behind_its_words():
    cell = new_markdown_cell("Look here: ![the yard](attachment:yard%201.png)")
    cell["attachments"] = {"yard 1.png": {"image/png": picture()}}
    words, figure = blocks_of(cell)
    assert isinstance(words, Paragraph) and plain(words.spans) == "Look here:"
    assert isinstance(figure, Figure) and figure.title == "the yard"
    assert (figure.drawing.width, figure.drawing.height) == (20, 10)


def test_a_picture_within_the_text_itself_is_a_figure():
    (figure,) = blocks_of(new_markdown_cell(f"![bay](data:image/jpeg;base64,{picture('JPEG')})"))
    assert isinstance(figure, Figure)


@pytest.mark.parametrize("address", ["yard.png", "https://example.org/yard.png", "attachment:gone.png"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_picture_that_did_not_come_along_is_named(address, language):
    (quote,) = blocks_of(new_markdown_cell(f"![停车场]({address})"), language=language)
    assert isinstance(quote, Quote) and "停车场" in said(quote)
    assert ("left out" if language == "en" else "未收入") in said(quote)


@pytest.mark.parametrize(
    ("mime", "kind"), [("image/png", "PNG"), ("image/jpeg", "JPEG"), ("image/gif", "GIF")]
)
def test_pictures_of_cells_are_figures(mime, kind):
    cell = new_code_cell("x", outputs=[new_output("display_data", data={mime: picture(kind)})])
    (figure,) = blocks_of(cell)
    assert isinstance(figure, Figure) and figure.drawing.width == 20


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({"application/vnd.plotly.v1+json": {"data": []}, "text/html": "<div></div>"}, "interactive figure"),
        ({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider()"}, "interactive figure"),
        ({"application/vnd.vegalite.v5+json": {}}, "interactive figure"),
        ({"text/html": "<b>bold</b>", "text/plain": "<HTML>"}, "piece of HTML"),
        ({"image/png": "bm8gcGljdHVyZQ", "text/plain": "x"}, "A picture"),
    ],
    ids=["plotly", "widget", "altair", "html", "a picture that is none"],
)
def test_what_no_page_can_hold_is_named(data, what):
    (quote,) = blocks_of(new_code_cell("x", outputs=[new_output("display_data", data=data)]))
    assert isinstance(quote, Quote) and what in said(quote) and "left out" in said(quote)


def test_formulas_stand_as_they_are_written():
    prose, block, result = blocks_of(
        new_markdown_cell("The rate $r_{m} = a_m / b_{m-3}$ costs $500 or $400.\n\n$$\n\\frac{a_1}{b_1}\n$$"),
        new_code_cell("x", outputs=[new_output("display_data", data={"text/latex": "$\\alpha$"})]),
    )
    code = [span.text for span in prose.spans if span.code]
    assert code == ["r_{m} = a_m / b_{m-3}"] and "costs $500 or $400." in plain(prose.spans)
    assert (block, result) == (Code("\\frac{a_1}{b_1}"), Code("$\\alpha$"))
