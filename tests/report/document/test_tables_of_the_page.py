"""Decimals in line, and links to definitions that are there."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from csanalysis.display.tables.html import table_html
from csanalysis.display.tables.layout import laid_out, with_decimals_in_line
from csanalysis.display.tables.model import MIME_TYPE, Cell, Column, HeaderGroup, ReportTable, Row
from csanalysis.palette import DARK, DIVERGING, LIGHT, SEQUENTIAL, SERIES
from csanalysis.report.assemble import assemble
from csanalysis.report.document.colours import colours_css, themed
from csanalysis.report.document.exporters import PlanHTMLExporter


def column(*texts, metric="a", align="right"):
    cells = [{"text": text, "metric": metric, "field": "value"} for text in texts]
    return laid_out({"columns": [{"align": align}], "rows": [{"cells": [cell]} for cell in cells]})


def lacking(table):
    return [row.cells[0].lacks for row in with_decimals_in_line(table).rows]


def classes(table):
    page = BeautifulSoup(table_html(with_decimals_in_line(table)), "html.parser")
    return [
        " ".join(name for name in cell["class"] if name.startswith("pad")) for cell in page.tbody.select("td")
    ]


@pytest.mark.parametrize(
    ("table", "lacks"),
    [
        (column("9.1", "8.66", "12"), [1, 0, 2]),
        (column("1,204", "12.5"), [1, 0]),
        (column("-0.5", "—", "0.25"), [1, 0, 0]),
        (column("\u22121.5", "-12", "+3"), [0, 1, 1]),
        (column("1.5%", "—", "12%"), [0, 0, 1]),
        (column("26.7%", "327"), [0, 0]),
        (column("62.0%–82.0%", "7%"), [0, 0]),
        (column("9.1", "8.66", align="left"), [0, 0]),
        (column("3", "4,000"), [0, 0]),
    ],
    ids=["score", "count", "undefined", "signs", "shares", "other unit", "range", "words", "already in line"],
)
def test_a_number_knows_how_many_decimals_it_lacks(table, lacks):
    assert lacking(table) == lacks


def test_the_page_moves_numbers_under_the_point():
    assert classes(column("9.1", "8.66", "12")) == ["pad-1", "", "pad2"]


def test_two_measures_in_a_column_have_no_common_point():
    one, other = column("9.1"), column("8.66", metric="b")
    assert lacking(replace(one, rows=one.rows + other.rows)) == [0, 0]


def number(metric, value=1.0):
    return Cell(f"{value:.0f}", metric, "2025", {}, "value", value)


def page(*tables, defined=("alpha", "beta"), assembled=True):
    definitions = ReportTable(
        "definitions",
        "Definitions",
        (Column("metric", "Measure", "left"), Column("definition", "Definition", "left")),
        tuple(Row((Cell(f"The {name} {name}"), Cell("Words.")), defines=name) for name in defined),
    )
    shown = [*tables, *([definitions] if defined else [])]
    cells = [
        new_code_cell(outputs=[new_output("display_data", data={MIME_TYPE: table.as_json()})])
        for table in shown
    ]
    book = new_notebook(cells=[new_markdown_cell("# Chapter"), *cells])
    if assembled:
        book = assemble([book], cover={"language": "en", "title": "T"})
    return BeautifulSoup(PlanHTMLExporter().from_notebook_node(book)[0], "html.parser")


def links(found):
    return [
        (link.get("aria-label") or link.get_text(), link["href"]) for link in found.select(".define, .about")
    ]


WHO = Column("who", "Who", "left")


def test_a_table_of_one_measure_is_linked_by_its_caption():
    table = ReportTable("t", "Caption", (WHO, Column("a", "A")), (Row((Cell("x"), number("alpha"))),))
    assert links(page(table)) == [("Definition: Caption", "#definitions-alpha")]


def test_columns_of_several_measures_are_linked_by_their_heads():
    columns = (WHO, Column("a", "A"), Column("b", "B"))
    table = ReportTable("t", "Caption", columns, (Row((Cell("x"), number("alpha"), number("beta"))),))
    expected = [("Definition: A", "#definitions-alpha"), ("Definition: B", "#definitions-beta")]
    assert links(page(table)) == expected
    grouped = ReportTable(
        "t",
        "Caption",
        (WHO, Column("a", "A"), Column("n", "N"), Column("b", "B")),
        (Row((Cell("x"), number("alpha"), number("alpha"), number("beta"))),),
        header_groups=(HeaderGroup("", 1), HeaderGroup("Both", 2), HeaderGroup("", 1)),
    )
    assert links(page(grouped)) == [("Definition: Both", "#definitions-alpha"), expected[1]]


def test_rows_that_name_their_measure_are_linked_by_their_labels_and_columns_are_not():
    rows = (
        Row((Cell("Alpha", about="alpha"), number("alpha"), number("alpha"))),
        Row((Cell("Goal", about="beta"), number("alpha"), number("beta"))),
    )
    table = ReportTable("t", "Caption", (WHO, Column("a", "2025"), Column("b", "2026")), rows)
    assert links(page(table)) == [("Alpha", "#definitions-alpha"), ("Goal", "#definitions-beta")]


@pytest.mark.parametrize("assembled", [True, False], ids=["report", "notebook alone"])
def test_nothing_is_linked_to_a_definition_that_is_not_there(assembled):
    table = ReportTable("t", "Caption", (WHO, Column("a", "A")), (Row((Cell("x"), number("alpha"))),))
    assert links(page(table, defined=(), assembled=assembled)) == []
    assert links(page(table, defined=("beta",), assembled=assembled)) == []


def test_a_definition_shows_the_label_and_below_it_the_name():
    found = page(ReportTable("t", "Caption", (WHO,), (Row((Cell("x"),)),)))
    row = found.find(id="definitions-alpha")
    assert row.code.get_text() == "alpha"
    assert row.th.get_text() == "The alpha alpha"


def test_a_sparkline_is_drawn_with_its_words_and_nothing_that_runs():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="72" height="18" viewBox="0 0 72 18" onload="x()"><path d="M1 2" stroke="#55616d"/></svg>'
    table = ReportTable(
        "t",
        "Caption",
        (WHO, Column("trend", "Trend", "left")),
        (Row((Cell("x"), Cell("", svg=svg, alt="2024: 1; 2025: 2"))),),
    )
    drawn = page(table).select_one("td.spark svg")
    assert (drawn["role"], drawn.title.get_text()) == ("img", "2024: 1; 2025: 2")
    assert drawn.path["stroke"] == "var(--muted)"
    assert "onload" not in drawn.attrs


def test_figures_take_every_colour_of_the_palette_from_the_page():
    css = colours_css()
    for colour in {*vars(LIGHT).values(), *SERIES, *SEQUENTIAL, *DIVERGING}:
        name = themed(f'fill="{colour}"').removeprefix('fill="var(').removesuffix(')"')
        assert f"{name}: {colour};" in css
    assert themed("fill: #123456; stroke: #00609C;") == "fill: #123456; stroke: var(--accent);"
    assert themed('href="#abcdef-1"') == 'href="#abcdef-1"'
    assert css.count(f"--paper: {DARK.paper};") == 2
