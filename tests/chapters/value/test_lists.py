import pandas as pd
import pytest

from csanalysis.chapters.customer_base.lists import SERVICE_DUE
from csanalysis.chapters.value.lists_opportunities import (
    DEFEATED_LEADS,
    INSURANCE_DUE,
    TRADE_IN,
    given_up,
)

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def tables(clean_table):
    """A was sold three years ago and is due for service; B a year ago; two customers stand behind them."""
    visits = [
        ("R1", "A", "2025-07-10", "scheduled_service", 30_000.0, 600.0, "c1"),
        ("R2", "B", "2025-03-01", "first_service", 2_000.0, 200.0, "c2"),
        ("R3", "B", "2025-12-01", "repair", 5_000.0, 300.0, "c2"),
    ]
    names = ("ro_number", "vin", "visit_date", "service_type", "mileage_km", "total_amount", "customer_id")
    sales = [("A", "2022-02-15", "c1"), ("B", "2024-12-20", "c2")]
    leads = [
        ("L1", "defeated", "2025-11-20", None, None, False),
        ("L2", "defeated", "2025-12-20", None, None, True),
        ("L3", "defeated", "2025-12-21", "2025-12-24", None, False),
        ("L4", "won", "2025-12-01", None, "2025-12-24", False),
        ("L5", "defeated", "2024-12-31", None, None, False),
        ("L6", "open", None, None, None, False),
    ]
    lead_names = (
        "lead_id", "status", "defeated_date", "reactivated_date", "won_date", "lost_to_same_brand",
    )  # fmt: skip
    return {
        "service_visits": clean_table(
            "service_visits", [dict(zip(names, row, strict=True)) for row in visits]
        ),
        "vehicle_sales": clean_table(
            "vehicle_sales", [{"vin": v, "sale_date": d, "customer_id": c, "model": "M"} for v, d, c in sales]
        ),
        "customers": clean_table(
            "customers", [{"customer_id": c, "name": f"name {c}", "phone": "1"} for c in ("c1", "c2")]
        ),
        "leads": clean_table(
            "leads",
            [{"created_date": "2024-01-01", **dict(zip(lead_names, row, strict=True))} for row in leads],
        ),
        "staff": clean_table("staff", [{"staff": "甲", "role": "agent"}]),
    }


def test_leads_to_call(params_of, tables):
    rows = DEFEATED_LEADS.reasons(params_of(value={"lead_cost": [300, 400]}), tables)
    assert rows["lead_id"].tolist() == ["L2", "L1"]
    # Bought at another store of the brand: invited around the day its first service is due, worth one.
    assert rows["from"].tolist() == [pd.Timestamp("2026-02-18"), AS_OF]
    assert rows["until"].tolist() == [pd.Timestamp("2026-04-19"), pd.Timestamp("2026-11-20")]
    assert rows["amount"].tolist() == [200, 300]
    assert "同品牌" in rows["reason"][0] and "2025年11月20日" in rows["reason"][1]


def test_without_leads_the_list_is_empty(params_of, tables):
    for empty in ({**tables, "leads": tables["leads"].iloc[:0]}, {}):
        assert DEFEATED_LEADS.reasons(params_of(), empty).empty


def test_leads_lost_to_the_brand_are_on_the_list_and_in_no_move(params_of, tables):
    assert set(given_up(params_of(), tables)["lead_id"]) == {"L1", "L2"}
    assert set(given_up(params_of(), tables, same_brand=False)["lead_id"]) == {"L1"}


def test_cars_to_trade_in(params_of, tables):
    rows = TRADE_IN.reasons(params_of(), tables)
    assert rows[["vin", "amount"]].to_numpy().tolist() == [["A", 300]]
    assert rows["until"].tolist() == [pd.Timestamp("2026-12-31")] and "3年" in rows["reason"][0]
    assert "最近一次来厂是2" in rows["reason"][0]


def test_insurance_to_renew(params_of, tables):
    rows = INSURANCE_DUE.reasons(params_of(), tables)
    # B's ends on 20 December, A's on 15 February: thirty days before, the call begins to make sense.
    assert rows["vin"].tolist() == ["A"]
    assert rows["from"].tolist() == [pd.Timestamp("2026-01-16")]
    assert rows["until"].tolist() == [pd.Timestamp("2026-02-14")]
    assert "2026年2月15日" in rows["offer"][0]


def test_a_renewal_is_called_about_before_the_insurance_ends(params_of, tables):
    sales = tables["vehicle_sales"].assign(sale_date=pd.Timestamp("2024-01-04").as_unit("s"))
    rows = INSURANCE_DUE.reasons(params_of(), {**tables, "vehicle_sales": sales})
    assert set(rows["from"]) == {AS_OF} and set(rows["until"]) == {pd.Timestamp("2026-01-03")}


def test_services_due_by_the_vehicles_own_pace(params_of, tables):
    rows = SERVICE_DUE.reasons(params_of(), tables)
    # A: six months after 10 July. B's was to be expected in September and nobody knows a band.
    assert rows["vin"].tolist() == ["A"] and rows["until"].tolist() == [pd.Timestamp("2026-01-25")]
    assert rows["reason"][0].startswith("上次保养2025年7月10日；按自身每天约")
