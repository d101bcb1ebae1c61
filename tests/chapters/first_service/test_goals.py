"""What the plan asks of first services: the nearer forecast, and the rule's number beside it."""

from dataclasses import replace

import pandas as pd
import pytest

from csanalysis.chapters.first_service.goals import GOALS, method_of, source_beside
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


def test_the_plan_asks_for_what_the_nearer_forecast_gives():
    assert method_of(results_of(True), 2026) == "lag_kernel"
    assert GOAL.value(results_of(True), 2026) == 580
    assert method_of(results_of(False), 2026) == "return_rate" == method_of(Results(), 2026)
    assert GOAL.value(results_of(False), 2026) == 612
    frozen_before = Results({"first_service_target": tidy(["2026"], value=612.0)})
    assert GOAL.value(frozen_before, 2026) == 612


def test_the_source_s_number_stands_beside_it_with_both_errors(params_of):
    beside = source_beside(results_of(True), 2026, "en")
    assert beside["source"] == "612" and (beside["less"], beside["more"]) == ("3.2", "4.4")
    assert GOAL.rule(params_of(), results_of(True), GOAL, "en") == "Waiting times × sales"
    assert GOAL.rule(params_of(), results_of(False), GOAL, "en") == "Mean return rate × sales"
    raised = params_of(first_service={"uplift": 0.03})
    assert GOAL.rule(raised, results_of(True), GOAL, "en") == "Waiting times × sales, +3%"


@pytest.mark.parametrize(("language", "words"), [("zh", "取**580**辆"), ("en", "asks for **580**")])
def test_the_chapter_says_what_the_plan_follows(language, words):
    said = str(about_first_service_target(results_of(True), plan_year=2026, language=language))
    assert words in said and "612" in said
    rule = str(about_first_service_target(results_of(False), plan_year=2026, language=language))
    assert "580" not in rule and "4.4" not in rule


def test_the_rule_in_use_is_tested_first_and_the_source_s_beside_it(params_of):
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    tested = pd.concat(
        tidy([*months, "2025"], numerator=[*[told] * 12, 12 * told], denominator=[*[10.0] * 12, 120.0], rule=rule)
        for rule, told in (("return_rate", 12.0), ("lag_kernel", 10.5))
    )  # fmt: skip
    for waiting, order in ((True, ["lag_kernel", "return_rate"]), (False, ["return_rate"])):
        results = results_of(waiting) + Results({"first_service_backtest": tested})
        rows = replace(GOAL).backtest(params_of(), {}, results, GOAL)
        assert rows["rule"].tolist() == order
    assert rows["value"].tolist() == [144] and rows["numerator"].tolist() == [120]
