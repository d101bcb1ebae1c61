"""Vehicles that come back or lapse, counted by hand."""

import pandas as pd
import pytest

from csanalysis.metrics.campaigns.campaign_month import campaigns_of_month
from csanalysis.metrics.customers.churn import annual_churn_rate
from csanalysis.metrics.customers.returned import (
    lapsed_and_away,
    lapses_by_carer,
    returned_vehicles,
    vehicles_to_return,
)
from csanalysis.metrics.customers.units import units


@pytest.fixture
def visits(visits_of):
    return visits_of(
        {
            "A": ["2023-03-01 one", "2024-02-10 one", "2024-05-01 one"],  # back in February
            "B": ["2023-11-20 two", "2024-12-05 one"],  # lapsed on 20 November, back in December
            "C": ["2023-06-15 one", "2023-09-15 two"],  # lapsed on 15 September 2024, still away
            "D": ["2024-04-01 two"],  # not seen in 2023
        }
    )


@pytest.fixture
def counted(visits, clean_table):
    return units(visits, clean_table("vehicle_sales")).visits


def test_vehicles_come_back_once_in_the_month_of_their_first_visit(counted):
    found = returned_vehicles(counted, years=[2024], as_of=pd.Timestamp("2024-12-31")).set_index("period")
    assert found["value"][found["value"] > 0].to_dict() == {"2024-02": 1, "2024-12": 1}
    assert len(found) == 12 and set(found["denominator"]) == {3}
    assert vehicles_to_return(counted, years=[2024])["value"].tolist() == [3]


def test_who_has_not_come_back_has_churned(counted):
    found = returned_vehicles(counted, years=[2024], as_of=pd.Timestamp("2024-12-31"))
    churn = annual_churn_rate(counted, years=[2023, 2024])["value"].item()
    assert 1 - found["value"].sum() / 3 == pytest.approx(churn) == pytest.approx(1 / 3)


def test_months_after_the_review_are_left_out(counted):
    assert len(returned_vehicles(counted, years=[2024], as_of=pd.Timestamp("2024-03-31"))) == 3
    assert returned_vehicles(counted, years=[2024], as_of=pd.Timestamp("2023-12-31")).empty


def test_lapses_by_the_team_of_the_last_visit(visits, counted):
    names = visits["team"].take(counted["row"]).reset_index(drop=True)
    found = lapses_by_carer(
        counted, names, by="team", month="2024-11", as_of=pd.Timestamp("2024-11-30")
    ).set_index(["scope", "team"])
    # Last visits of 2023: A with one, B and C with two. B lapsed in November, C in September.
    assert found["denominator"].to_dict() == {
        ("month", "two"): 2, ("month", "one"): 1, ("to_date", "two"): 2, ("to_date", "one"): 1,
    }  # fmt: skip
    assert found.loc[("month", "two"), "numerator"] == 1
    assert found.loc[("to_date", "two"), "numerator"] == 2
    assert found.loc[("to_date", "one"), "numerator"] == 0


def test_the_list_names_who_lapsed_in_the_month_and_is_still_away(visits):
    known = visits[visits["visit_date"] <= "2024-09-30"]
    found = lapsed_and_away(known, as_of=pd.Timestamp("2024-09-30"))
    assert found[["vin", "team"]].to_numpy().tolist() == [["C", "two"]]
    assert found["lapse_date"].item() == pd.Timestamp("2024-09-15")
    december = lapsed_and_away(visits, as_of=pd.Timestamp("2024-11-30"))
    assert december.empty or "B" not in set(december["vin"])  # its last known visit is of December


def test_a_campaign_of_the_month_against_its_kind(clean_table):
    rows = [
        {"campaign_id": f"P{n}", "name": "x", "start_date": f"2024-0{n}-01", "kind": "care", "invited": 100, "arrived": 10 + n}
        for n in (1, 2, 3)
    ] + [
        {"campaign_id": "M", "name": "x", "start_date": "2025-02-20", "end_date": "2025-03-02", "kind": "care", "invited": 50, "arrived": 9},
        {"campaign_id": "N", "name": "x", "start_date": "2025-03-20", "kind": "new", "invited": 10, "arrived": None},
        {"campaign_id": "L", "name": "x", "start_date": "2025-04-01", "kind": "care", "invited": 10, "arrived": 1},
    ]  # fmt: skip
    found = campaigns_of_month(clean_table("campaigns", rows), month="2025-03")
    rate = found["review_campaign_rate"].set_index("campaign_id")
    assert rate.loc["M", "value"] == pytest.approx(9 / 50) and pd.isna(rate.loc["N", "value"])
    expected = found["review_campaign_expected"].set_index("campaign_id")
    assert expected.loc["M", "value"] == pytest.approx(50 * 36 / 300)
    assert expected.loc["M", "low"] < 6 < expected.loc["M", "high"] and pd.isna(expected.loc["N", "value"])
    assert list(rate.index) == ["M", "N"]
