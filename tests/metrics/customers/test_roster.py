import pandas as pd
import pytest

from csanalysis.metrics.customers.roster import (
    contact_window,
    marginal_vehicles,
    vehicle_roster,
    win_back_vehicles,
)

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def roster(visits_of, clean_table):
    visits = visits_of(
        {
            "D9": ["2022-01-01 T1"],
            "A1": ["2024-01-01 T1", "2025-12-01 T2"],
            "B2": ["2025-08-31 T2"],
            "B1": ["2025-08-31 T1", "2025-05-01 T2"],
            "C1": ["2025-01-01 T1"],
            "C2": ["2024-12-31"],
        }
    )
    visits["advisor"] = [f"adviser{n}" for n in range(len(visits))]
    sales = clean_table("vehicle_sales", [{"vin": "X1", "sale_date": "2020-05-01"}])
    return vehicle_roster(visits, sales, as_of=AS_OF)


def test_one_row_a_vehicle_sold_or_seen(roster):
    assert roster["vin"].tolist() == ["A1", "B1", "B2", "C1", "C2", "D9", "X1"]
    assert roster["visit_class"].tolist() == ["C", "B", "C", "C", "D", "D", "D"]
    assert roster["months_since"].tolist()[:6] == [0, 4, 4, 11, 12, 47]


def test_last_visit_gives_team_and_advisor(roster):
    row = roster.set_index("vin").loc["B1"]
    assert (row["team"], row["advisor"], row["state"]) == ("T1", "adviser4", "active")


def test_a_vehicle_never_seen_has_only_a_class(roster):
    never = roster.set_index("vin").loc["X1"]
    assert never.drop("visit_class").isna().all()


def test_contact_window_by_team_longest_away_first(roster):
    rows = contact_window(roster, from_months=4, to_months=11)
    assert rows["vin"].tolist() == ["C1", "B1", "B2"]


def test_marginal_and_win_back(roster):
    assert marginal_vehicles(roster)["vin"].tolist() == ["C1"]
    assert win_back_vehicles(roster)["vin"].tolist() == ["C2"]


def test_no_rows(clean_table):
    roster = vehicle_roster(clean_table("service_visits"), clean_table("vehicle_sales"), as_of=AS_OF)
    assert roster.empty
    assert contact_window(roster, from_months=4, to_months=11).empty
    assert win_back_vehicles(roster).empty
