import copy

import nbformat.v4 as v4
import pytest

from csanalysis.display.figures.theme import canvas, finish_figure
from csanalysis.metrics.results import Results, tidy
from csanalysis.report.contract.places import places_of
from csanalysis.report.contract.shown import chapters_present, promised_outputs, shown_numbers
from csanalysis.report.contract.totals import Total, totals
from csanalysis.report.document.document import document
from csanalysis.report.document.outputs import SVG, TABLE

RESULTS = Results({"annual_churn_rate": tidy(["2025"], numerator=3, denominator=10)})
CELL = {
    "text": "30.0%",
    "metric": "annual_churn_rate",
    "period": "2025",
    "group": {},
    "field": "value",
    "value": 0.3,
}


def table(cell=CELL):
    return {
        TABLE: {
            "id": "churn", "caption": "Churn", "columns": [{"label": "2025", "align": "right"}],
            "rows": [{"kind": "body", "cells": [cell]}],
        }
    }  # fmt: skip


def chapter(source, data=None, metadata=None):
    outputs = [] if data is None else [v4.new_output("execute_result", data=data, metadata=metadata or {})]
    cells = [v4.new_markdown_cell("# Churn"), v4.new_code_cell(source, outputs=outputs)]
    return v4.new_notebook(cells=cells, metadata={"csanalysis": {"chapter": "churn", "language": "en"}})


def set_in(notebook):
    whole = copy.deepcopy(notebook)
    whole.metadata["csanalysis"] |= {"assembled": True, "dealership": "Small"}
    for cell in whole.cells:
        cell.metadata["csanalysis"] = {"chapter": "churn"}
    return document(whole, language="en")


def test_a_whole_chapter_breaks_nothing():
    notebook = chapter("tables.by_period(results)", table())
    page = set_in(notebook)
    assert (
        promised_outputs([notebook])
        == chapters_present(page, [notebook])
        == shown_numbers(page, RESULTS)
        == []
    )


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("tables.by_period(results)", None),
        ("figures.curve(results).with_note('x')", {"text/plain": "nothing"}),
        ("x = 1\nsentences.summary(results)", table()),
    ],
    ids=["no output", "a figure that is only text", "a sentence that is none"],
)
def test_what_a_cell_promises_must_be_there(source, data):
    assert [breach.rule for breach in promised_outputs([chapter(source, data)])] == ["output_missing"]


def test_what_cannot_be_may_say_so_instead():
    assert promised_outputs([chapter("figures.curve(results)", {"text/markdown": "> needs contacts"})]) == []


def test_a_cell_that_failed_is_a_breach():
    notebook = chapter("tables.by_period(results)")
    notebook.cells[1].outputs = [v4.new_output("error", ename="KeyError", evalue="x", traceback=[])]
    assert [breach.rule for breach in promised_outputs([notebook])] == ["failed_cell"]


@pytest.mark.parametrize(
    ("values", "rules"), [([1, 2], []), ([float("nan")] * 2, ["figure_empty"]), (None, ["figure_empty"])]
)
def test_a_figure_must_show_data(values, rules):
    with canvas("en") as (figure, ax):
        if values is not None:
            ax.plot([1, 2], values)
        drawn = finish_figure(figure, id="f", title="Churn", alt="churn")
    data, metadata = drawn._repr_mimebundle_()
    notebook = chapter("figures.churn_by_year(results)", data, metadata)
    assert [breach.rule for breach in promised_outputs([notebook])] == rules


def test_a_chapter_of_a_heading_alone_is_empty():
    notebook = chapter("x = 1")
    assert [breach.where for breach in chapters_present(set_in(notebook), [notebook])] == ["churn"]


@pytest.mark.parametrize(
    "change",
    [
        {"value": 0.31},
        {"value": None},
        {"period": "2024"},
        {"group": {"team": "A"}},
        {"metric": "lapsed_vehicles"},
    ],
    ids=["value", "null", "period", "group", "metric"],
)
def test_a_shown_number_must_be_the_published_one(change):
    page = set_in(chapter("tables.by_period(results)", table({**CELL, **change})))
    (breach,) = shown_numbers(page, RESULTS)
    assert (breach.rule, breach.where) == ("number_differs", "Churn · Churn")


def test_every_text_of_a_page_has_its_place():
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9pt' height='9pt'><text>in the plot</text></svg>"
    about = {"id": "f", "title": "Takeaway", "alt": "alt text", "note": "note below"}
    found = [
        *places_of(set_in(chapter("figures.x(results)", {SVG: svg}, {SVG: about}))),
        *places_of(set_in(chapter("tables.x(results)", table()))),
    ]
    said = {text: where for where, text in found}
    assert said["in the plot"] == said["alt text"] == said["note below"] == "Churn · Takeaway"
    assert said["30.0%"] == "Churn · Churn · 1 · 2025"


MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]


@pytest.mark.parametrize(
    ("year", "months", "rules"),
    [
        (78, range(1, 13), []),
        (79, range(1, 13), ["total_differs"]),
        (float("nan"), range(1, 13), []),
        (79, [float("nan"), *range(2, 13)], []),
    ],
    ids=["adds up", "does not", "no whole", "a part is unknown"],
)
def test_months_make_the_year(year, months, rules):
    results = Results({"lapsed_vehicles": tidy([*MONTHS, "2025"], value=[*months, year])})
    assert [breach.rule for breach in totals(results, checks=[Total("lapsed_vehicles")])] == rules


@pytest.mark.parametrize(
    ("unnamed", "parts", "found"),
    [
        (False, [4, 5], ["9 ≠ 10"]),
        (True, [4, 5], []),
        (True, [5, 6], ["11 ≠ 10"]),
    ],
    ids=["less than the whole", "one vehicle has no team", "more than there are"],
)
def test_parts_make_the_whole(unnamed, parts, found):
    tables = tidy(["2025-12-31"], value=10), tidy(["2025-12-31"] * 2, value=parts, team=["a", "b"])
    check = Total("effective_base", "team", unnamed)
    breaches = totals(Results({"effective_base": [*tables]}), checks=[check])
    assert [breach.what for breach in breaches] == found
    assert {breach.where for breach in breaches} <= {"effective_base 2025-12-31 · team"}
