"""The upsell figures: what they say is what the results hold."""

import re
import warnings
from datetime import date
from xml.etree import ElementTree

import numpy as np
import pytest

from csanalysis.catalogue import METRICS, Missing, format_value
from csanalysis.chapters.upsell import figures as upsell_figures
from csanalysis.chapters.upsell import figures_declined as upsell_figures_declined
from csanalysis.chapters.upsell import figures_effect as upsell_figures_effect
from csanalysis.display.figures.theme import ReportFigure
from csanalysis.metrics.results import Results, tidy

MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
DAY, SINCE = "2025-12-31", date(2025, 1, 1)
STAGES = ["visits", "visits_with_items", "proposed", "accepted", "declined", "followed_up", "recovered"]
LINES = ["observed", "fitted", "without_grading"]

DRAWN = {
    "by grade": (
        lambda results, language: upsell_figures.upsell_by_grade(results, language=language),
        [("upsell_success_rate", "2024", {"grade": "C"})],
    ),
    "funnel": (
        lambda results, language: upsell_figures.upsell_funnel(results, year=2025, language=language),
        [("upsell_funnel", "2025", {"stage": "followed_up"}), ("upsell_funnel_amount", "2025", {"stage": "recovered"})],
    ),
    "people": (
        lambda results, language: upsell_figures.upsell_people(results, "advisor", year=2025, language=language),
        [("upsell_success_standardised", "2025", {"advisor": "Wu"})],
    ),
    "reasons": (
        lambda results, language: upsell_figures_declined.declined_by_reason(results, year=2025, language=language),
        [("upsell_declined_amount", "2025", {"decline_reason": "price", "grade": "A"})],
    ),
    "recovery": (
        lambda results, language: upsell_figures_declined.recovery_curve(results, language=language),
        [("upsell_recovery_curve", DAY, {"grade": "B", "days": "90"})],
    ),
    "on the table": (
        lambda results, language: upsell_figures_declined.on_the_table(results, language=language),
        [],
    ),
    "effect": (
        lambda results, language: upsell_figures_effect.grading_effect(results, language=language),
        [("upsell_success_change", DAY, {}), ("upsell_success_change_standardised", DAY, {"grade": "A"})],
    ),
    "series": (
        lambda results, language: upsell_figures_effect.grading_series(results, graded_since=SINCE, language=language),
        [],
    ),
    "revenue": (
        lambda results, language: upsell_figures_effect.grading_series(results, of="revenue", graded_since=SINCE, language=language),
        [],
    ),
}  # fmt: skip
BOTH = [(name, language) for name in DRAWN for language in ("zh", "en")]


@pytest.fixture(scope="module")
def results() -> Results:
    nan = np.nan
    grades, people = ["A", "B", "C"], ["Li", "Wu"]
    series = np.concatenate([np.linspace(0.4, 0.5, 24)] * 3)
    return Results(
        {
            "upsell_success_rate": [
                tidy(["2024"] * 3 + ["2025"] * 3, numerator=[60, 40, 20, 70, 45, 25], denominator=100, low=0.1, high=0.8, grade=grades * 2),
                tidy(["2025"] * 2, numerator=[60, 20], denominator=[100, 80], low=0.2, high=0.7, advisor=people),
            ],
            "upsell_funnel": tidy(["2025"] * 7, value=[900, 300, 450, 200, 250, 120, 33], stage=STAGES),
            "upsell_funnel_amount": tidy(["2025"] * 5, value=[9e4, 4e4, 5e4, 2e4, 5432], stage=STAGES[2:]),
            "upsell_success_standardised": tidy(["2025"] * 2, numerator=[60, 20], denominator=[100, 80], value=[0.58, 0.31], low=0.2, high=0.7, advisor=people),
            "upsell_success_limits": tidy(["2025"] * 2, denominator=[100, 80], value=0.45, low=[0.3, 0.35], high=[0.6, 0.65], advisor=people),
            "upsell_declined_amount": tidy(["2025"] * 4, value=[800, 4321, 500, 900], decline_reason=["time", "price"] * 2, grade=["A", "A", "B", "B"]),
            "upsell_recovery_curve": tidy([DAY] * 4, value=[0.1, 0.2, 0.05, 0.07], low=[nan, 0.1, 0.02, 0.03], high=[nan, 0.3, 0.09, 0.1], days=["30", "90"] * 2, grade=["A", "A", "B", "B"]),
            "upsell_open_amount": [
                tidy([DAY] * 3, value=[100, 200, 7000], age_days=["0-30", "31-90", "366+"], grade=["A", "C", "C"]),
                tidy([DAY] * 3, value=[100, 200, 7000], age_days=["0-30", "31-90", "366+"]),
            ],
            "upsell_success_change": [tidy([DAY], value=0.08, low=0.05, high=0.11), tidy([DAY] * 3, value=[0.1, 0.05, nan], low=[0, 0, nan], high=[0.2, 0.1, nan], grade=grades)],
            "upsell_success_change_standardised": [tidy([DAY], value=0.06, low=0.03, high=0.09), tidy([DAY], value=0.09, low=0.01, high=0.2, grade=["A"])],
            "upsell_success_series": tidy(MONTHS * 3, value=series, line=np.repeat(LINES, 24)),
            "upsell_success_step": tidy([DAY], value=0.07, low=0.04, high=0.1),
            "revenue_per_visit_series": tidy(MONTHS * 3, value=series * 2000, line=np.repeat(LINES, 24)),
            "revenue_per_visit_step": tidy([DAY], value=5, low=-20, high=30),
        }
    )  # fmt: skip


def drawn(results, name, language) -> ReportFigure:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a glyph that no font has is a warning
        return DRAWN[name][0](results, language)


def test_a_figure_says_its_numbers_in_the_report_s_language(results):
    wrong = []
    for name, language in BOTH:
        figure = drawn(results, name, language)
        for metric, period, group in DRAWN[name][1]:
            said = format_value(results.value(metric, period, **group), METRICS[metric].format, language)
            if said not in figure.alt:
                wrong.append((name, language, metric, said))
        chinese = re.search(r"[\u4e00-\u9fff]", figure.title + (figure.note or "")) is not None
        held = {
            "every blank filled": "{" not in figure.title + figure.alt + (figure.note or ""),
            "its language": chinese == (language == "zh"),
            "XML with something drawn": len(ElementTree.fromstring(figure.svg)) > 0,
            "small": len(figure.svg) < 120 * 1024,
        }
        wrong += [(name, language, what) for what, holds in held.items() if not holds]
    assert wrong == []


def test_without_numbers_the_reader_is_told_what_is_missing():
    missing = {(name, language): DRAWN[name][0](Results(), language) for name, language in BOTH}
    table = {key: "service_visits" if key[0] == "revenue" else "upsell_items" for key in missing}
    assert [key for key, said in missing.items() if not isinstance(said, Missing)] == []
    assert [key for key, said in missing.items() if table[key] not in str(said)] == []


def test_ids_are_all_different(results):
    ids = [drawn(results, name, "en").id for name in DRAWN]
    assert len(ids) == len(set(ids))


def test_only_who_lies_outside_is_named(results):
    assert drawn(results, "people", "en").title == "2025: differ from the store average beyond chance: Wu"


def test_work_long_declined_is_told_and_not_drawn(results):
    figure = drawn(results, "on the table", "en")
    assert "¥300" in figure.title and "¥7,000" in figure.title and "¥7,000" not in figure.alt


def test_nothing_is_drawn_without_a_date_of_grading(results):
    assert isinstance(
        upsell_figures_effect.grading_series(results, graded_since=None, language="en"), Missing
    )


def test_the_title_claims_no_step_that_may_be_chance(results):
    assert "no step can be shown" in drawn(results, "revenue", "en").title
    assert "a step of +7.0 points when grading began" in drawn(results, "series", "en").title
