"""What the plan asks of first services, the rule's number beside it, and the forecast that months follow."""

from dataclasses import replace

import pandas as pd
import pytest

from csanalysis.chapters.first_service.goals import GOALS, errors_beside, method_of
from csanalysis.chapters.first_service.sentences import about_first_service_target
from csanalysis.metrics.results import Results, tidy

(GOAL,) = GOALS


def results_of(waiting: bool) -> Results:
    used = [float(not waiting), float(waiting)]
    return Results(
        {
            "first_service_target": tidy(["2026"], value=612.0),
            "first_service_planned": tidy(["2026"], value=580.0 if waiting else 612.0),
            "first_service_method": tidy(["2026"] * 2, value=used, method=["return_rate", "lag_kernel"]),
            "first_service_backtest_error": tidy(
                ["2023/2025"] * 2, value=[4.4, 3.2], rule=["return_rate", "lag_kernel"]
            ),
        }
    )


def test_what_the_plan_asks_for_is_its_own_number_where_there_is_one():
    assert method_of(results_of(True), 2026) == "lag_kernel"
    assert GOAL.value(results_of(True), 2026) == 580
    assert method_of(results_of(False), 2026) == "return_rate" == method_of(Results(), 2026)
    assert GOAL.value(results_of(False), 2026) == 612
    frozen_before = Results({"first_service_target": tidy(["2026"], value=612.0)})
    assert GOAL.value(frozen_before, 2026) == 612


def test_the_rule_is_called_what_it_is_and_both_errors_are_told(params_of):
    beside = errors_beside(results_of(True), "en")
    assert (beside["less"], beside["more"]) == ("3.2", "4.4")
    assert GOAL.rule(params_of(), results_of(True), GOAL, "en") == "Mean return rate × sales"
    raised = params_of(first_service={"uplift": 0.03})
    assert "3%" in GOAL.rule(raised, results_of(True), GOAL, "en")


@pytest.mark.parametrize(("language", "words"), [("zh", "分到各月"), ("en", "months follow")])
def test_the_chapter_says_which_forecast_the_months_follow(language, words):
    said = str(about_first_service_target(results_of(True), plan_year=2026, language=language))
    assert words in said and "612" in said and "3.2" in said
    rule = str(about_first_service_target(results_of(False), plan_year=2026, language=language))
    assert "580" not in rule and "4.4" not in rule


def test_without_a_simulation_the_plan_asks_for_what_the_nearer_forecast_gives(params_of):
    """Twelve months of 48.4 make 580.8; raised by a tenth 638.88."""
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    told = results_of(True) + Results({"first_service_forecast": tidy(months, value=48.4)})
    assert GOAL.without_simulation(params_of(), told, GOAL) == 581
    assert GOAL.without_simulation(params_of(first_service={"uplift": 0.1}), told, GOAL) == 639
    assert GOAL.without_simulation(params_of(), results_of(False), GOAL) == 612


def test_the_source_s_rule_is_tested_first_and_the_nearer_forecast_beside_it(params_of):
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    tested = pd.concat(
        tidy([*months, "2025"], numerator=[*[told] * 12, 12 * told], denominator=[*[10.0] * 12, 120.0], rule=rule)
        for rule, told in (("return_rate", 12.0), ("lag_kernel", 10.5))
    )  # fmt: skip
    for waiting, order in ((True, ["return_rate", "lag_kernel"]), (False, ["return_rate"])):
        results = results_of(waiting) + Results({"first_service_backtest": tested})
        rows = replace(GOAL).backtest(params_of(), {}, results, GOAL)
        assert rows["rule"].tolist() == order
    assert rows["value"].tolist() == [144] and rows["numerator"].tolist() == [120]
