"""Oddities are counted; redo each by hand on the small tables below."""

import pandas as pd
import pytest

from csanalysis.metrics.exports.data_warnings import data_warnings

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def counted(clean_table):
    def count(visits=(), sales=(), staff=None, targets=None):
        frame = data_warnings(
            clean_table("service_visits", visits),
            clean_table("vehicle_sales", sales),
            staff=None if staff is None else clean_table("staff", staff),
            targets=None if targets is None else clean_table("sales_targets", targets),
            plan_year=2026,
            as_of=AS_OF,
        )
        assert set(frame["period"]) == {"2025-12-31"}
        return dict(zip(frame["warning"], frame["value"], strict=True))

    return count


def visit(number, vin, day, **more):
    return {"ro_number": number, "vin": vin, "visit_date": day, "service_type": "repair", **more}


def test_each_oddity_by_hand(counted):
    found = counted(
        visits=[
            visit("1", "V1", "2025-03-01", mileage_km=9000, team="一组"),  # before its sale
            visit("2", "V1", "2025-09-01", mileage_km=12000, team="三组"),  # a team nobody has
            visit("3", "V1", "2025-10-01", mileage_km=11000, team="一组"),  # below 12,000
            visit("4", "V2", "2025-10-01", mileage_km=500),  # no team; another vehicle, so not backwards
        ],
        sales=[
            {"vin": "V1", "sale_date": "2025-06-01"},
            {"vin": "V1", "sale_date": "2025-10-05"},  # sold twice
            {"vin": "V2", "sale_date": "2025-08-01"},
            {"vin": "V3", "sale_date": "2025-02-28"},  # no visit is known of its month
        ],
        staff=[{"staff": "甲", "team": "一组"}],
        targets=[{"month": "2026-01-01", "units": 5}, {"month": "2025-12-01", "units": 5}],
    )
    assert found == {
        "visits_before_sale": 1,
        "sold_before_visits": 1,
        "vehicles_sold_twice": 1,
        "mileage_backwards": 1,
        "visits_without_team": 1,
        "teams_not_in_staff": 1,
        "months_without_sales": 7,  # March to May, July, September, November, December
        "plan_months_without_target": 11,
    }


def test_nothing_odd_is_zero_and_unknown_is_not(counted):
    found = counted(
        visits=[visit("1", "V1", "2025-12-20", team="一组")], sales=[{"vin": "V1", "sale_date": "2025-12-01"}]
    )
    assert pd.isna(found.pop("teams_not_in_staff"))
    assert found.pop("plan_months_without_target") == 12
    assert set(found.values()) == {0}


def test_empty_tables_have_no_oddities(counted):
    found = counted()
    assert found["visits_before_sale"] == found["months_without_sales"] == found["mileage_backwards"] == 0


def test_the_day_of_the_sale_and_the_month_of_the_first_visit_are_not_odd(counted):
    found = counted(
        visits=[visit("1", "V1", "2025-03-20"), visit("2", "V2", "2025-03-31")],
        sales=[{"vin": "V1", "sale_date": "2025-03-20"}, {"vin": "V2", "sale_date": "2025-03-01"}],
    )
    assert (found["visits_before_sale"], found["sold_before_visits"]) == (0, 0)
    assert counted(sales=[{"vin": "V1", "sale_date": "2025-03-01"}])["sold_before_visits"] == 0
