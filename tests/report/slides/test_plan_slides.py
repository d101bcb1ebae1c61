"""plan.pptx opens, and every number on it is one of metrics.json."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from csanalysis.catalogue import METRICS
from csanalysis.metrics.results import Results, tidy
from csanalysis.report.slides.blocks import Beside, Chart, block_cells
from csanalysis.report.slides.plan import plan_slides
from tests.report.slides.conftest import INPUTS, NAMES, params_in
from tests.report.slides.overlaps import nothing_overlaps

LANGUAGES = ["zh", "en"]


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request: Any, write_plan: Callable[..., Path], tmp_path_factory: Any) -> tuple[str, Any]:
    folder = tmp_path_factory.mktemp(request.param)
    return request.param, Presentation(str(write_plan(folder, params_in(request.param))))


def leaves(blocks: Any) -> Iterator[Any]:
    for block in blocks:
        yield from leaves(block.blocks) if isinstance(block, Beside) else (block,)


def model(language: str, results: Results) -> list[Any]:
    return plan_slides(results, params_in(language), names=NAMES, inputs=INPUTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_of_every_slide_has_its_value_in_the_results(language: str, plan_results: Results) -> None:
    cells = [cell for slide in model(language, plan_results) for cell in slide.cells]
    assert len(cells) > 250
    for cell in cells:
        row = plan_results.keyed[cell.metric, cell.period, tuple(sorted(cell.group.items()))]
        assert row.number(cell.field) == cell.value


def test_there_are_twelve_to_sixteen_slides_each_with_a_title(made: Any, plan_results: Results) -> None:
    language, deck = made
    slides = list(deck.slides)
    assert 12 <= len(slides) <= 16
    assert [slide.shapes.title.text for slide in slides[1:]] == [
        each.title.text for each in model(language, plan_results)
    ]


def test_tables_charts_and_texts_say_what_their_cells_do(made: Any, plan_results: Results) -> None:
    language, deck = made
    tables = charts = 0
    for slide, each in zip(list(deck.slides)[1:], model(language, plan_results), strict=True):
        blocks = list(leaves(each.blocks))
        drawn_tables = [shape.table for shape in slide.shapes if shape.has_table]
        drawn_charts = [shape.chart for shape in slide.shapes if shape.has_chart]
        said = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        for block in blocks:
            if isinstance(block, Chart):
                charts += 1
                chart = drawn_charts.pop(0)
                values = [list(series.values) for series in chart.plots[0].series]
                assert values == [[cell.value for cell in series.cells] for series in block.series]
                assert list(chart.plots[0].categories) == list(block.categories)
            elif hasattr(block, "columns"):
                tables += 1
                rows = [[cell.text for cell in row.cells] for row in drawn_tables.pop(0).rows]
                assert rows[1:] == [[cell.text for cell in row.cells] for row in block.rows]
            else:
                assert all(cell.text in said for cell in block_cells(block))
        assert not drawn_tables and not drawn_charts
        assert all(cell.text in said for cell in each.title.cells)
    assert tables >= 10 and charts >= 7


def test_no_text_holds_a_number_that_no_cell_wrote(made: Any, plan_results: Results) -> None:
    """Years, days and places of the foot apart."""
    language, deck = made
    for slide, each in zip(list(deck.slides)[1:], model(language, plan_results), strict=True):
        known = {number for cell in each.cells for number in re.findall(r"\d[\d,.]*\d|\d", cell.text)}
        for shape in slide.shapes:
            if shape.has_text_frame and shape.name != "footer":
                found = set(re.findall(r"\d[\d,.]*\d|\d", shape.text_frame.text))
                assert {each for each in found - known if not re.fullmatch(r"20[12]\d", each)} <= {
                    "31", "12", "4", "80",
                }  # fmt: skip


def test_notes_define_every_metric_of_a_slide(made: Any, plan_results: Results) -> None:
    language, deck = made
    for slide, each in zip(list(deck.slides)[1:], model(language, plan_results), strict=True):
        notes = slide.notes_slide.notes_text_frame.text
        for metric in {cell.metric for cell in each.cells}:
            assert METRICS[metric].definition(language) in notes and f"{metric} (" in notes.replace(
                "（", " ("
            )


def test_nothing_lies_outside_the_slide_or_on_something_else(made: Any) -> None:
    _, deck = made
    nothing_overlaps(deck)


def test_a_store_with_sales_and_visits_alone_gets_the_slides_it_has_numbers_for(
    plan_results: Results,
) -> None:
    few = Results.from_rows(
        row for row in plan_results if row.metric.startswith(("first_service", "new_vehicle", "annual_churn"))
    )
    names = [slide.name for slide in plan_slides(few, params_in("en"), names={}, inputs=[])]
    assert names == ["last_year", "targets", "first_service", "decisions", "sources"]


def test_a_target_is_the_plans_own_wherever_it_stands(plan_results: Results) -> None:
    """The plan may ask for less than the rule: then no slide says the rule's number as the target."""
    planned = Results({"first_service_planned": tidy(["2026"], value=[421])})
    slides = {slide.name: slide for slide in model("en", plan_results + planned)}
    for name in ("targets", "first_service", "decisions"):
        said = {cell.value for cell in slides[name].cells if "first_service_" in (cell.metric or "")}
        assert 421 in said and 438 not in said


def test_the_same_slides_are_the_same_bytes_at_any_time(
    write_plan: Callable[..., Path], tmp_path: Path
) -> None:
    """Neither the file nor the workbooks behind its charts tell when they were written."""
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    first, second = (write_plan(folder, params_in("zh")).read_bytes() for folder in folders)
    assert first == second
    books = [(item, part) for item, part in parts_of(first) if item.filename.endswith(".xlsx")]
    inner = [pair for _, book in books for pair in parts_of(book)]
    every = [*parts_of(first), *inner]
    assert books and {item.date_time for item, _ in every} == {(1980, 1, 1, 0, 0, 0)}
    about = [part.decode() for item, part in every if item.filename == "docProps/core.xml"]
    stamps = {stamp for text in about for stamp in re.findall(r"<dcterms:[^>]*>([^<]*)<", text)}
    assert len(about) == 1 + len(books) and stamps == {f"{params_in('zh').as_of}T00:00:00Z"}


def parts_of(content: bytes) -> list[tuple[zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return [(item, source.read(item.filename)) for item in source.infolist()]
