"""Hand-made fleets: each preset of the manufacturers' rules against its definition."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csanalysis.metrics.customers.churn_splits import rolling_churn_rate
from csanalysis.metrics.customers.maker_rules import (
    fleet_of,
    rule_churn_rate,
    rule_retention_rate,
)
from csanalysis.metrics.customers.units import unit_warranty, units
from csanalysis.metrics.periods import months_between
from csanalysis.params.rules import PRESETS, Rule

MONTHS = months_between(pd.Timestamp("2022-01-01"), pd.Timestamp("2024-12-31"))


@pytest.fixture
def fleet(visits_of, clean_table):
    def make(dates, sold=(), months=MONTHS, km=None):
        sales = clean_table("vehicle_sales", [{"vin": vin, "sale_date": day} for vin, day in sold])
        visits = visits_of(dates)
        visits["mileage_km"] = visits["vin"].map(km or {}).astype("Float64")
        numbered = units(visits, sales)
        first = numbered.sales.groupby("unit")["sale_date"].min().reindex(range(len(numbered.names)))
        warranty = unit_warranty(numbered.visits, first, visits=visits, months=36, km=100_000)
        return fleet_of(numbered.visits, first, months=months, warranty=warranty)

    return make


def by_month(rates, month):
    row = rates.set_index("period").loc[month]
    return row["numerator"], row["denominator"]


def test_a_volkswagen_venture_counts_those_of_six_months_ago_not_back(fleet):
    # January 2024: A is back in July (month N), B in August (too late), C never, D twice in January and in March.
    lag = PRESETS["saic_vw"]["months"]
    rates = rule_churn_rate(
        fleet(
            {
                "A": ["2024-01-02", "2024-07-31"],
                "B": ["2024-01-20", "2024-08-01"],
                "C": ["2024-01-31"],
                "D": ["2024-01-05", "2024-01-06", "2024-03-01"],
            }
        ),
        rule="saic_vw",
        lag=lag,
    )
    assert by_month(rates, "2024-07") == (2, 4)
    assert rates["period"].iloc[0] == "2022-07"


def test_thirteen_months(fleet):
    # Of November 2023 A is back in December 2024, the thirteenth month; B was back at once, C is not.
    dates = {"A": ["2023-11-05", "2024-12-31"], "B": ["2023-11-05", "2023-12-01"], "C": ["2023-11-30"]}
    rates = rule_churn_rate(fleet(dates), rule="thirteen_months", lag=PRESETS["thirteen_months"]["months"])
    assert by_month(rates, "2024-12") == (1, 3)


def test_nissan_asks_for_two_visits_in_twelve_months_first_year_and_in_warranty_apart(fleet):
    preset = PRESETS["nissan"]
    sold = [
        ("first", "2023-12-10"),  # 2024 is its first year: came twice
        ("first_once", "2023-12-31"),  # came once
        ("young", "2022-05-01"),  # in warranty till May 2025: came twice
        ("young_away", "2022-01-01"),  # in warranty till 2025-01-01: never came
        ("new", "2024-02-01"),  # sold within the window: not asked yet
        ("old", "2021-12-31"),  # out of warranty on 31 December 2024, not seen in 2023: gone before
    ]
    dates = {
        "first": ["2024-03-01", "2024-09-01"],
        "first_once": ["2024-03-01", "2024-03-01"],  # two orders of one day are one visit
        "young": ["2024-01-01", "2024-12-31"],
        "new": ["2024-04-01", "2024-10-01"],
        "old": ["2022-06-01", "2024-05-01", "2024-06-01"],
        "bought_elsewhere": ["2023-06-01", "2024-01-15", "2024-02-15"],
        "left": ["2023-06-01", "2024-01-15"],
    }
    whole, *apart = rule_retention_rate(
        fleet(dates, sold),
        rule="nissan",
        window=preset["months"],
        min_visits=preset["min_visits"],
        apart=preset["apart"],
    )
    # Kept: first, young, bought_elsewhere; asked as well: first_once, young_away, left.
    assert by_month(whole, "2024-12") == (3, 6)
    found = {frame["life_stage"].iloc[0]: by_month(frame, "2024-12") for frame in apart}
    assert found == {"first_year": (1, 2), "in_warranty": (1, 2), "beyond": (1, 2)}
    assert whole["period"].iloc[0] == "2023-12"  # twice twelve months are needed


def test_a_warranty_ended_by_km_is_over_for_the_rule_too(fleet):
    sold = [("A", "2023-05-01"), ("B", "2023-05-01")]
    dates = {vin: ["2024-03-01", "2024-09-01"] for vin in "AB"}
    rule = {"rule": "nissan", "window": 12, "min_visits": 2, "apart": True}
    whole, *apart = rule_retention_rate(fleet(dates, sold, km={"A": 99_999, "B": 100_000}), **rule)
    # Neither came in 2023: A is asked for because it is in warranty, B is not.
    assert by_month(whole, "2024-12") == (1, 1)
    assert [by_month(frame, "2024-12") for frame in apart] == [(0, 0), (1, 1), (0, 0)]


def test_no_visits_and_too_few_months(fleet):
    empty = rule_churn_rate(fleet({}), rule="x", lag=6)
    assert (empty["denominator"] == 0).all() and empty["value"].isna().all()
    assert rule_churn_rate(fleet({"A": ["2022-01-01"]}, months=MONTHS[:6]), rule="x", lag=6).empty
    assert rule_retention_rate(fleet({}, months=MONTHS[:23]), rule="x", window=12, min_visits=2)[0].empty
    assert rule_churn_rate(fleet({}, months=[]), rule="x", lag=6).empty


DAYS = st.dates(pd.Timestamp("2022-01-01").date(), pd.Timestamp("2024-12-31").date()).map(str)
FLEETS = st.dictionaries(st.sampled_from("ABCDEF"), st.lists(DAYS, max_size=6), max_size=6)


@given(dates=FLEETS, lag=st.integers(1, 13))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_not_back_is_the_rolling_churn_rate(fleet, visits_of, clean_table, dates, lag):
    ours = rule_churn_rate(fleet(dates), rule="x", lag=lag)
    visits = units(visits_of(dates), clean_table("vehicle_sales")).visits
    theirs = rolling_churn_rate(visits, months=MONTHS, lag=lag)
    assert np.array_equal(ours[["numerator", "denominator"]], theirs[["numerator", "denominator"]])


@given(dates=FLEETS, sold=st.lists(st.tuples(st.sampled_from("ABCDEFGH"), DAYS), max_size=8))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stages_add_up_to_the_whole(fleet, dates, sold):
    whole, *apart = rule_retention_rate(fleet(dates, sold), rule="x", window=12, min_visits=2, apart=True)
    for part in ("numerator", "denominator"):
        assert sum(frame[part].to_numpy() for frame in apart).tolist() == whole[part].tolist()


def test_presets_are_rules():
    assert [Rule(preset=name).name for name in PRESETS] == [*PRESETS]
