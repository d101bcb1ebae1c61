import pandas as pd
import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters import process, satisfaction
from csanalysis.chapters.process.budgets import budget_at
from csanalysis.metrics.results import Results

RULES = {
    "rebates": [{"programme": "mot", "tiers": [{"min_score": 28, "amount": 1000}]}],
    "incentives": [
        {"role": "service_advisor", "measure": "mot", "bands": [{"min": 0, "amount": 10}]},
        {
            "role": "service_advisor",
            "measure": "process_compliance_rate",
            "bands": [{"min": 0.95, "amount": 200}, {"min": 0.9, "amount": 0}, {"min": 0, "amount": -600}],
            "streaks": [
                {"at_least": 0.95, "periods": 4, "amount": 1000},
                {"below": 0.9, "periods": 52, "flag": "another post"},
            ],
        },
        {"role": "technician", "measure": "mot", "bands": [{"min": 0, "amount": 999}]},
    ],
}


@pytest.fixture
def tables(survey_tables):
    return survey_tables()


@pytest.fixture
def results(params_of, tables):
    return process.measure(params_of(satisfaction=RULES), tables)


def test_compliance_of_the_store_and_of_people(results):
    rate = "process_compliance_rate"
    assert results.value(rate, 2025) == pytest.approx(0.9)
    assert results.value(rate, "2025-03", staff="Bob") == pytest.approx(0.8)
    assert results.value(rate, "2025-W03", staff="Ann") == 1
    assert results.value(rate, 2025, process="handover") == pytest.approx(0.9)
    assert results.value(rate, 2025, process="handover", staff="Bob") == pytest.approx(0.8)


def test_amounts_by_week_and_month(results):
    weeks = results.select("staff_incentive", "week", staff="Ann")
    # One check a week but for two weeks of February to March with none between 25 and 4: no streak breaks unseen.
    assert set(weeks["value"].dropna()) == {200, 1200}
    assert set(results.select("staff_incentive", "week", staff="Bob")["value"].dropna()) == {-600}
    assert results.value("staff_incentive", "2025-03", staff="Ann") == 10
    assert results.value("staff_incentive", "2025-03", staff="Ann", measure="mot") == 10


def test_a_rule_for_a_role_that_nobody_checked_pays_nobody(params_of, tables):
    rule = {
        "role": "sales_consultant",
        "measure": "process_compliance_rate",
        "bands": [{"min": 0.9, "amount": 1}],
    }
    staff = pd.concat(
        [tables["staff"], tables["staff"].iloc[:1].assign(staff="Cat", role="sales_consultant")]
    )
    rules = {**RULES, "incentives": [*RULES["incentives"], rule]}
    found = process.measure(params_of(satisfaction=rules), {**tables, "staff": staff})
    assert "Cat" not in set(found.select("staff_incentive", None, "staff")["staff"])
    assert found.value("staff_incentive", "2025-03", staff="Ann") == 10


def test_only_staff_of_the_role_are_paid(results):
    assert set(results.select("staff_incentive", "month", "staff")["staff"]) == {"Ann", "Bob"}


def test_the_budget_now_and_at_target(results):
    now = results.value("incentive_budget", 2026, scenario="last_year")
    paid, deducted = (
        results.value("incentive_budget", 2026, scenario="last_year", part=part)
        for part in ("paid", "deducted")
    )
    assert now == paid + deducted
    rules = results.select("incentive_budget", "year", "role", "measure", scenario="last_year")["value"]
    assert rules.sum() == now
    # At the target of 95 %, everybody gains 5 points: Bob's weeks reach 85 %, still below 90 %.
    assert results.value("incentive_budget", 2026, scenario="target", part="deducted") == deducted


def test_without_tiers_or_items_there_is_no_target_to_reach(params_of, tables):
    del tables["survey_benchmarks"], tables["survey_responses"]
    results = process.measure(params_of(satisfaction=RULES), tables)
    assert results.value(
        "incentive_budget", 2026, scenario="target", role="service_advisor", measure="process_compliance_rate"
    )


def test_no_rules_no_pay(params_of, tables):
    results = process.measure(params_of(), tables)
    assert set(results.names) == {"process_compliance_rate", "process_warnings"}


@pytest.mark.parametrize(
    ("floor", "count"), [(30, 0), (30.5, 1)], ids=["three items of ten points", "above all points"]
)
def test_bands_above_the_most_points_are_told(params_of, tables, floor, count):
    rule = {
        "role": "service_advisor",
        "measure": "mot",
        "bands": [{"min": floor, "amount": 1}, {"min": 0, "amount": 0}],
    }
    results = process.measure(params_of(satisfaction={"incentives": [rule]}), tables)
    assert results.value("process_warnings", "2025-12-31", warning="band_unreachable") == count


@pytest.mark.parametrize("missing", ["process_checks", "survey_responses", "staff", "survey_benchmarks"])
def test_missing_tables_leave_the_rest_whole(params_of, tables, missing):
    del tables[missing]
    results = process.measure(params_of(satisfaction=RULES), tables)
    assert ("process_compliance_rate" in results.names) is (missing != "process_checks")
    assert ("staff_incentive" in results.names) is (missing != "staff")


@pytest.mark.parametrize("rows", [0, 1], ids=["empty", "one row"])
def test_hardly_any_data(params_of, tables, rows):
    results = process.measure(
        params_of(satisfaction=RULES), {name: frame.head(rows) for name, frame in tables.items()}
    )
    assert ("process_compliance_rate" in results.names) is bool(rows)


def test_every_number_is_in_the_catalogue(results):
    assert set(results.names) <= set(METRICS)


def test_the_budget_moves_with_the_scores_asked_for(params_of, tables):
    """Both hold 28 of 30 points a month; asked for 29 everybody gains the point to the second band."""
    bands = [{"min": 29, "amount": 50}, {"min": 0, "amount": 10}]
    rule = {"role": "service_advisor", "measure": "mot", "bands": bands}
    params = params_of(satisfaction={"incentives": [rule]})
    score = satisfaction.score_results(params, tables).value("programme_score", 2025, programme="mot")
    found = process.measure(params, tables)
    now = found.value("incentive_budget", 2026, scenario="last_year")

    def asked(points):
        frames = budget_at(params, tables, {"mot": points}, scenario="plan")
        return Results({"incentive_budget": frames}).value("incentive_budget", 2026, scenario="plan")

    assert asked(score) == now
    assert asked(score - 5) == now  # a target never lowers anybody's score
    assert asked(score + 5) == pytest.approx(5 * now)
    assert asked(None) is None
