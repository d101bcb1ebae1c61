"""A report tells one number once: the same in metrics.json, page, plan, analysis, slides and workbook."""

import json
import math
import re
from collections import defaultdict

import openpyxl
import pandas as pd
import pypdf
import pytest
from bs4 import BeautifulSoup
from pptx import Presentation

from csanalysis.catalogue import METRICS, group_label
from csanalysis.chapters import satisfaction
from csanalysis.chapters.plan.goals import goals_of
from csanalysis.ingest import load
from csanalysis.metrics.results import Results, row_key
from csanalysis.report.slides.blocks import Beside, Chart, block_cells
from csanalysis.report.slides.plan import plan_slides
from tests.told import marks_of, untrue

pytestmark = [pytest.mark.xdist_group("reports"), pytest.mark.slow]

STORES = ("haibin", "riverside")
"""One in each language."""

YEAR = 2026


@pytest.fixture(scope="module", params=STORES)
def store(request):
    return request.param


@pytest.fixture(scope="module")
def folder(reported, store):
    return reported(store) / store / str(YEAR)


@pytest.fixture(scope="module")
def records(folder):
    return json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["metrics"]


@pytest.fixture(scope="module")
def results(records):
    return Results.from_records(records)


@pytest.fixture(scope="module")
def page(folder):
    return BeautifulSoup((folder / "report.html").read_text(encoding="utf-8"), "html.parser")


def key_of(row):
    return row["metric"], row["period"], json.dumps(row["group"], sort_keys=True)


def told(cell):
    """What a number of the page says it is, and its value."""
    group = json.dumps(json.loads(cell["data-group"]), sort_keys=True)
    value = json.loads(cell["data-value"]) if cell.get("data-value") else None
    return (cell["data-metric"], cell["data-period"], group), cell["data-field"], value


def plain(text):
    """Letters without blanks, as a PDF breaks lines anywhere."""
    return re.sub(r"[\s\u200b\u2060\u00ad]", "", text)


def test_a_number_has_one_value_on_the_page_and_in_the_files(page, records, folder):
    """By metric, period, split and field: the page, metrics.json, the parquet and the workbook agree."""
    values = defaultdict(set)
    for cell in page.select("[data-metric]"):
        key, field, value = told(cell)
        if value is not None:
            values[(*key, field)].add(value)
    for row in records:
        for field in ("value", "numerator", "denominator", "low", "high"):
            if row[field] is not None and (*key_of(row), field) in values:
                values[(*key_of(row), field)].add(row[field])
    assert len(values) > 500
    apart = {
        key: seen for key, seen in values.items() if max(seen) - min(seen) > 1e-9 * max(1, abs(max(seen)))
    }
    assert apart == {}
    table = pd.read_parquet(folder / "metrics.parquet")
    assert len(table) == len(records)
    assert table["metric"].tolist() == [row["metric"] for row in records]
    assert [None if pd.isna(value) else value for value in table["value"]] == pytest.approx(
        [row["value"] for row in records]
    )


def test_the_marks_of_figures_tell_published_numbers(page, results, folder, store):
    """Each mark that can be pointed at, in its figure's words; no figure but pictures of days is silent."""
    language = "zh" if store == "haibin" else "en"
    said = list(marks_of(page))
    assert len(said) > 1000
    assert [why for each in said if (why := untrue(each, results, language))] == []
    assert [
        figure["id"] for figure in page.select("figure.chart") if not figure.select("g.marks title")
    ] == []
    layers = sum(len(str(layer)) for layer in page.select("g.marks"))
    assert layers < 0.15 * (folder / "report.html").stat().st_size


def test_the_workbook_has_the_rows_of_metrics_json(records, folder):
    """Every sheet but the first: as many rows of each metric's name, with the same values."""
    language = "zh" if "首保回厂量" in (folder / "report.html").read_text(encoding="utf-8") else "en"
    wanted, found = defaultdict(list), defaultdict(list)
    for row in records:
        wanted[METRICS[row["metric"]].label(language)].append(row["value"])
    book = openpyxl.load_workbook(folder / "numbers.xlsx", read_only=True)
    for sheet in book.worksheets[1:]:
        for name, _, _, value, *_ in sheet.iter_rows(min_row=2, max_col=5, values_only=True):
            found[name].append(value)
    assert wanted.keys() == found.keys()
    for name, values in wanted.items():
        assert sorted(_known(values)) == pytest.approx(sorted(_known(found[name]))), name


def _known(values):
    return [float(value) for value in values if value is not None]


def tables_of(page, chapter):
    """The tables of a chapter: ``signed_plan`` is the plan that is signed."""
    tables = page.select(f'figure.table[id^="{chapter}-"] table')
    assert tables
    return tables


def test_the_plan_as_pdf_says_what_the_page_says(page, folder):
    """Every number of the signed plan's tables stands in plan.pdf as it is written on the page."""
    text = plain("".join(sheet.extract_text() for sheet in pypdf.PdfReader(folder / "plan.pdf").pages))
    numbers = [
        plain(cell.get_text())
        for table in tables_of(page, "signed_plan")
        for cell in table.select("[data-metric]")
        if re.search(r"\d", cell.get_text())
    ]
    assert len(numbers) > 200
    assert sorted({number for number in numbers if number not in text}) == []


def test_the_analysis_as_pdf_says_what_the_page_says(page, folder):
    """Every number of the plan's own tables in report.pdf stands there as it is written on the page."""
    text = plain("".join(sheet.extract_text() for sheet in pypdf.PdfReader(folder / "report.pdf").pages))
    numbers = [
        plain(cell.get_text())
        for table in tables_of(page, "plan")
        if plain(table.find_parent("figure").figcaption.span.get_text())
        in text  # print says where others are
        for cell in table.select("[data-metric]")
        if re.search(r"\d", cell.get_text())
    ]
    assert len(numbers) > 50
    assert sorted({number for number in numbers if number not in text}) == []


PARTS_MAKE_LESS = {"visit_class_vehicles", "effective_base"}
"""Vehicles of no team are in the whole alone."""

PART_OF_THE_ROWS = {"incentive_budget"}
"""Paid and deducted stand in columns of their own beside what is left."""

BOUNDS = "至多|at most"


def summed(table):
    """By column of a table, the values above a total and the total, where all are of one metric."""
    rows = table.select("tbody tr")
    for place, row in enumerate(rows):
        if "total" not in row.get("class", []):
            continue
        above = []
        for other in reversed(rows[:place]):
            if "total" in other.get("class", []):
                break
            above.append(other)
        for column, cell in enumerate(row.find_all(["td", "th"])):
            whole = number_in(cell)
            if whole is None:
                continue
            cells = [other.find_all(["td", "th"]) for other in above]
            parts = [number_in(of[column]) for of in cells if column < len(of)]
            parts = [part for part in parts if part is not None]
            splits = defaultdict(list)  # a table may hold several splits of one whole, one below the other
            for part in parts:
                splits[tuple(sorted(json.loads(part["data-group"])))].append(part)
            for split in splits.values():
                if len(split) > 1 and {part["data-metric"] for part in split} == {whole["data-metric"]}:
                    yield split, whole


def number_in(cell):
    found = cell if cell.has_attr("data-metric") else cell.select_one("[data-metric]")
    known = found is not None and found.get("data-value") not in (None, "", "null")
    return found if known and found["data-field"] == "value" else None


def test_sums_printed_under_a_table_are_the_sums_of_its_rows(page, results):
    checked = 0
    for table in page.select("table"):
        for parts, whole in summed(table):
            metric = whole["data-metric"]
            if METRICS[metric].format not in ("count", "amount") or _is_average(results, whole):
                continue
            proven = [part for part in parts if not re.search(BOUNDS, part.get_text())]
            added, total = sum(told(part)[2] for part in proven), told(whole)[2]
            checked += 1
            if metric in PARTS_MAKE_LESS:
                assert added <= total, (metric, whole["data-group"])
            elif not math.isclose(added, total, rel_tol=1e-9, abs_tol=1e-6):
                assert metric in PART_OF_THE_ROWS, (metric, whole["data-group"], added, total)
    assert checked > 20


def _is_average(results, whole):
    """An amount a visit or an arrival: it has a denominator of its own."""
    (metric, period, group), _, _ = told(whole)
    row = results.keyed.get(row_key(metric, period, json.loads(group)))
    return row is not None and not math.isnan(row.number("denominator"))


def test_the_plan_s_printed_counts_add_up_as_printed(page):
    """Calls, cases and vehicles of the sheet that is signed, added up by hand as they are written."""
    for name in ("measures", "first_service_targets", "lapse_months"):
        table = page.select_one(f"#signed_plan-signed_{name} table")
        assert table is not None, name
        for parts, whole in summed(table):
            if METRICS[whole["data-metric"]].format == "count":
                assert sum(written(part) for part in parts) == written(whole), (name, whole["data-metric"])


def written(cell):
    return int(re.sub(r"\D", "", cell.get_text()))


def test_what_is_called_the_target_is_one_number(page, results):
    """The sheet that is signed, the plan's chapter, months and parts: all tell what the plan asks for."""
    goals = goals_of(results, plan_year=YEAR)
    assert goals
    for goal in goals:
        asked = results.value(goal.planned, YEAR, **goal.group)
        assert asked is not None and goal.value(results, YEAR) == asked, goal
        level = results.select(f"target_level_{goal.unit}", None, "level", period=str(YEAR), **goal.key)
        by_level = level.set_index("level")["value"]
        if len(by_level):
            assert asked == by_level.get("target", by_level["stretch"]), goal
            chance = results.value("target_chance", YEAR, **goal.key)
            own = "target" if "target" in by_level else "stretch"
            assert chance == results.value("target_level_chance", YEAR, level=own, **goal.key), goal
        row = results.select(goal.range_metric, None, period=str(YEAR), **goal.key).iloc[0]
        assert row["value"] == asked
        if goal.kind == "sum":
            months = results.select(goal.planned, "month")["value"]
            assert months.sum() == asked
        if goal.part == "agent":
            parts = results.select(goal.planned, "year", "agent")["value"]
            assert parts.empty or parts.sum() == asked


def test_the_rule_s_number_stands_nowhere_as_the_target(page, results):
    """On the pages that are signed it stands in the rule's own columns alone."""
    ruled = {goal.target for goal in goals_of(results, plan_year=YEAR)}
    for table in tables_of(page, "signed_plan"):
        cells = [cell for cell in table.select("[data-metric]") if cell["data-metric"] in ruled]
        if cells:
            assert re.search("规则测算值|By the rule", table.get_text()), table.get("id")
            assert len(cells) == len(ruled_rows(table))


def ruled_rows(table):
    return [row for row in table.select("tbody tr") if row.select_one("[data-metric]")]


def leaves(blocks):
    for block in blocks:
        yield from leaves(block.blocks) if isinstance(block, Beside) else (block,)


def test_the_slides_hold_the_published_numbers(folder, results, demo, store):
    """Native tables and charts of plan.pptx hold what the slides' cells say, and these what is published."""
    opened = load(demo / "params" / f"{store}.yml")
    slides = plan_slides(
        results, opened.params, names=satisfaction.names(opened.tables), inputs=opened.inputs
    )
    deck = Presentation(str(folder / "plan.pptx"))
    assert len(deck.slides) == len(slides) + 1
    for slide, model in zip(list(deck.slides)[1:], slides, strict=True):
        for cell in model.cells:
            if cell.metric and cell.value is not None and cell.field in ("value", "low", "high"):
                row = results.keyed[row_key(cell.metric, cell.period, cell.group)]
                assert row.number(cell.field) == pytest.approx(cell.value), (model.name, cell)
        shown = {cell.text for shape in slide.shapes if shape.has_table for cell in shape.table.iter_cells()}
        wanted = {
            cell.text
            for block in leaves(model.blocks)
            if hasattr(block, "rows")
            for row in block.rows
            for cell in row.cells
            if cell.metric
        }
        assert {text for text in wanted if plain(text) not in {plain(each) for each in shown}} == set()
        drawn = [
            value
            for shape in slide.shapes
            if shape.has_chart
            for series in shape.chart.plots[0].series
            for value in series.values
            if value is not None
        ]
        charted = [
            cell.value
            for block in leaves(model.blocks)
            if isinstance(block, Chart)
            for cell in block_cells(block)
            if cell.value is not None
        ]
        assert drawn == pytest.approx(charted), model.name
        if any(cell.metric for cell in model.cells):
            assert slide.has_notes_slide and slide.notes_slide.notes_text_frame.text


def test_the_targets_of_the_slides_are_the_plan_s(folder, results):
    """The slide of targets writes the same number as the plan for every goal."""
    deck = Presentation(str(folder / "plan.pptx"))
    (slide,) = [slide for slide in deck.slides if slide.name == "targets"]
    rows = {
        row.cells[0].text: [cell.text for cell in row.cells]
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
    }
    goals = goals_of(results, plan_year=YEAR)
    assert len(rows) == len(goals) + 1
    language = "zh" if any("首保" in name for name in rows) else "en"
    (first,) = [row for name, row in rows.items() if name == group_label("target", goals[0].target, language)]
    assert f"{results.value(goals[0].planned, YEAR):,.0f}" in first
