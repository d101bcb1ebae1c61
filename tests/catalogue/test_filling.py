"""Numbers of the params in prose: every placeholder means something, and says what the params say."""

import json
import re

import pytest

from csanalysis.catalogue import METRICS, text
from csanalysis.catalogue.entries import described_in
from csanalysis.catalogue.filling import PlaceholderError, current_values, fill, filled_from, values_of
from csanalysis.catalogue.reading import CHAPTERS
from csanalysis.catalogue.texts import _texts
from csanalysis.display.prose import sentence_templates
from csanalysis.report.notebook.cells import notebook_folder

OTHERWISE = {"marginal_months": 3, "churned_months": 9, "permanent_months": 18, "contact_from_months": 2}
ANY_PLACEHOLDER = re.compile(r"\{\w+\.\w+\}")


def markdown_cells():
    """Source of every Markdown cell, by notebook and place."""
    return {
        f"{path.name}[{place}]": "".join(cell["source"])
        for path in sorted(notebook_folder().glob("*.ipynb"))
        for place, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"])
        if cell["cell_type"] == "markdown"
    }


def definitions():
    """Every field of every metric, by chapter, name, field and language."""
    return {
        f"{path.parent.name}: {name}.{field}.{language}": words
        for path in sorted(CHAPTERS.glob("*/metrics.yml"))
        for name, metric in described_in(path)[0].items()
        for field, spoken in metric.texts.items()
        for language, words in spoken.items()
    }


def all_words():
    words = markdown_cells() | definitions()
    for held in (_texts(), sentence_templates()):
        words |= {
            f"{key}.{language}": said for key, spoken in held.items() for language, said in spoken.items()
        }
    return words


def test_every_placeholder_names_a_number_of_the_params():
    wrong = []
    for place, words in all_words().items():
        try:
            wrong += [f"{place}: {left}" for left in ANY_PLACEHOLDER.findall(fill(words))]
        except PlaceholderError as error:
            wrong.append(f"{place}: {error}")
    assert wrong == []


def test_a_notebook_reads_as_words_where_nobody_fills_it_in():
    """JupyterLab shows prose as it stands: what names the params is a passage, which a cell says."""
    assert [place for place, words in markdown_cells().items() if ANY_PLACEHOLDER.search(words)] == []


def test_no_words_say_what_is_the_default():
    """A report says what the store's params say; the defaults stand in the template of the params file."""
    said = re.compile(
        r"默认 ?[\d一二三四五六七八九十]|\d[^.;]{0,20} by default|(two|three|five|six|ten) by\s+default"
    )
    assert [place for place, words in all_words().items() if said.search(words)] == []


def test_a_group_of_stores_has_no_params_of_its_own():
    named = [
        place
        for place, words in (markdown_cells() | definitions()).items()
        if place.startswith("network") and ANY_PLACEHOLDER.search(words)
    ]
    assert named == []


def test_numbers_are_written_as_in_prose(params_of):
    params = params_of(
        lifecycle=OTHERWISE, service_interval={"km": 10000, "months": 12}, value={"holdout_share": 0.125}
    )
    values = values_of(params)
    assert values["lifecycle.marginal_range"] == "3–8"
    assert values["lifecycle.churned_range"] == "9–17"
    assert values["lifecycle.contact_range"] == "2–8"
    assert values["lifecycle.marginal_span"] == "6"
    assert values["service_interval.allowed_months"] == "18" and values["warranty.km"] == "100,000"
    assert values["service_interval.km"] == "10,000"
    assert values["value.holdout_share"] == "12.5%"
    assert (values["value.lead_cost_low"], values["reception.best_high"]) == ("300", "10")
    assert values_of(params_of(lifecycle={"churned_months": 7}))["lifecycle.marginal_range"] == "6"


def test_a_definition_says_what_the_params_say(params_of):
    before = dict(current_values())
    with filled_from(params_of(lifecycle=OTHERWISE)):
        told = METRICS["lifecycle_vehicles"].definition("en")
        note = text("figure.lifecycle.note", "zh")
    assert "under 3" in told and "3–8" in told and "9–17" in told and "18 and more" in told
    assert "9–17个月" in note
    assert current_values() == before


def test_other_braces_are_left_alone():
    assert fill(r"{count} of {lifecycle} at \frac{a}{b.c}") == r"{count} of {lifecycle} at \frac{a}{b.c}"


def test_a_wrong_name_is_told_with_the_nearest():
    with pytest.raises(PlaceholderError, match=r"lifecycle\.marginal_months"):
        fill("after {lifecycle.marginal_month} months")
