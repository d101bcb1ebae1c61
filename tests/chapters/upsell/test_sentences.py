"""What is said about upsell: findings where there are some, plain words where there are none."""

import re
from datetime import date

import numpy as np
import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters.upsell import sentences as upsell_sentences
from csanalysis.chapters.upsell import sentences_declined as upsell_sentences_declined
from csanalysis.chapters.upsell import sentences_effect as upsell_sentences_effect
from csanalysis.metrics.results import Results, tidy

DAY, SINCE, NAN = "2025-12-31", date(2024, 7, 1), np.nan
ABOUT = {
    "upsell": lambda results, language: upsell_sentences.about_upsell(results, year=2025, language=language),
    "people": lambda results, language: upsell_sentences.about_people(results, year=2025, language=language),
    "declines": lambda results, language: upsell_sentences_declined.about_declines(results, year=2025, language=language),
    "grading": lambda results, language: upsell_sentences.about_grading(results, year=2025, confirm_above=800, language=language),
    "declined work": lambda results, language: upsell_sentences_declined.about_declined_work(results, year=2025, language=language),
    "effect": lambda results, language: upsell_sentences_effect.about_grading_effect(results, graded_since=SINCE, language=language),
    "targets": lambda results, language: upsell_sentences_declined.about_upsell_targets(results, plan_year=2026, language=language),
    "warnings": lambda results, language: upsell_sentences.about_upsell_warnings(results, language=language),
}  # fmt: skip


def effect(crude, same, step, growth=(0.06, 0.40)):
    frame = lambda estimate: tidy([DAY], value=estimate[0], low=estimate[1], high=estimate[2])  # noqa: E731
    return {
        "upsell_success_change": frame(crude),
        "upsell_success_change_standardised": frame(same),
        "upsell_success_step": frame(step),
        "upsell_success_growth": tidy([DAY], numerator=growth[0], denominator=growth[1]),
    }


@pytest.fixture(scope="module")
def results():
    people = {"advisor": ["Li", "Wu", "Xu"]}
    return Results(
        {
            "upsell_success_rate": [
                tidy(["2024", "2025"], numerator=[400, 480], denominator=1000, low=[0.37, 0.45], high=[0.43, 0.51]),
                tidy(["2025"] * 2, numerator=[300, 180], denominator=500, grade=["A", "C"]),
                tidy(["2025"] * 3, numerator=[50, 48, 20], denominator=100, **people),
            ],
            "upsell_amount_success_rate": tidy(["2025"], value=0.5),
            "upsell_visit_rate": tidy(["2025"], value=0.41),
            "upsell_success_standardised": tidy(["2025"] * 3, denominator=100, value=[0.44, 0.52, 0.21], **people),
            "upsell_success_limits": tidy(["2025"] * 3, denominator=100, value=0.4, low=0.3, high=[0.5, 0.5, 0.5], **people),
            "upsell_declines": [
                tidy(["2024", "2025"], value=[600, 520]),
                tidy(["2024", "2025", "2025"], value=[120, 260, 200], decline_reason=["price", "price", "time"]),
            ],
            "upsell_declined_amount": [
                tidy(["2025"], value=99_000),
                tidy(["2025"] * 2, value=[1234, 5678], decline_reason=["price", "time"], grade=["A", "C"]),
            ],
            "upsell_grade_gap": tidy([DAY] * 3, value=[0.2, 0.01, 0.21], low=[0.1, -0.02, 0.1], high=[0.3, 0.04, 0.3], pair=["A-B", "B-C", "A-C"]),
            "upsell_grade_gap_standardised": tidy([DAY], value=0.15, pair=["A-B"]),
            "upsell_grade_a_excess": tidy(["2025"] * 2, value=[0.2, 0.03], low=[0.1, 0.001], high=[0.3, 0.06], technician=["Ma", "Hu"]),
            "upsell_unconfirmed_rate": tidy(["2025"], numerator=15, denominator=60),
            "follow_up_on_time_rate": tidy(["2025"] * 2, value=[0.55, 0.03], grade=["A", "C"]),
            "recovery_rate": tidy(["2025"] * 2, value=[0.3, 0.02], grade=["A", "C"]),
            "upsell_open_items": tidy([DAY], value=77),
            "upsell_open_amount": [tidy([DAY], value=9000), tidy([DAY] * 2, value=[2000, 7000], age_days=["0-30", "366+"])],
            **effect((0.09, 0.07, 0.11), (0.06, 0.04, 0.08), (0.05, 0.01, 0.09)),
            "upsell_success_target": [tidy(["2026"], value=0.5), tidy(["2026"] * 2, value=[0.6, 0.4], grade=["A", "C"])],
            "upsell_point_value": [tidy(["2026"], value=1200), tidy(["2026"] * 2, value=[900, 300], grade=["A", "C"])],
            "upsell_target_value": tidy(["2026"] * 2, value=[0, 1111], grade=["A", "C"]),
            "upsell_warnings": tidy([DAY] * 2, value=[3, 0], warning=["unknown_order", "undated"]),
        }
    )  # fmt: skip


def test_every_paragraph_is_in_the_report_s_language(results):
    said = {
        (about, language): str(ABOUT[about](results, language))
        for about in ABOUT
        for language in ("zh", "en")
    }
    chinese = {key: re.search(r"[\u4e00-\u9fff]", text) is not None for key, text in said.items()}
    assert [key for key, text in said.items() if "{" in text or "None" in text or "nan" in text] == []
    assert [key for key, found in chinese.items() if found != (key[1] == "zh")] == []


def test_without_numbers_the_reader_is_told_what_is_missing():
    said = {about: ABOUT[about](Results(), "en") for about in ABOUT}
    assert str(said.pop("effect")).startswith("**Revenue per visit cannot be judged.**")
    assert [about for about, missing in said.items() if not isinstance(missing, Missing)] == []
    assert [about for about, missing in said.items() if "upsell_items" not in str(missing)] == []


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ("upsell", ["1,000 items were proposed and 480 accepted", "**48.0%**", "8.0 points above 2024"]),
        ("people", ["clearly above it: Wu 52.0%", "Clearly below it: Xu 21.0%", "at the same mix: 1. One is Li (50.0%), who seems ahead of Wu (48.0%)"]),
        ("declines", ["“price”: 260 items, 50.0%", "up 30.0 points", "¥5,678, was lost to “time” at Grade C"]),
        ("grading", ["Grade A is accepted 20.0 points more often", "Grade B and Grade C are 1.0 points apart", "Ma +20.0;", "60 items were quoted above ¥800; 15"]),
        ("declined work", ["55.0% were followed up within 3 days", "¥2,000 of it was declined within a year", "older ¥7,000"]),
        ("effect", ["**Grading raised the success rate.**", "+9.0 points", "unadjusted figure flatters", "15.0%"]),
        ("targets", ["hold 60.0%", "40.0% (36.0% in 2025); reaching it brings ¥1,111"]),
        ("warnings", ["Unknown repair order", ": 3"]),
    ],
)  # fmt: skip
def test_what_is_found_is_said(results, about, words):
    said = str(ABOUT[about](results, "en"))
    for word in words:
        assert word in said


def test_what_may_be_chance_is_not_called_inflation(results):
    assert "Hu" not in str(ABOUT["grading"](results, "en"))


@pytest.mark.parametrize(
    ("crude", "same", "step", "words"),
    [
        ((0.09, 0.05, 0.12), (0.08, 0.04, 0.12), (0.01, -0.05, 0.07), "cannot show that grading did it"),
        ((0.01, -0.02, 0.04), (0.01, -0.02, 0.04), (0.01, -0.05, 0.07), "No effect of grading"),
        ((-0.09, -0.12, -0.05), (-0.08, -0.12, -0.04), (-0.08, -0.12, -0.02), "The success rate fell"),
        ((0.02, 0.01, 0.04), (-0.08, -0.12, -0.04), (-0.08, -0.12, -0.02), "points the wrong way"),
        ((0.02, 0.01, 0.04), (0.08, 0.05, 0.12), (0.08, 0.04, 0.12), "hides part of the change"),
        ((0.09, 0.05, 0.12), (0.08, 0.04, 0.12), (NAN, NAN, NAN), "cannot tell whether grading helped"),
    ],
    ids=["trend", "none", "hurt", "reversed", "hidden", "too short"],
)
def test_an_effect_is_claimed_as_far_as_the_data_go(crude, same, step, words):
    said = upsell_sentences_effect.about_grading_effect(
        Results(effect(crude, same, step)), graded_since=SINCE, language="en"
    )
    assert words in str(said)


def test_without_a_date_there_is_no_before():
    said = upsell_sentences_effect.about_grading_effect(Results(), graded_since=None, language="en")
    assert "date on which grading began" in str(said)


def test_one_advisor_is_compared_with_nobody():
    results = Results({"upsell_success_rate": tidy(["2025"], value=0.5, advisor=["Li"])})
    assert "only one" in str(
        upsell_sentences.about_people(results, year=2025, by=("advisor",), language="en")
    )


def test_nothing_odd_is_said_too():
    results = Results({"upsell_warnings": tidy([DAY], value=0, warning=["undated"])})
    assert "Nothing odd" in str(upsell_sentences.about_upsell_warnings(results, language="en"))


@pytest.mark.parametrize(
    ("scale", "words"), [(1, "No change of its share"), (10, "up 10.0 points")], ids=["overlapping", "apart"]
)
def test_a_reason_s_share_moved_only_where_its_intervals_are_apart(scale, words):
    """30 of 100 after 20: intervals 21.9–39.6% and 13.3–28.9%; of a thousand each they are apart."""
    counts = [
        tidy(["2024", "2025"], value=[100.0 * scale] * 2),
        tidy(["2024", "2025"], value=[20.0 * scale, 30.0 * scale], decline_reason="price"),
    ]
    results = Results({"upsell_declines": counts, "upsell_declined_amount": tidy(["2025"], value=500.0)})
    said = str(upsell_sentences_declined.about_declines(results, year=2025, language="en"))
    assert words in said
