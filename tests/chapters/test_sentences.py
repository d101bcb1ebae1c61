import re
from string import Formatter

import numpy as np
import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters.churn import sentences as churn_sentences
from csanalysis.chapters.customer_base import sentences as customer_base_sentences
from csanalysis.chapters.first_service import sentences as first_service_sentences
from csanalysis.display.prose import Prose, SentenceWriter, sentence_templates
from csanalysis.metrics.results import Results, tidy

ABOUT = {
    "return_rate": lambda r, language: first_service_sentences.about_return_rate(r, language=language),
    "cohorts": lambda r, language: first_service_sentences.about_cohorts(r, language=language),
    "target": lambda r, language: first_service_sentences.about_first_service_target(
        r, plan_year=2026, language=language
    ),
    "churn": lambda r, language: churn_sentences.about_churn(r, language=language),
    "churn_target": lambda r, language: churn_sentences.about_churn_target(
        r, plan_year=2026, language=language
    ),
    "ceiling": lambda r, language: churn_sentences.about_ceiling(r, plan_year=2026, language=language),
    "retention": lambda r, language: churn_sentences.about_retention(r, plan_year=2026, language=language),
    "lifecycle": lambda r, language: churn_sentences.about_lifecycle(r, language=language),
    "backtest": lambda r, language: first_service_sentences.about_backtest(
        r, plan_year=2026, language=language
    ),
    "classes": lambda r, language: customer_base_sentences.about_classes(r, language=language),
    "assessed_churn": lambda r, language: customer_base_sentences.about_assessed_churn(r, language=language),
    "receptions": lambda r, language: customer_base_sentences.about_receptions(r, language=language),
}
NUMBERS = {
    "return_rate": ["72.3%", "71.1%", "73.5%"],
    "cohorts": ["70.0%", "67.0–73.0%", "2025", "50.0%"],
    "target": ["666", "541", "72.3%", "61", "50"],
    "churn": ["35.0%", "1,000", "350", "4.0", "33.0%"],
    "churn_target": ["33.0%", "2.0", "35.0%", "30.0%"],
    "ceiling": ["306", "330", "33", "22", "324", "33.0%"],
    "retention": ["65.0%", "48.0%", "¥7,000", "¥14,000"],
    "lifecycle": ["1,400", "900", "300", "200", "600"],
    "backtest": ["4.9", "6.6"],
    "classes": ["40", "2.0%", "1,060", "53.0%", "15", "33.3%"],
    "assessed_churn": ["18.6%", "16.0–21.0%"],
    "receptions": ["10.00", "6.00"],
}


BOTH = [(subject, language) for subject in ABOUT for language in ("zh", "en")]


def test_findings_give_the_numbers_of_the_results(plan_results):
    said = {(subject, language): ABOUT[subject](plan_results, language) for subject, language in BOTH}
    assert [key for key, prose in said.items() if not isinstance(prose, Prose)] == []
    assert [(key, n) for key, prose in said.items() for n in NUMBERS[key[0]] if n not in prose.markdown] == []


def test_no_sentence_is_without_a_number_or_says_none(plan_results):
    wrong = []
    for subject, language in BOTH:
        said = ABOUT[subject](plan_results, language).markdown
        sentences = [sentence for sentence in re.split(r"(?:。|\. |\n)+", said) if sentence.strip()]
        wrong += [(subject, language, each) for each in sentences if not re.search(r"\d", each)]
        plain = said.replace("——", "")
        wrong += [(subject, language, word) for word in ("None", "nan", "—", "{", "}") if word in plain]
    assert wrong == []


def test_without_numbers_it_says_what_is_missing():
    said = {(subject, language): ABOUT[subject](Results(), language) for subject, language in BOTH}
    assert [key for key, missing in said.items() if not isinstance(missing, Missing)] == []


COMPANIONS = {
    "calendar.no_gap",
    "first_service.trade",
    "simulation_electric.how",
    "simulation_electric.none",
    "meeting.nothing",
    "network.none_proven",
    "review.no_alarm",
    "review.nothing",
    "review.run_of_eight",
    "process.apart",
    "process.close",
    "satisfaction.weak_unmoved",
    "simulation.basis_moves",
    "simulation.basis_past",
    "upsell.chance",
    "upsell.confirm_unknown",
    "upsell.confirm_unset",
    "upsell.nothing_odd",
    "upsell.same_order",
    "plan.inferred_all",
    "upsell_effect.mix_flatters",
    "upsell_effect.mix_hides",
    "upsell_effect.mix_reverses",
    "upsell_effect.no_date",
    "value.due_calibrated",
    "value.due_narrow",
    "simulation.no_conflict",
    "simulation.too_short",
    "value.due_wide",
    "value.holdout_none",
    "value.call_order_sure",
    "value.call_order_unsure",
    "value.calls_unknown",
}
"""Clauses that judge the number said just before them, or say that there is none."""


def fields(words):
    """The values that a template names; a span of months from the params may be told by its ends."""
    names = {field for _, field, _, _ in Formatter().parse(words) if field}
    return {"lifecycle" if name.startswith("lifecycle.") else name for name in names}


def test_templates_name_the_same_values_in_both_languages():
    templates = sentence_templates()
    assert [name for name, spoken in templates.items() if set(spoken) != {"zh", "en"}] == []
    assert [name for name, spoken in templates.items() if fields(spoken["zh"]) != fields(spoken["en"])] == []
    numberless = {name for name, spoken in templates.items() if not fields(spoken["zh"])}
    assert numberless == COMPANIONS


def test_a_sentence_with_an_undefined_number_is_left_out():
    tell = SentenceWriter(Results(), "en")
    assert tell.say("churn.average", period="2024", average=None) == ""
    assert tell.say("churn.average", period="2024", average="33.0%") == "The mean over 2024 is 33.0%."


def rates(mean, pooled):
    return Results(
        {
            "first_service_return_rate": tidy(["2025"], value=mean),
            "first_service_return_rate_pooled": tidy(["2025"], value=pooled),
            "first_service_return_rate_average": tidy(["2025/2025"], value=mean),
        }
    )


def test_pooling_is_mentioned_where_it_differs_by_more_than_a_point():
    assert "pooled" in str(first_service_sentences.about_return_rate(rates(0.75, 0.72), language="en"))
    assert "pooled" not in str(first_service_sentences.about_return_rate(rates(0.75, 0.745), language="en"))


@pytest.mark.parametrize(("half", "chance"), [(0.05, False), (0.08, True)], ids=["apart", "overlapping"])
def test_a_rate_that_moved_within_its_intervals_may_be_chance(half, chance):
    values = np.array([0.6, 0.75])
    yearly = tidy(["2024", "2025"], value=values, low=values - half, high=values + half)
    said = str(
        first_service_sentences.about_return_rate(
            Results({"first_service_return_rate": yearly}), language="en"
        )
    )
    assert "15.0 points above 2024" in said and ("may be chance" in said) is chance


def test_fewer_years_than_asked_for_are_mentioned():
    assert "only 1, where 3" in str(
        first_service_sentences.about_return_rate(rates(0.75, 0.75), language="en", years=3)
    )
    assert "only" not in str(
        first_service_sentences.about_return_rate(rates(0.75, 0.75), language="en", years=1)
    )


@pytest.mark.parametrize(
    ("low", "chance"), [(0.33, True), (0.345, False)], ids=["intervals-overlap", "intervals-apart"]
)
def test_a_change_within_the_intervals_may_be_chance(low, chance):
    results = Results(
        {
            "annual_churn_rate": tidy(
                ["2024", "2025"], numerator=[310, 360], denominator=1000, low=[0.28, low], high=[0.34, 0.39]
            )
        }
    )
    assert ("chance" in str(churn_sentences.about_churn(results, language="en"))) == chance


def test_a_target_above_last_year_is_called_loose():
    results = Results(
        {
            "annual_churn_rate": tidy(["2025"], numerator=300, denominator=1000),
            "churn_rate_target": [tidy(["2026"], value=0.33), tidy(["2026"], value=0.33, rule="fixed")],
        }
    )
    assert "does not bind" in str(churn_sentences.about_churn_target(results, plan_year=2026, language="en"))


def test_the_back_test_counts_the_years_kept(plan_results):
    kept = churn_sentences.about_churn_target(
        plan_results, plan_year=2026, rule="not_above_last_year", language="en"
    )
    missed = churn_sentences.about_churn_target(
        plan_results, plan_year=2026, rule="not_above_average", language="en"
    )
    assert "kept in 1 of 1" in str(kept)
    assert "kept in 0 of 1" in str(missed)


def test_months_without_a_target_are_named():
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    values = [50.0] * 10 + [float("nan")] * 2
    results = Results({"first_service_target": tidy([*months, "2026"], value=[*values, float("nan")])})
    said = str(first_service_sentences.about_first_service_target(results, plan_year=2026, language="en"))
    assert "Nov, Dec cannot be told" in said


def test_prose_is_markdown_and_plain_text(plan_results):
    data, _ = ABOUT["churn"](plan_results, "en")._repr_mimebundle_()
    assert "**35.0%**" in data["text/markdown"]
    assert "**" not in data["text/plain"]


def test_a_year_that_is_not_over_says_so():
    months = [f"2025-{month:02d}" for month in range(1, 9)]
    results = Results(
        {
            "first_service_visits": [tidy(months, value=40), tidy(["2025"], value=320)],
            "first_service_target": [
                tidy([f"2026-{month:02d}" for month in range(1, 13)], value=50),
                tidy(["2026"], value=600),
            ],
        }
    )
    said = str(first_service_sentences.about_first_service_target(results, plan_year=2026, language="en"))
    assert "In 2025 (to Aug), 320 came." in said


@pytest.mark.parametrize(
    ("size", "word"), [(1000, "by more than chance"), (400, "may be chance")], ids=["apart", "alike"]
)
def test_teams_are_only_set_apart_where_chance_would_not(size, word):
    """0.16 and 0.20: z = 0.04 / √(0.18 * 0.82 * 2 / n), 2.3 of a thousand each and 1.5 of four hundred."""
    month = ["2025-12"] * 2
    results = Results(
        {
            "assessed_churn_rate": [
                tidy(["2025-12"], value=0.18, low=0.17, high=0.19),
                tidy(month, numerator=[0.16 * size, 0.20 * size], denominator=size, team=["一组", "二组"]),
            ]
        }
    )
    assert word in str(customer_base_sentences.about_assessed_churn(results, language="en"))


@pytest.mark.parametrize(
    ("target", "said"), [(0.33, "should be at most **33.0%**"), (0.3, "gives 33.0%, looser")]
)
def test_a_target_kept_at_last_year_says_so(target, said):
    rates = tidy(["2026", "2026"], value=[target, 0.33], rule=[None, "not_above_average"])
    results = Results({"churn_rate_target": [rates.iloc[:1].drop(columns="rule"), rates.iloc[1:]]})
    prose = churn_sentences.about_churn_target(
        results, plan_year=2026, rule="not_above_average", language="en"
    )
    assert said in str(prose)
