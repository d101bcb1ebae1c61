"""Scenarios with electric vehicles: the params' word, else the store's own vehicles, else the assumption."""

import pandas as pd
import pytest

from csanalysis.chapters.simulation.electric import learn
from csanalysis.chapters.simulation.sentences_electric import about_electric

SCENARIOS = [
    {"name": "more", "ev_share": 0.3},
    {"name": "mine", "ev_share": 0.3, "ev_visits": 0.9, "ev_revenue": 1.5},
    {"name": "half", "sales": -0.5},
]


@pytest.fixture(scope="module")
def store(clean_table, visits_of):
    """Forty cars, ten of them electric, which come half as often as the others and pay a third."""
    sold = [
        {"vin": f"V{n:02d}", "sale_date": "2023-01-05", "model": "ID.4" if n < 10 else "Golf"}
        for n in range(40)
    ]
    dates = {f"V{n:02d}": ["2023-01-20", "2024-02-01"][: 2 if n >= 10 else 1] for n in range(40)}
    visits = visits_of(dates).sort_values("vin", ignore_index=True)
    amount = visits["vin"].map(lambda vin: 100.0 if vin < "V10" else 300.0)
    return {
        "vehicle_sales": clean_table("vehicle_sales", sold),
        "service_visits": visits.assign(total_amount=amount.astype("Float64")),
    }


def without(store):
    """The same store, whose electric cars are petrol ones."""
    return store | {"vehicle_sales": store["vehicle_sales"].assign(model="Golf")}


def test_what_each_scenario_uses(params_of, store):
    params = params_of(scenarios=SCENARIOS)
    known = learn(params, store)
    results = known.results(2026)
    # 10 visits in 2.99 years of 10 cars; others come 1, 1, 0 times in their years of age.
    assert results.value("electric_visits_ratio", "2025-12-31") == pytest.approx(0.5, abs=0.01)
    assert results.value("electric_revenue_ratio", "2025-12-31") == pytest.approx(1 / 3)
    more, mine, half = params.scenarios
    assert known.change(mine).ev_visits == 0.9 and known.change(mine).ev_revenue == 1.5
    assert 0.5 < known.change(more).ev_visits < 0.55 and 1 / 3 <= known.change(more).ev_revenue < 0.35
    assert results.value("electric_visits_ratio", 2026, scenario="more") == known.change(more).ev_visits
    assert known.change(half).ev_share == 0 and known.change(half).sales == -0.5
    assert results.value("electric_visits_ratio", 2026, scenario="half") is None


def test_a_store_without_electric_vehicles_keeps_the_assumption(params_of, store):
    params = params_of(scenarios=SCENARIOS)
    known = learn(params, without(store))
    change = known.change(params.scenarios[0])
    assert (change.ev_visits, change.ev_revenue) == (0.6, 0.6)
    results = known.results(2026)
    assert results.value("electric_vehicles", "2025-12-31") == 0
    assert results.value("electric_visits_ratio", "2025-12-31") is None
    assert results.value("electric_visits_ratio", 2026, scenario="more") == 0.6


@pytest.mark.parametrize(
    ("language", "learned", "none"),
    [("zh", "来厂次数为其", "台账中没有电动车"), ("en", "of their visits", "has no electric vehicle")],
)
def test_the_report_says_which_it_is(params_of, store, language, learned, none):
    params = params_of(scenarios=SCENARIOS)
    seen = str(about_electric(learn(params, store).results(2026), plan_year=2026, language=language))
    assert learned in seen and "0.90" in seen and "more" in seen and none not in seen
    unseen = learn(params, without(store)).results(2026)
    assert none in str(about_electric(unseen, plan_year=2026, language=language))
    few = store["vehicle_sales"].assign(model=["ID.4"] * 3 + ["Golf"] * 37)
    told = str(
        about_electric(
            learn(params, store | {"vehicle_sales": few}).results(2026), plan_year=2026, language=language
        )
    )
    assert none not in told and learned not in told and "3" in told


def test_nothing_is_said_where_nobody_asks(params_of, store):
    quiet = learn(params_of(), without(store)).results(2026)
    assert about_electric(quiet, plan_year=2026, language="en") is None
    empty = {name: table.iloc[:0] for name, table in store.items()}
    told = learn(params_of(scenarios=SCENARIOS), empty)
    assert told.change(params_of(scenarios=SCENARIOS).scenarios[0]).ev_visits == 0.6
    assert pd.isna(told.frames["vehicle_year_visits"]["value"]).all()
