"""The web page: one file, every number tied to its record, readable by everyone."""

import base64
import hashlib
import json
import re
from collections import Counter
from itertools import pairwise

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from csanalysis.errors import ReportError
from csanalysis.report.assemble import assemble
from csanalysis.report.document.exporters import PlanHTMLExporter
from csanalysis.report.document.labels import LABELS
from csanalysis.report.document.outputs import as_data

WHOLE = "application/vnd.csanalysis.table+json"


@pytest.fixture(scope="session")
def html(report):
    return PlanHTMLExporter().from_notebook_node(report)[0]


@pytest.fixture(scope="session")
def page(html):
    return BeautifulSoup(html, "html.parser")


def export(*cells, **metadata):
    html, _ = PlanHTMLExporter().from_notebook_node(new_notebook(cells=list(cells), metadata=metadata))
    return BeautifulSoup(html, "html.parser")


def said(report, mime):
    return [
        as_data(output.data[mime])
        for cell in report.cells
        for output in cell.get("outputs", [])
        if mime in output.get("data", {})
    ]


def reported(table):
    for row in table["rows"]:
        for cell in row["cells"]:
            yield from cell.get("parts") or ([cell] if cell["metric"] else [])


def test_nothing_is_asked_of_a_server(page):
    addresses = [
        tag.get(name) for tag in page.find_all(True) for name in ("src", "srcset", "href", "xlink:href")
    ]
    outside = [address for address in addresses if address and not address.startswith(("#", "data:"))]
    assert all(address.startswith("https://example.org") for address in outside), outside
    assert not page.select('link[rel="stylesheet"], script[src], img, iframe, object')
    assert "@import" not in str(page)
    assert set(re.findall(r"url\((?!#)([^,)]*)", str(page))) <= {"data:font/woff;base64"}


def test_the_policy_lets_only_this_page_run(page):
    policy = page.select_one('meta[http-equiv="Content-Security-Policy"]')["content"]
    (script,) = page.find_all("script")
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"'sha256-{digest}'" in policy


def test_every_number_of_every_table_and_card_is_there_with_its_record(report, page):
    wanted = [number for table in said(report, WHOLE) for number in reported(table)]
    wanted += [
        card for cards in said(report, "application/vnd.csanalysis.cards+json") for card in cards["cards"]
    ]
    shown = [
        (
            tag["data-metric"],
            tag["data-period"],
            json.loads(tag["data-group"]),
            tag["data-field"],
            json.loads(tag["data-value"]),
            tag.get_text(),
        )
        for tag in page.select("[data-metric]")
    ]
    expected = [
        (each["metric"], each["period"], each["group"], each["field"], each["value"], each["text"])
        for each in wanted
    ]
    assert len(shown) > 200
    assert Counter(map(repr, shown)) == Counter(map(repr, expected))


def test_only_the_report_language_is_kept(language, page):
    other = {"zh": "First-service return rate", "en": "首保回厂率"}[language]
    assert other not in page.get_text()
    assert page.html["lang"] == {"zh": "zh-CN", "en": "en"}[language]


def test_code_and_what_it_printed_are_left_out(page):
    text = page.get_text()
    assert "do not print" not in text
    assert "params_file" not in text


def test_ids_are_unique_and_every_reference_inside_finds_one(page):
    ids = [tag["id"] for tag in page.select("[id]")]
    assert max(Counter(ids).values()) == 1
    targets = [tag["href"][1:] for tag in page.select('[href^="#"]')]
    targets += [tag["xlink:href"][1:] for tag in page.find_all(attrs={"xlink:href": re.compile("^#")})]
    targets += [name for tag in page.select("[aria-labelledby]") for name in tag["aria-labelledby"].split()]
    targets += re.findall(r"url\(#([^)]+)\)", str(page.main))
    assert len(targets) > 30
    assert set(targets) <= set(ids)


def test_figures_have_title_number_name_and_note(language, page):
    charts = page.select("figure.chart")
    label = LABELS[language]["figure"]
    assert [chart.figcaption.select_one(".number").get_text() for chart in charts] == [
        f"{label} {n}" for n in (1, 2, 3)
    ]
    for place, chart in enumerate(charts):
        assert chart.svg["role"] == "img"
        assert chart.find(id=chart.svg["aria-labelledby"]).get_text().endswith(f"({place})")
        assert bool(chart.select(".note")) == (place > 0)


def test_tables_have_caption_scopes_and_their_own_scroll_box(page):
    tables = page.select("figure.table:has(figcaption)")
    assert len(tables) == 3
    for table in tables:
        box = table.select_one(".scroll")
        named = {box["aria-labelledby"], table.table["aria-labelledby"]}
        assert box["tabindex"] == "0" and named == {table.figcaption.span["id"]}
        assert all(head["scope"] in {"col", "colgroup"} for head in table.select("thead th"))
        assert all(head["scope"] == "row" for head in table.select("tbody th"))
        assert [len(row.find_all(["th", "td"])) for row in table.select("tbody tr")] == [
            len(table.select("thead tr:last-child > *"))
        ] * len(table.select("tbody tr"))


def test_landmarks_and_headings_in_order(page):
    assert [len(page.find_all(name)) for name in ("main", "nav", "header", "footer", "h1")] == [1] * 5
    assert page.select_one("a.skip")["href"] == f"#{page.main['id']}"
    levels = [int(tag.name[1]) for tag in page.find_all(re.compile("^h[1-6]$"))]
    assert all(lower - upper <= 1 for upper, lower in pairwise(levels))


def test_contents_list_chapters_and_sections(page):
    entries = [" ".join(link.get_text().split()) for link in page.select("nav a")]
    headings = [" ".join(tag.get_text().split()) for tag in page.main.find_all(["h2", "h3"])]
    # A chapter's name in the contents ends before its colon.
    assert entries == [re.split("[:：]", heading)[0] for heading in headings]
    assert [entry.split()[0] for entry in entries] == ["1", "2", "2.1", "2.2", "2.3"]


def test_text_from_data_is_escaped(html, page):
    assert "&lt;script&gt;alert(1)" in html
    assert len(page.find_all("script")) == 1
    assert any("<1> & “甲”" in head.get_text() for head in page.select("tbody th"))


def test_a_notebook_alone_looks_the_same_without_a_cover(language):
    cells = [
        new_markdown_cell("# 首保", metadata={"tags": ["lang-zh"]}),
        new_markdown_cell("# First service", metadata={"tags": ["lang-en"]}),
        new_code_cell("1 + 1", outputs=[new_output("execute_result", data={"text/plain": "2"})]),
    ]
    page = export(*cells, csanalysis={"language": language})
    assert page.h1.get_text() == page.title.get_text() == {"zh": "首保", "en": "First service"}[language]
    assert page.pre.get_text() == "2"
    assert not page.select("header")


@pytest.mark.parametrize(
    ("metadata", "source", "output"),
    [
        ({"papermill": {"parameters": {"language": "en"}}}, "x", {}),
        ({}, 'language = "en"  # zh or en', {}),
        ({}, "language = None", {"csanalysis": {"language": "en"}}),
    ],
    ids=["papermill", "parameters cell", "output"],
)
def test_language_is_found_where_the_notebook_says_it(metadata, source, output):
    shown = new_output("execute_result", data={"text/plain": "2"}, metadata=output)
    page = export(new_code_cell(source, metadata={"tags": ["parameters"]}, outputs=[shown]), **metadata)
    assert page.html["lang"] == "en"


def test_language_is_chinese_when_nobody_says():
    assert export(new_markdown_cell("# A")).html["lang"] == "zh-CN"


def test_a_data_frame_of_an_analyst_is_a_table_and_a_plot_an_image():
    frame = "<div><style>td {color: red}</style><table><thead><tr><th></th><th>a</th></tr></thead>"
    frame += "<tbody><tr><th>0</th><td>1 &lt; 2</td></tr></tbody></table></div>"
    pixel = base64.b64encode(
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
        + (4).to_bytes(4, "big")
        + (2).to_bytes(4, "big")
        + b"\x08\x06\0\0\0"
    ).decode()
    outputs = [
        new_output("display_data", data={"text/html": frame}),
        new_output("display_data", data={"image/png": pixel, "text/plain": "a plot"}),
    ]
    page = export(new_code_cell("x", outputs=outputs))
    assert [cell.get_text() for cell in page.select("tbody tr > *")] == ["0", "1 < 2"]
    assert page.svg.title.get_text() == "a plot"
    assert "color: red" not in str(page)


def test_a_figure_cannot_bring_scripts_or_fetch():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="x()"><script>x()</script>'
        '<style>@import "http://a"</style><image href="http://a/b.png"/><g id="a" fill="url(http://a/#b)"/>'
        "<use href='#a'/></svg>"
    )
    outputs = [
        new_output("display_data", data={"image/svg+xml": svg}, metadata={"image/svg+xml": {"id": "f"}})
    ]
    chart = export(new_code_cell("x", outputs=outputs)).select_one("figure.chart")
    assert "http" not in str(chart.svg).replace("http://www.w3.org/2000/svg", "")
    assert not chart.select("script, style, [onload]")
    assert (chart.g["id"], chart.use["href"]) == ("f-a", "#f-a")


def test_a_broken_output_is_one_readable_error():
    outputs = [new_output("display_data", data={"image/svg+xml": "<svg"})]
    with pytest.raises(ReportError, match="not an SVG"):
        export(new_code_cell("x", outputs=outputs))


def test_an_assembled_report_is_a_valid_notebook_and_leaves_the_chapters_alone():
    chapters = [new_notebook(cells=[new_markdown_cell(f"# {name}")]) for name in "ab"]
    before = [dict(chapter.cells[0]) for chapter in chapters]
    whole = assemble(chapters, cover={"language": "zh", "title": "T"})
    nbformat.validate(whole)
    assert [cell.metadata.csanalysis.chapter for cell in whole.cells] == ["chapter-1", "chapter-2"]
    assert [dict(chapter.cells[0]) for chapter in chapters] == before


@pytest.mark.parametrize(
    ("names", "language", "message"),
    [(["a", "a"], "zh", "two chapters are called a"), (["a"], "fr", "language must be one of zh, en")],
    ids=["same name", "unknown language"],
)
def test_what_cannot_be_assembled_is_refused(names, language, message):
    chapters = [new_notebook(metadata={"csanalysis": {"chapter": name}}) for name in names]
    with pytest.raises(ReportError, match=message):
        assemble(chapters, cover={"language": language, "title": "T"})


def test_both_languages_have_the_same_labels():
    assert LABELS["zh"].keys() == LABELS["en"].keys()


def test_what_is_missing_is_said_once_a_chapter():
    note = {"text/markdown": "> **Upsell** is missing.", "text/plain": "x"}
    cells = [new_code_cell("x", outputs=[new_output("display_data", data=note)]) for _ in range(3)]
    book = new_notebook(cells=[new_markdown_cell("# Chapter"), *cells])
    page = BeautifulSoup(PlanHTMLExporter().from_notebook_node(book)[0], "html.parser")
    assert page.get_text().count("is missing.") == 1
