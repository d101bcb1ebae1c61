"""The PDF: complete, tagged, the same bytes each time, and nothing in the data is Typst."""

import getpass
import io
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pypdf
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets import TraitError

from csanalysis.display.tables.layout import Span, Table, plain_table
from csanalysis.report.document.blocks import Heading, Paragraph
from csanalysis.report.document.exporters import PlanHTMLExporter, PlanPDFExporter
from csanalysis.report.document.table_layout import table_layout


def pdf_of(notebook):
    return PlanPDFExporter().from_notebook_node(notebook)[0]


@pytest.fixture(scope="session")
def pdf(report):
    return pdf_of(report)


@pytest.fixture(scope="session")
def pages(pdf, tmp_path_factory):
    """The text of each page; ``pdftotext`` is not a dependency, so without it these tests are skipped."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    return text.split("\f")[:-1]


SPARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60pt" height="12pt" viewBox="0 0 60 12">'
    '<path d="M0 6L60 2" stroke="#000"/></svg>'
)


def displayed(kind, data, **about):
    """A code cell that shows one thing."""
    return new_code_cell("x", outputs=[new_output("display_data", data={kind: data}, metadata={kind: about})])


def small_table(id, *cells):
    return displayed(
        "application/vnd.csanalysis.table+json",
        {
            "id": id,
            "caption": "T",
            "columns": [{"key": str(place), "label": "m", "align": "left"} for place in range(len(cells))],
            "rows": [{"kind": "body", "cells": list(cells)}] * 2,
        },
    )


def table(columns, *, align="right", text="1,234", texts=None, rows=1):
    return plain_table(
        [("m", align)] * columns, [[[Span(words)] for words in texts or [text] * columns]] * rows
    )


def test_the_same_notebook_gives_the_same_bytes(report, pdf):
    assert pdf_of(report) == pdf


def test_it_is_tagged_titled_and_says_its_language(language, pdf):
    assert pdf.startswith(b"%PDF-")
    assert b"pdfuaid:part" in pdf
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == {"zh": "zh-CN", "en": "en"}[language]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    title = {"zh": "2026 年客户服务年度规划 · 德州众驰", "en": "Customer-service plan 2026 · Dezhou Zhongchi"}
    assert reader.metadata.title == title[language]
    assert reader.metadata.author == {"zh": "德州众驰", "en": "Dezhou Zhongchi"}[language]
    assert b"2026-01-05" in pdf


def test_nothing_in_it_tells_whose_machine_made_it(pdf):
    text = b"".join(stream_data(pdf))
    for name in (getpass.getuser(), str(Path.home()), str(Path.cwd()), socket.gethostname()):
        assert name == "root" or name.encode() not in text


def stream_data(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    for number in range(1, reader.trailer["/Size"]):
        found = pypdf.generic.IndirectObject(number, 0, reader).get_object()
        yield found.get_data() if hasattr(found, "get_data") else repr(found).encode()


def test_the_archives_standard_is_met_beside_the_readers(report):
    pdf, _ = PlanPDFExporter(standard="a-2a").from_notebook_node(report)
    assert b"pdfuaid:part" in pdf
    assert re.search(rb"pdfaid:part>2<.*pdfaid:conformance>A<", pdf, re.DOTALL)
    assert "/OutputIntents" in pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]


def test_a_notebook_by_itself_can_be_archived_too():
    notebook = new_notebook(cells=[new_markdown_cell("# A")])
    assert b"pdfaid:part" in PlanPDFExporter(standard="a-2a").from_notebook_node(notebook)[0]


def test_a_standard_that_is_none_is_refused():
    with pytest.raises(TraitError, match="standard"):
        PlanPDFExporter(standard="x-4")


def test_every_figure_is_described_in_its_own_words(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    described = list(alternatives(reader.trailer["/Root"]["/StructTreeRoot"]))
    assert [alt[-3:] for alt in described] == ["(0)", "(1)", "(2)"]


def alternatives(element):
    element = element.get_object()
    if isinstance(element, dict):
        if element.get("/S") == "/Figure":
            yield str(element.get("/Alt", ""))
        inner = element.get("/K", [])
        for child in inner if isinstance(inner, list) else [inner]:
            yield from alternatives(child)


def test_the_words_of_a_figure_can_be_searched(language, pages):
    word = {"zh": "班组", "en": "Team"}[language]
    assert any(word in page for page in pages)


def test_pages_have_running_heads_and_numbers(language, pages):
    running = {"zh": "德州众驰 · 2026 年度", "en": "Dezhou Zhongchi · plan 2026"}[language]
    label = {"zh": "第 {} 页，共 {} 页", "en": "Page {} of {}"}[language]
    assert len(pages) >= 5
    for number, page in enumerate(pages[1:], start=2):
        assert running in page
        assert label.format(number, len(pages)).replace(" ", "") in page.replace(" ", "")


def test_each_chapter_begins_a_page_with_its_subject_and_what_it_asks(language, pages):
    opening = {"zh": r"客户[\s2]+首保与流失", "en": r"Customers[\s2]+first service and churn"}[language]
    (first,) = [page for page in pages[2:] if re.search(opening, page)]
    assert pages.index(first) == 3
    assert not re.search(r"\w", re.split(opening, first)[0].split("\n", 1)[1].replace("2", ""))


def test_the_long_table_repeats_its_head_and_loses_no_row(pages):
    text = "\n".join(pages)
    assert all(re.search(rf"<{row}> &", text) for row in range(1, 60))
    head = re.compile(r"^ *(班组之间的差异|Differences between teams)  ", re.M)
    assert len(head.findall(text)) >= 3


def test_typst_in_the_data_is_only_text(language, pages):
    assert "#set text(red)" in "\n".join(pages)
    assert "alert(1)" in "\n".join(pages)


@pytest.mark.parametrize(
    "text", ['"); #panic("x")', "#[*x*] $x$ @ref <label> \\", "`raw` = head", "甲乙 “丙”"]
)
def test_markup_of_any_kind_cannot_break_the_page(text):
    shown = new_output("execute_result", data={"text/plain": text})
    assert pdf_of(new_notebook(cells=[new_markdown_cell("# A"), new_code_cell("x", outputs=[shown])]))


def test_a_letter_without_a_glyph_is_a_box_and_costs_no_badge(tmp_path):
    pdf = pdf_of(new_notebook(cells=[new_markdown_cell("# A 🚗\ufe0f car")]))
    assert b"pdfuaid:part" in pdf
    assert "A □" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


@pytest.mark.parametrize("order", [[], ["-raw"]], ids=["as laid out", "as written"])
def test_words_come_in_the_documents_order(language, report, pdf, order, tmp_path):
    """What ``pdftotext`` gives, heading by heading, line by line and row by row, is what the document says."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    if language == "en" and not order:
        pytest.skip("pdftotext takes the words of a dense table for columns; as written they are in order")
    command = ["pdftotext", *order, str(path), "-"]
    text = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    text = re.sub(r"\s", "", text)
    _, resources = PlanPDFExporter().from_notebook_node(report)
    place = text.index(re.sub(r"\s", "", resources["document"].chapters[0].blocks[0].text), 400)
    asked = 0
    for words in spoken(resources["document"].chapters):
        found = text.find(words, place)
        assert found >= 0, f"{words} does not follow {text[place - 80 : place]}"
        place, asked = found, asked + 1
    assert asked > 80


def spoken(chapters):
    """Headings, paragraphs and table rows of the document, without spaces."""
    for chapter in chapters:
        for block in chapter.blocks:
            lines = []
            if isinstance(block, Heading | Paragraph):
                lines = re.split("：|: ", "".join(span.text for span in block.spans)[:20])
            elif isinstance(block, Table):
                # A cell that needs two lines stands beside one that needs one.
                lines = ["".join(cell.text for cell in row.cells[1:]) for row in block.rows]
            yield from (re.sub(r"\s", "", line) for line in lines)


def test_a_reference_says_the_number_and_leads_there(language):
    words = {
        "zh": ["见", "图1", "表1", "（本次无此图表）", "前文"],
        "en": ["See", "Figure1", "Table1", "(notinthisreport)", "above"],
    }
    first = {"zh": "见", "en": "See"}[language]
    last = words[language][-1]
    source = f"# A\n\n{first} [](#fig-chart_0), [](#tbl-targets), [](#fig-none), [{last}](#fig-chart_0)."
    figure = displayed("image/svg+xml", SPARK, id="chart_0", title="A", alt="A")
    cells = [new_markdown_cell(source), figure, small_table("targets", {"text": "1"})]
    notebook = new_notebook(cells=cells, metadata={"csanalysis": {"language": language}})
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(notebook)))
    shown = re.sub(r"\s", "", reader.pages[0].extract_text())
    assert all(word in shown for word in words[language])
    links = [note for note in reader.pages[0]["/Annots"] if note.get_object()["/Subtype"] == "/Link"]
    assert len(links) == 3
    html = BeautifulSoup(PlanHTMLExporter().from_notebook_node(notebook)[0], "html.parser")
    led = [
        (link.get_text().replace(" ", ""), link["href"][1:]) for link in html.main.select("a:not(.permalink)")
    ]
    assert [name for name, _ in led] == [words[language][1], words[language][2], last]
    assert all(html.find(id=anchor) for _, anchor in led)


def test_a_link_to_nowhere_is_only_words():
    assert pdf_of(new_notebook(cells=[new_markdown_cell("# A\n\n[b](#none)")])).startswith(b"%PDF-")


def test_a_small_picture_stands_in_its_cell():
    cell = small_table("t", {"text": "", "svg": SPARK, "alt": "rising"}, {"text": "7"})
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(new_notebook(cells=[new_markdown_cell("# A"), cell]))))
    assert list(alternatives(reader.trailer["/Root"]["/StructTreeRoot"])) == ["rising", "rising"]


def test_a_notebook_without_any_heading_is_set():
    assert pdf_of(new_notebook(cells=[new_markdown_cell("only a line")])).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("columns", "size", "flipped"),
    [(5, 9.0, False), (14, 8.0, False), (17, 7.2, False), (24, 8.0, True)],
    ids=["small", "many", "dense", "turned"],
)
def test_a_wide_table_gets_smaller_type_and_then_a_wide_page(columns, size, flipped):
    layout = table_layout(table(columns, text="71.7%"))
    assert (layout["size"], layout["flipped"]) == (size, flipped)


def test_number_columns_are_equally_wide_where_there_is_room():
    wide = table(4, texts=["1,234", "62.0%–82.0%", "1,234", "1,234"])
    assert len(set(table_layout(wide)["widths"])) == 1


def test_words_may_break_but_numbers_keep_their_line():
    words = [[[Span("1,234,567,890")], [Span("很长的说明" * 20)]]]
    mixed = plain_table([("m", "right"), ("m", "left")], words)
    layout = table_layout(mixed)
    assert layout["widths"][0] > 7
    assert sum(layout["widths"]) * layout["size"] + 2 * layout["inset"] == pytest.approx(470)


def test_a_long_name_keeps_its_room():
    names = table(12, align="left", text="ErstinspektionsRückkehrquote")
    assert min(table_layout(names)["widths"]) > 12


def test_a_short_table_stays_whole_and_a_long_one_may_break():
    short, long = table(3), table(3, rows=40)
    assert (table_layout(short)["whole"], table_layout(long)["whole"]) == (True, False)


def test_a_narrow_table_stays_narrow_and_a_wide_one_fills_the_page():
    assert table_layout(table(2))["width"] < 200
    assert table_layout(table(9))["width"] == pytest.approx(470)
