"""review.pptx and meeting.pptx open, and every number on them is one of their pack's."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pptx import Presentation

from csanalysis.catalogue import METRICS
from csanalysis.chapters import meeting
from csanalysis.chapters.meeting import tables as meeting_tables
from csanalysis.chapters.review.measure import prepare
from csanalysis.chapters.review.sentences import review_to_do, review_verdict
from csanalysis.chapters.review.tables import review_cards, review_lapses, review_to_date, review_year_end
from csanalysis.display.prose import Prose
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.ingest import load
from csanalysis.metrics.results import Results
from csanalysis.report.packs.planning import draft_plan
from csanalysis.report.slides.blocks import Beside, Chart, Lines, block_cells
from csanalysis.report.slides.pack import pack_slides, write_pack_slides
from csanalysis.report.slides.review import review_charts
from tests.report.packs.conftest import write_store
from tests.report.slides.overlaps import nothing_overlaps

COVER = {
    "dealership": "Small Store",
    "title": "Review of September",
    "as_of": "30 September 2025",
    "made_on": "1 October 2025",
}


def executed(sections: dict[str, list[Any]]) -> Any:
    """A pack's notebook as its run leaves it."""
    cells = []
    for title, shown in sections.items():
        cells.append(new_markdown_cell(f"## {title}\n\nWhat the section is about."))
        for each in shown:
            data, metadata = each._repr_mimebundle_()
            cells.append(new_code_cell(outputs=[new_output("display_data", data=data, metadata=metadata)]))
    return new_notebook(cells=cells)


@pytest.fixture(scope="module", params=["zh", "en"])
def review(request: Any, tmp_path_factory: Any) -> tuple[Any, Results, list[Chart], Any]:
    """The notebook of a review, its numbers, its charts, and the deck."""
    language = request.param
    folder = tmp_path_factory.mktemp("decks")
    params_file = write_store(folder, language=language, until="2025-12-31")
    plan = draft_plan(params_file, folder)
    store = load(params_file, cache=folder / ".cache", as_of=date(2025, 9, 30))
    held = prepare(store.params, store.tables, plan, month="2025-09")
    notebook = executed(
        {
            "On plan?": [review_verdict(held, language=language), review_cards(held, language=language)],
            "To do": [review_to_do(held, language=language)],
            "Targets": [review_to_date(held, language=language), review_year_end(held, language=language)],
            "Lapses": [review_lapses(held, language=language)],
        }
    )
    charts = review_charts(held.results, plan, language)
    path = folder / "review.pptx"
    write_pack_slides(path, notebook, store.params, cover=COVER, folder=folder, charts=charts)
    return notebook, held.results, charts, Presentation(str(path))


def cells_of(slides: Any) -> Iterator[Cell]:
    for slide in slides:
        for block in slide.blocks:
            yield from block_cells(block)


def flat(blocks: Any) -> Iterator[Any]:
    """The blocks of a slide, those beside each other one by one."""
    for block in blocks:
        yield from flat(block.blocks) if isinstance(block, Beside) else (block,)


def checked(cells: Iterator[Cell], results: Results) -> int:
    found = 0
    for cell in cells:
        if cell.metric is not None:
            row = results.keyed[cell.metric, cell.period, tuple(sorted(cell.group.items()))]
            assert row.number(cell.field) == pytest.approx(cell.value, nan_ok=True) or cell.value is None
            found += 1
    return found


def test_every_number_of_a_review_s_slides_is_its_pack_s(review: Any) -> None:
    notebook, results, charts, _ = review
    assert len(charts) >= 2 and checked(cells_of(pack_slides(notebook, "en", charts=charts)), results) > 80


def test_what_is_drawn_is_what_the_cells_say(review: Any) -> None:
    notebook, _, charts, deck = review
    model = pack_slides(notebook, "en", charts=charts)
    drawn = list(deck.slides)[1:]
    assert len(drawn) == len(model)
    tables = graphs = 0
    for slide, each in zip(drawn, model, strict=True):
        said = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        shown_tables = [shape.table for shape in slide.shapes if shape.has_table]
        shown_charts = [shape.chart for shape in slide.shapes if shape.has_chart]
        for block in flat(each.blocks):
            if isinstance(block, Chart):
                graphs += 1
                values = [list(series.values) for series in shown_charts.pop(0).plots[0].series]
                assert values == [[cell.value for cell in series.cells] for series in block.series]
            elif isinstance(block, ReportTable):
                tables += 1
                rows = [[cell.text for cell in row.cells] for row in shown_tables.pop(0).rows]
                assert rows[1:] == [[cell.text for cell in row.cells] for row in block.rows]
            elif isinstance(block, Lines):
                assert all(line.text in said for line in block.lines)
            else:
                assert all(cell.text in said for cell in block_cells(block))
        assert not shown_tables and not shown_charts
        notes = slide.notes_slide.notes_text_frame.text
        assert all(f"{cell.metric}" in notes for cell in cells_of([each]) if cell.metric)
    assert tables >= 3 and graphs >= 3


def test_lines_are_the_notebook_s_sentences_without_markup(review: Any) -> None:
    notebook, *_ = review
    told = "".join(
        output.data["text/markdown"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "text/markdown" in output.data
    )
    lines = [
        line.text
        for s in pack_slides(notebook, "en")
        for b in flat(s.blocks)
        if isinstance(b, Lines)
        for line in b.lines
    ]
    numbers = re.findall(r"\d[\d,.]*", " ".join(lines))
    assert lines and numbers and "**" not in " ".join(lines)
    assert all(number in told for number in numbers)


def test_titles_are_those_of_the_language() -> None:
    notebook = executed(
        {"Items": [ReportTable("people", "People", (Column("who", "Who"),), (Row((Cell("A"),)),))]}
    )
    for language, title in (("zh", "题目"), ("en", "Items")):
        tags = {"tags": [f"lang-{language}"]}
        notebook.cells.insert(len(notebook.cells) - 1, new_markdown_cell(f"## {title}", metadata=tags))
    assert [slide.title.text for slide in pack_slides(notebook, "zh")] == ["题目"]
    assert [slide.title.text for slide in pack_slides(notebook, "en")] == ["Items"]


def test_a_long_table_goes_on_and_loses_no_row() -> None:
    columns = (Column("who", "Who", "left"), Column("value", "Value"))
    rows = tuple(Row((Cell(f"Person {n}"), Cell(str(n)))) for n in range(70))
    slides = pack_slides(executed({"People": [ReportTable("people", "People", columns, rows)]}), "en")
    assert len(slides) > 1
    parts = [block for slide in slides for block in slide.blocks]
    assert [cell.text for part in parts for row in part.rows for cell in row.cells[:1]] == [
        f"Person {n}" for n in range(70)
    ]


def test_a_meeting_has_its_items_as_table_and_chart(
    survey_tables: Any, params_of: Any, tmp_path: Path
) -> None:
    params = params_of(satisfaction={"min_responses": 10})
    held = meeting.prepare(params, survey_tables(), period="2025-11")
    shown = meeting_tables.meeting_items(
        held.results, period="2025-11", as_of=held.params.as_of, language="en", names=held.names,
        actions=held.actions, year=held.year,
    )  # fmt: skip
    notebook = executed({"Items": [shown]})
    assert checked(cells_of(pack_slides(notebook, "en")), held.results) > 0
    write_pack_slides(tmp_path / "meeting.pptx", notebook, params, cover=COVER, folder=tmp_path)
    slides = list(Presentation(str(tmp_path / "meeting.pptx")).slides)
    assert any(shape.has_table for shape in slides[1].shapes)
    assert METRICS["item_score"].definition("zh") in slides[1].notes_slide.notes_text_frame.text


def test_nothing_lies_outside_the_slide_or_on_something_else(review: Any) -> None:
    *_, deck = review
    nothing_overlaps(deck)


def test_what_is_said_stands_beside_its_table_and_short_sections_share_a_slide() -> None:
    table = ReportTable("t", "T", (Column("a", "A", "left"),), (Row((Cell("x"),)),))
    words = [Prose(f"Sentence {number}.") for number in range(4)]
    slides = pack_slides(
        executed(
            {"One": [words[0]], "Two": [words[1]], "Three": [words[2], table], "Four": [table, words[3]]}
        ),
        "en",
    )
    assert [slide.title.text for slide in slides] == ["One · Two", "Three", "Four"]
    assert [[type(block).__name__ for block in slide.blocks] for slide in slides] == [
        ["Lines"],
        ["Lines", "ReportTable"],
        ["Lines", "ReportTable"],
    ]
    assert [line.text for line in slides[0].blocks[0].lines] == ["Sentence 0.", "Sentence 1."]
