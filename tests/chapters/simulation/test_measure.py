"""The chapter: every target that can be simulated has a chance, bad input a clear line, scenarios their own."""

from importlib import import_module

import pandas as pd
import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters import simulation
from csanalysis.chapters.simulation import sentences as simulation_sentences
from csanalysis.chapters.simulation import tables as simulation_tables
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.simulation.run import Change


@pytest.fixture(scope="module")
def store(visits_of, clean_table):
    """Sixty vehicles sold each year, four in five of which come every half year from the third month on."""
    dates, sold = {}, []
    for year in (2021, 2022, 2023, 2024, 2025):
        for number in range(60):
            vin, month = f"V{year}{number:02d}", number % 12 + 1
            sold.append({"vin": vin, "sale_date": f"{year}-{month:02d}-05"})
            if number % 5:
                days = pd.date_range(f"{year}-{month:02d}-20", "2025-12-31", freq="6MS")
                dates[vin] = [str(day.date()) for day in days[: 1 + number % 7]]
    visits = visits_of(dates, total_amount=400.0)
    first = ~visits["vin"].duplicated()
    visits["service_type"] = visits["service_type"].mask(first, "first_service")
    return {"vehicle_sales": clean_table("vehicle_sales", sold), "service_visits": visits}


@pytest.fixture(scope="module")
def targets():
    return Results(
        {
            "first_service_target": tidy(["2026"], value=10.0),
            "first_service_visits": tidy(["2025"], value=48.0),
            "first_service_expected": tidy(months_of(2026), value=[*[4.0] * 11, 6.0]),
            "annual_churn_rate": tidy(["2025"], value=0.2),
            "churn_rate_target": tidy(["2026"], value=0.0),
            "record_accuracy_target": tidy(["2026"], value=0.9),
            "record_accuracy_rate": tidy(
                [f"2025-{month:02d}" for month in range(1, 13)], numerator=19, denominator=20
            ),
            "late_entry_target": tidy(["2026"], value=0.1),
        }
    )


SCENARIOS = [{"name": "half", "sales": -0.5}, {"name": "too much", "first_service": 0.9}]


@pytest.fixture(scope="module")
def made(params_of, store, targets):
    return targets + simulation.measure(params_of(scenarios=SCENARIOS), store, targets, draws=100)


def test_chances_of_what_the_rules_give_of_what_flows_and_of_what_is_resampled(made):
    chance = {
        row["target"]: row["value"] for row in made.select("rule_chance", None, "target").to_dict("records")
    }
    assert chance == {"first_service_target": 1.0, "churn_rate_target": 0.0, "record_accuracy_target": 1.0}
    # No move is proven here: how many targets are met with them is left out.
    assert made.value("plan_targets_met", 2026) is None


def test_the_plan_asks_for_one_number_whose_chance_stands_in_two_places(made):
    """What the target is, is told in one place: its chance is that of the level, its months add up to it."""
    level = made.value("target_level_count", 2026, target="first_service_target", level="target")
    asked = made.value("first_service_planned", 2026)
    assert asked == level and asked >= 48
    chance = made.value("target_chance", 2026, target="first_service_target")
    assert chance == made.value("target_level_chance", 2026, target="first_service_target", level="target")
    months = made.select("first_service_planned", "month")["value"]
    assert months.sum() == asked and months.iloc[-1] > months.iloc[0]
    floor = made.value("target_level_chance", 2026, target="first_service_target", level="floor")
    assert 0.8 <= floor <= 0.95


def test_without_a_simulation_the_plan_asks_for_what_the_rule_gives(made):
    """No month of late entries is known here, so that no year can be drawn of them."""
    assert made.value("late_entry_planned", 2026) == 0.1
    assert made.value("target_chance", 2026, target="late_entry_target") is None


def test_a_scenario_has_its_own_year_and_one_out_of_reach_only_a_line(made):
    base, half = (
        made.value("simulated_new_sales", 2026),
        made.value("simulated_new_sales", 2026, scenario="half"),
    )
    assert half == pytest.approx(base / 2, rel=0.1)
    assert made.value("simulated_visits", 2026, scenario="too much") is None
    assert made.value("scenario_out_of_reach", 2026, scenario="too much", step="first_service") > 1
    said = str(simulation_sentences.about_plan_chance(made, plan_year=2026, language="en"))
    assert "“too much” asks for a First-service return of" in said and "outside 0–100%" in said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_is_in_the_catalogue_and_every_table_shows(made, language):
    assert set(made.names) <= set(METRICS)
    table = simulation_tables.plan_chances(made, plan_year=2026, language=language)
    assert len(table.rows) == 3 and {row.kind for row in table.rows} == {"body"}
    assert len(simulation_tables.simulated_scenarios(made, plan_year=2026, language=language).rows) >= 5
    assert simulation_tables.simulation_backtest(made, language=language).rows


def test_a_history_shorter_than_two_years_gives_a_line_and_no_numbers(params_of, store, targets):
    visits = store["service_visits"]
    short = {**store, "service_visits": visits[visits["visit_date"] >= "2025-03-01"].reset_index(drop=True)}
    results = targets + simulation.measure(params_of(), short, targets)
    assert results.value("simulation_fitted_years", 2026) == 0
    assert results.value("plan_targets_met", 2026) is None
    assert results.value("first_service_planned", 2026) == 10
    said = simulation_sentences.about_plan_chance(results, plan_year=2026, language="en")
    assert "two complete years" in str(said)


def test_empty_tables_give_a_line(params_of, clean_table, targets):
    empty = {name: clean_table(name) for name in ("vehicle_sales", "service_visits")}
    results = simulation.measure(params_of(), empty, targets)
    assert results.value("simulation_fitted_years", 2026) == 0


def test_excluded_job_types_count_as_visits_but_not_as_returns(params_of, store, targets):
    visits = store["service_visits"].copy()
    visits.loc[visits.index[1::2], "service_type"] = "accident"
    other = {**store, "service_visits": visits}
    plain = simulation.measure(params_of(), other, targets, draws=100)
    churn = {"exclude_service_types": ["accident"]}
    without = simulation.measure(params_of(churn=churn), other, targets, draws=100)
    assert without.value("simulated_lapses", 2026) != plain.value("simulated_lapses", 2026)
    visits_ = [results.value("simulated_visits", 2026) for results in (plain, without)]
    assert visits_[0] == pytest.approx(visits_[1], rel=0.15)


def test_proven_moves_move_the_year_and_the_chances_without_them_stand_beside(
    params_of, store, targets, monkeypatch
):
    module = import_module("csanalysis.chapters.simulation.aims")
    change = Change(retention=0.5, first_service=0.05)
    monkeypatch.setattr(module, "change_by_moves", lambda *given: change)
    moved = targets + simulation.measure(params_of(), store, targets, draws=60)
    row = moved.select("plan_targets_met", "year").iloc[0]
    assert row["low"] <= row["value"] <= row["high"] <= row["denominator"] == 3
    with_moves, without = (
        moved.value("target_chance", 2026, target="churn_rate_target", **group)
        for group in ({}, {"measures": "none"})
    )
    assert with_moves >= without
    table = simulation_tables.plan_chances(moved, plan_year=2026, language="en")
    assert [column.label for column in table.columns][2:4] == ["With the moves", "Without them"]
    assert table.rows[-1].kind == "total"
