"""The two volumes in print: what the analysis leaves to the page, what it moves to its annex, what it says of it."""

import io

import pypdf
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from csanalysis.display.tables.layout import Table
from csanalysis.report import SIGNED
from csanalysis.report.assemble import assemble
from csanalysis.report.document.blocks import Aside, Chapter, Document, Figure, Heading
from csanalysis.report.document.document import document
from csanalysis.report.document.exporters import PlanHTMLExporter
from csanalysis.report.document.markdown import plain
from csanalysis.report.document.outputs import SVG, TABLE
from csanalysis.report.document.typesetting import typeset
from csanalysis.report.document.volumes import analysis_of, plan_of
from tests.report.conftest import sample_cover, shown

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="40pt" viewBox="0 0 90 40"></svg>'
SHARES = ("38.8%", "35.4%", "33.0%", "30.1%")


def prose(text: str, *marks: str) -> NotebookNode:
    return new_markdown_cell(text, metadata={"tags": ["lang-en", *marks]})


def figure(id: str, alt: str) -> NotebookNode:
    about = {"id": id, "title": "Four years", "alt": alt, "note": None}
    return shown(**{SVG: DRAWING, "text/plain": alt}, metadata={SVG: about})


def table(id: str, values: tuple[str, ...], *marks: str, fields: tuple[str, ...] = ()) -> NotebookNode:
    fields = fields or ("value",) * len(values)
    rows = [
        {
            "kind": "body",
            "cells": [
                {
                    "text": f"{place}",
                    "metric": None,
                    "period": None,
                    "group": {},
                    "field": None,
                    "value": None,
                },
                {"text": text, "metric": "m", "period": "2025", "group": {}, "field": of, "value": 1},
            ],
        }
        for place, (text, of) in enumerate(zip(values, fields, strict=True))
    ]
    columns = [
        {"key": "who", "label": "Who", "align": "left", "unit": ""},
        {"key": "m", "label": "Share", "align": "right", "unit": ""},
    ]
    data = {"id": id, "caption": f"Table of {id}", "note": None, "columns": columns, "header_groups": None}
    cell = shown(**{TABLE: data | {"rows": rows}, "text/plain": "table"})
    cell.metadata["tags"] = list(marks)
    return cell


def chapter(name: str, *cells: NotebookNode) -> NotebookNode:
    return new_notebook(cells=[prose(f"# {name}"), *cells], metadata={"csanalysis": {"chapter": name}})


def report(*cells: NotebookNode, signed: bool = True) -> NotebookNode:
    """A plan to be signed, a chapter of ``cells``, the annex."""
    chapters = [
        chapter("churn", *cells),
        chapter("appendix", prose("## Sources"), prose("From files.")),
    ]
    first = [chapter(SIGNED, prose("## Sign-off"), table("targets", SHARES))]
    return assemble([*(first if signed else []), *chapters], cover=sample_cover("en"))


def cut(*cells: NotebookNode) -> Document:
    return analysis_of(document(report(*cells), language="en"))


def ids(chapter: Chapter, kind: type[Table] | type[Figure] = Table) -> list[str]:
    return [block.id for block in chapter.blocks if isinstance(block, kind)]


def asides(chapter: Chapter) -> list[str]:
    return [plain(block.spans) for block in chapter.blocks if isinstance(block, Aside)]


@pytest.mark.parametrize(
    ("told", "values", "fields", "kept"),
    [
        pytest.param(SHARES, SHARES, (), False, id="every number"),
        pytest.param(SHARES[:3], SHARES, (), True, id="one more in the table"),
        pytest.param((*SHARES, "1,204"), (*SHARES, "77"), ("value",) * 4 + ("denominator",), False, id="cases besides"),
        pytest.param(SHARES, SHARES[:3], (), True, id="so few that it may be chance"),
        pytest.param(("138.8%", *SHARES[1:]), SHARES, (), True, id="part of another number"),
    ],
)  # fmt: skip
def test_a_table_is_left_to_the_page_where_a_figure_tells_all_its_values(told, values, fields, kept):
    churn = cut(figure("years", ", ".join(told)), table("again", values, fields=fields)).chapters[0]
    assert ids(churn) == (["again"] if kept else [])
    assert asides(churn) == ([] if kept else ["In report.html and numbers.xlsx: table 1."])
    assert ids(churn, Figure) == ["years"]


def test_a_figure_of_another_chapter_does_not_count():
    parts = [chapter("a", figure("years", ", ".join(SHARES))), chapter("b", table("again", SHARES))]
    book = assemble([chapter(SIGNED), *parts], cover=sample_cover("en"))
    assert ids(analysis_of(document(book, language="en")).chapters[1]) == ["again"]


def test_what_is_marked_for_the_page_is_said_once_in_its_section_with_its_numbers():
    churn = cut(
        prose("## Rates"),
        *(table(f"t{place}", ("1",), "web") for place in range(4)),
        table("kept", ("2",)),
        prose("**How to read it:** a month means little.", "web"),
        prose("## By month", "web"),
        table("months", ("3",)),
        prose("### Below it"),
        prose("## Last"),
        table("other", ("4",), "web"),
    ).chapters[0]
    assert ids(churn) == ["kept"]
    assert asides(churn) == [
        "In report.html and numbers.xlsx: tables 1–4, 6, and “1.2 By month”.",
        "In report.html and numbers.xlsx: table 7.",
    ]
    assert [block.text for block in churn.blocks if isinstance(block, Heading)] == ["churn", "Rates", "Last"]
    assert [section.text for section in churn.sections] == ["Rates", "Last"]
    assert not any("How to read" in plain(getattr(block, "spans", ())) for block in churn.blocks)
    assert next(block for block in churn.blocks if isinstance(block, Table)).number == "5"


def test_a_section_goes_to_the_annex_with_all_below_it_and_keeps_its_number():
    churn, annex = cut(
        prose("## Rates"),
        prose("### Tried on the past", "annex"),
        table("tried", ("1",)),
        prose("#### In detail"),
        prose("## Rules tested", "annex"),
        prose("Each rule sets past targets."),
        prose("## Ceiling"),
        table("ceiling", ("2",)),
    ).chapters
    assert ids(churn) == ["ceiling"] and ids(annex) == ["tried"]
    headings = [
        (block.level, block.number, block.text) for block in annex.blocks if isinstance(block, Heading)
    ]
    assert headings == [
        (1, "2", "appendix"),
        (2, "", "Tried on the past"),
        (3, "", "In detail"),
        (2, "1.2", "Rules tested"),
        (2, "2.1", "Sources"),
    ]
    (aside,) = [block for block in churn.blocks if isinstance(block, Aside)]
    assert plain(aside.spans) == "In the annex: Tried on the past, 1.2 Rules tested"
    anchors = {block.anchor for block in annex.blocks if isinstance(block, Heading)}
    assert {span.link.lstrip("#") for span in aside.spans if span.link} <= anchors


def test_nothing_is_lost_every_block_stands_in_print_or_is_named():
    cells = (
        prose("## Rates"),
        table("a", SHARES, "web"),
        figure("f", "1"),
        prose("## Tests", "annex"),
        table("b", ("1",)),
        prose("## More", "web"),
        table("c", ("2",)),
    )
    whole = document(report(*cells), language="en")
    printed = analysis_of(whole)
    said = {
        word.strip(".,")
        for chapter in printed.chapters
        for aside in asides(chapter)
        for word in aside.split()
    }
    shown = {block.number for block in printed.blocks() if isinstance(block, Table)}
    tables = [block.number for block in whole.chapters[1].blocks if isinstance(block, Table)]
    assert tables == ["1", "2", "3"] and {*tables} <= shown | said and "1" not in shown and "3" not in shown


def test_the_page_keeps_all_and_folds_what_print_leaves_out():
    page, _ = PlanHTMLExporter().from_notebook_node(
        report(prose("## Rates"), table("folded", ("1",), "web"), table("open", ("2",)))
    )
    folded, _, after = page.partition('id="churn-open"')
    assert "Table of folded" in folded and "Table of open" in after
    assert folded.count('<details class="more">') == 1 and '<details class="more">' not in after
    assert "Open the table (1 rows)" in folded


def test_a_report_in_one_volume_is_set_as_it_is():
    cells = (figure("years", ", ".join(SHARES)), table("again", SHARES, "web"))
    whole = document(report(*cells, signed=False), language="en")
    assert analysis_of(whole) is whole and plan_of(whole) is None
    assert "again" in ids(whole.chapters[0])


def test_it_says_once_how_to_read_and_the_plan_does_not():
    whole = document(report(table("t", ("1",))), language="en")
    assert len(analysis_of(whole).reading) == len(set(analysis_of(whole).reading)) > 4
    assert not whole.reading and not plan_of(whole).reading


def test_both_volumes_are_tagged_and_number_tables_as_the_page_does():
    cells = (table("a", ("1",), "web"), prose("Between."), table("b", ("2",)))
    pdf = pypdf.PdfReader(io.BytesIO(typeset(cut(prose("## Rates"), *cells))))
    words = "\n".join(page.extract_text() for page in pdf.pages)
    assert "Table 2" in words and "Table 1" not in words
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "How to read this report" in words


def test_narrow_tables_stand_side_by_side_and_wide_ones_do_not():
    def tops(*cells: NotebookNode) -> list[float]:
        found: dict[str, float] = {}

        def seen(text: str, matrix: list[float], inner: list[float], *_: object) -> None:
            if "Table of" in text:
                found[text] = matrix[5] + inner[5]

        for page in pypdf.PdfReader(io.BytesIO(typeset(cut(prose("## Rates"), *cells)))).pages:
            page.extract_text(visitor_text=seen)
        return [*found.values()]

    one, other = tops(table("a", ("1",)), table("b", ("2",)))
    assert one == pytest.approx(other, abs=1)
    long = "words " * 30
    one, other = tops(table("a", (long,)), table("b", (long,)))
    assert abs(one - other) > 20
