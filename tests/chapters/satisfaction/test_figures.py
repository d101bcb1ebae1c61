"""Figures of surveys and people: drawn in both languages, told to those who cannot see them."""

from xml.etree import ElementTree

import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters import process, satisfaction
from csanalysis.chapters.process import figures as process_figures
from csanalysis.chapters.satisfaction import figures as satisfaction_figures
from csanalysis.chapters.satisfaction import figures_items as satisfaction_figures_items
from csanalysis.metrics.results import Results, tidy

PAY = {
    "rebates": [
        {"programme": "mot", "tiers": [{"min_score": 27, "amount": 1000}, {"min_score": 26, "amount": 400}]}
    ],
    "incentives": [{"role": "service_advisor", "measure": "mot", "bands": [{"min": 0, "amount": 10}]}],
}
NAMES = {"mot": {"i1": "waiting time"}}


@pytest.fixture(scope="module")
def results(params_of, survey_tables):
    params, frames = params_of(satisfaction=PAY), survey_tables()
    return satisfaction.measure(params, frames) + process.measure(params, frames)


def drawn(results, language):
    return {
        "programme_scores": satisfaction_figures.programme_scores(results, language=language),
        "gap_and_importance": satisfaction_figures_items.gap_and_importance(
            results, 2025, language=language, names=NAMES
        ),
        "score_tiers": satisfaction_figures.score_tiers(results, plan_year=2026, language=language),
        "compliance_by_person": process_figures.compliance_by_person(results, language=language),
        "scores_by_person": process_figures.scores_by_person(results, 2025, language=language),
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_is_an_image_with_a_title_and_its_numbers_in_words(results, language):
    for name, figure in drawn(results, language).items():
        root = ElementTree.fromstring(figure.svg)
        assert root.tag.endswith("svg"), name
        assert list(root.iter("{http://www.w3.org/2000/svg}text")), "words are text"
        for words in (figure.title, figure.alt, figure.note):
            assert words and "{" not in words
        assert any(letter.isdigit() for letter in figure.alt)


def test_titles_say_what_is_seen(results):
    found = drawn(results, "en")
    assert "waiting time" in found["gap_and_importance"].title
    assert "One weak item" in found["gap_and_importance"].title
    assert "below the region" in found["programme_scores"].title
    assert "90.0%" in found["compliance_by_person"].title
    assert "80.0%" in found["compliance_by_person"].title


def test_no_weak_item_no_name(results):
    kept = Results.from_rows(row for row in results if row.metric != "weak_item")
    weak = tidy(["2025"] * 3, value=0, programme="mot", item_code=["i1", "i2", "i3"])
    figure = satisfaction_figures_items.gap_and_importance(
        kept + Results({"weak_item": weak}), 2025, language="en", names=NAMES
    )
    assert figure.title == "No item was weak in 2025"


def test_one_month_and_no_rank(params_of, survey_tables):
    frames = survey_tables()
    few = {name: frames[name].head(4) for name in ("survey_responses", "survey_benchmarks")}
    few["survey_benchmarks"]["rank"] = few["survey_benchmarks"]["rank"].mask(lambda ranks: ranks.notna())
    results = satisfaction.measure(params_of(satisfaction=PAY), few)
    assert satisfaction_figures.programme_scores(results, language="en").svg
    assert satisfaction_figures.score_tiers(results, plan_year=2024, language="en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_numbers_each_says_what_is_missing(language):
    assert all(isinstance(figure, Missing) for figure in drawn(Results(), language).values())
