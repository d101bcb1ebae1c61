import re
from xml.etree import ElementTree

import pytest

from csanalysis.catalogue import METRICS, Missing, format_value
from csanalysis.chapters import value
from csanalysis.chapters.value import figures as value_figures
from csanalysis.chapters.value import figures_reminders as value_figures_reminders
from csanalysis.display.show import Show
from csanalysis.metrics.results import Results, tidy

YEARS, DAY = ["2024", "2025"], "2025-12-31"
METHODS = ["prediction", "same_interval", "params_interval"]
VERDICTS = ["won_after_all", "taken_up", "same_brand", "stands"]
SOURCES = ["referral_rebate", "recovered_items", "lead_cost_saved", "reminder_effect"]


@pytest.fixture(scope="module")
def results():
    error = {"denominator": 90.0, "low": 5.0, "high": 60.0}
    return Results(
        {
            "value_created": [
                tidy(YEARS, value=[900.0, 1500.0]),
                tidy(["2025"] * 2, value=[1000.0, 500.0], basis=["counted", "estimate"]),
                tidy(
                    YEARS * 4, value=[300.0, 400.0, 200.0, 600.0, 500.0, 700.0, -100.0, -200.0],
                    value_source=[source for source in SOURCES for _ in YEARS],
                ),
            ],
            "service_due_error_days": [
                tidy(
                    YEARS * 3, value=[12.0, 10.0, 30.0, 28.0, 40.0, 50.0], **error,
                    method=[method for method in METHODS for _ in YEARS],
                ),
                tidy([DAY] * 3, value=[11.0, 29.0, 45.0], method=METHODS),
            ],
            "contacts_to_arrival": tidy(
                ["2025"] * 9, value=[500.0, 60.0, 40.0, 30.0, 20.0, 10.0, 5.0, 3.0, 2.0],
                attempts=[str(n) for n in range(9)],
            ),
            "reminder_arrival_share": [
                tidy(YEARS * 2, value=[0.5, 0.55, 0.4, 0.62], contacted=["yes", "yes", "no", "no"]),
                tidy(["2024/2025"] * 2, value=[0.53, 0.44], contacted=["yes", "no"]),
            ],
            "reminder_proof": tidy(["2024/2025"], value=1.0, basis="matched"),
            "call_order_gain": tidy(
                ["2023/2025"] * 8, value=[90.0, 40.0, 60.0, 50.0, 60.0, 60.0, 60.0, 0.0],
                low=[20.0] * 8, high=[160.0] * 8, share=["20"] * 4 + ["100"] * 4,
                order=["worth", "chance", "random", "lead"] * 2,
            ),
            "leads_defeated": tidy(
                YEARS * 4, value=[3.0, 4.0, 20.0, 25.0, 9.0, 8.0, 90.0, 80.0],
                verdict=[verdict for verdict in VERDICTS for _ in YEARS],
            ),
            "false_defeat_rate": tidy(YEARS, numerator=[23, 29], denominator=[122, 117]),
        }
    )  # fmt: skip


# What draws each figure, the number its title must give and one its alternative text must.
FIGURES = {
    "value_created": (
        ("value_created", "2025", {}),
        ("value_created", "2024", {"value_source": "recovered_items"}),
    ),
    "service_due_error": (
        ("service_due_error_days", DAY, {"method": "prediction"}),
        ("service_due_error_days", "2025", {"method": "params_interval"}),
    ),
    "contacts_to_arrival": (None, ("contacts_to_arrival", "2025", {"attempts": "2"})),
    "reminder_effect": (
        ("reminder_arrival_share", "2024/2025", {"contacted": "no"}),
        ("reminder_arrival_share", "2024", {"contacted": "yes"}),
    ),
    "call_order": (
        ("call_order_gain", "2023/2025", {"share": "20", "order": "worth"}),
        ("call_order_gain", "2023/2025", {"share": "20", "order": "random"}),
    ),
    "lead_verdicts": (("false_defeat_rate", "2025", {}), ("leads_defeated", "2024", {"verdict": "stands"})),
}
both_languages = pytest.mark.parametrize("language", ["zh", "en"])
every_figure = pytest.mark.parametrize("name", FIGURES)


def written(results, language, number):
    metric, period, group = number
    return format_value(results.value(metric, period, **group), METRICS[metric].format, language)


@both_languages
@every_figure
def test_titles_and_alternative_texts_give_the_numbers(results, name, language):
    figure = getattr(Show(value), name)(results, language=language)
    in_title, in_alt = FIGURES[name]
    assert in_title is None or written(results, language, in_title) in figure.title
    assert written(results, language, in_alt) in figure.alt
    ElementTree.fromstring(figure.svg)
    if language == "en":
        assert not re.search(r"[\u4e00-\u9fff]", figure.title + figure.alt + (figure.note or ""))


@both_languages
def test_a_last_year_that_lies_the_other_way_is_not_the_title(results, language):
    # Of 2025 alone more would have come without a call; an effect that is not proven is none in the title.
    title = value_figures_reminders.reminder_effect(results, language=language).title
    assert "53.0%" in title and "55.0%" not in title and "62.0%" not in title
    kept = Results.from_rows(row for row in results if row.metric != "reminder_proof")
    unproven = kept + Results({"reminder_proof": tidy(["2024/2025"], value=0.0, basis="matched")})
    title = value_figures_reminders.reminder_effect(unproven, language=language).title
    assert "%" not in title and ("没有得到证明" if language == "zh" else "no difference proven") in title


def test_three_contacts_and_more_are_in_the_title(results):
    # Of 170 visits with an invitation 70 took three or more.
    assert "41.2%" in value_figures_reminders.contacts_to_arrival(results, language="en").title


@both_languages
@every_figure
def test_without_numbers_the_reader_is_told_what_is_missing(name, language):
    assert isinstance(getattr(Show(value), name)(Results(), language=language), Missing)


def test_one_source_of_one_year_can_be_drawn():
    one = Results(
        {
            "value_created": [
                tidy(["2025"], value=7.0),
                tidy(["2025"], value=7.0, value_source=["referral_rebate"]),
            ]
        }
    )
    assert "7" in value_figures.value_created(one, language="zh").title


def test_no_visit_after_an_invitation_is_no_figure():
    none = Results({"contacts_to_arrival": tidy(["2025"], value=3.0, attempts=["0"])})
    assert isinstance(value_figures_reminders.contacts_to_arrival(none, language="zh"), Missing)


@both_languages
def test_an_order_that_nothing_proves_is_not_drawn(language):
    unproven = Results({"call_gain": tidy(["2023/2025"], denominator=90, purpose=["maintenance"])})
    note = str(Show(value).call_order(unproven, language=language))
    assert METRICS["call_order_gain"].label(language) in note and "contacts" not in note
