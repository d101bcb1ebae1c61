import pandas as pd
import pytest

from csanalysis.chapters.customer_base import lists as customer_base_lists
from csanalysis.chapters.value import lists_opportunities
from csanalysis.chapters.value.lists_holdout import CALL_LISTS, set_apart
from csanalysis.display.lists.columns import COLUMNS, LISTS
from csanalysis.metrics.value.holdout import withheld

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
    rows = lists_opportunities.defeated_leads(params_of(value={"lead_cost": [300, 400]}), tables)
    assert rows["lead_id"].tolist() == ["L2", "L1"]
    # Bought at another store of the brand: invited when its first service is due, worth one.
    assert rows["due_date"].tolist() == [pd.Timestamp("2026-03-20"), pd.Timestamp("2026-01-30")]
    assert rows["worth"].tolist() == [200, 300] and rows["owner"].tolist() == ["甲", "甲"]
    assert "同品牌" in rows["reason"][0] and "2025年11月20日" in rows["reason"][1]


def test_without_leads_the_list_is_empty(params_of, tables):
    rows = lists_opportunities.defeated_leads(params_of(), {**tables, "leads": tables["leads"].iloc[:0]})
    assert rows.empty
    assert lists_opportunities.defeated_leads(params_of(), {}).columns.tolist() == rows.columns.tolist()


def test_cars_to_trade_in(params_of, tables):
    params = params_of()
    roster = customer_base_lists.valued_roster(params, tables)
    rows = lists_opportunities.trade_in(params, tables, roster)
    assert rows[["vin", "customer_name", "owner", "worth"]].to_numpy().tolist() == [
        ["A", "name c1", "甲", 300]
    ]
    assert rows["due_date"].tolist() == [pd.Timestamp("2026-01-31")] and "3年" in rows["reason"][0]
    assert "仍常来" not in rows["reason"][0] and "最近一次来厂是2" in rows["reason"][0]


def test_due_dates_of_a_long_list_are_spread_over_the_year(params_of, tables, clean_table):
    params, vins = params_of(), [f"V{number:02d}" for number in range(24)]
    roster = pd.DataFrame(
        {
            "vin": vins,
            "state": "active",
            "visit_class": "B",
            "last_visit": AS_OF,
            "team": None,
            "advisor": None,
        }
    )
    sales = clean_table("vehicle_sales", [{"vin": vin, "sale_date": "2020-01-01"} for vin in vins])
    rows = lists_opportunities.trade_in(params, {**tables, "vehicle_sales": sales}, roster)
    ends = pd.date_range("2026-01-31", "2026-12-31", freq="ME")
    assert rows["due_date"].value_counts().to_dict() == dict.fromkeys(ends, 2)


def test_insurance_to_renew(params_of, tables):
    params = params_of()
    rows = lists_opportunities.insurance_due(
        params, tables, customer_base_lists.valued_roster(params, tables)
    )
    # B's ends on 20 December, A's on 15 February: thirty days before is the last day to call.
    assert rows["vin"].tolist() == ["A"]
    assert rows["insurance_end"].tolist() == [pd.Timestamp("2026-02-15")]
    assert rows["due_date"].tolist() == [pd.Timestamp("2026-01-16")]
    assert rows["worth"].isna().all() and "事故" not in rows["reason"][0]


@pytest.mark.parametrize(
    ("sold", "due"),
    [("2024-01-01", "2026-01-01"), ("2024-01-04", "2026-01-03"), ("2024-01-20", "2026-01-07")],
    ids=["ends tomorrow", "ends within days", "ends within weeks"],
)
def test_a_renewal_is_called_about_before_the_insurance_ends(params_of, tables, sold, due):
    sales = tables["vehicle_sales"].assign(sale_date=pd.Timestamp(sold).as_unit("s"))
    params, changed = params_of(), {**tables, "vehicle_sales": sales}
    rows = lists_opportunities.insurance_due(
        params, changed, customer_base_lists.valued_roster(params, changed)
    )
    assert set(rows["due_date"]) == {pd.Timestamp(due)}


def test_a_renewal_is_worth_the_accident_repairs_of_a_vehicle_and_year(params_of, tables):
    visits = tables["service_visits"].copy()
    visits.loc[0, "service_type"] = "accident"  # 600 among the two vehicles seen in 2025
    changed = {**tables, "service_visits": visits}
    params = params_of()
    rows = lists_opportunities.insurance_due(
        params, changed, customer_base_lists.valued_roster(params, changed)
    )
    assert rows["worth"].tolist() == [300]
    assert rows["reason"][0].endswith("保险于2026年2月15日到期；价值按每车每年的事故维修产值计")


def test_services_due_by_the_vehicles_own_pace(params_of, tables):
    params = params_of()
    rows = customer_base_lists.service_due(params, tables, customer_base_lists.valued_roster(params, tables))
    # A: six months after 10 July. B's was to be expected in September and nobody knows a band.
    assert rows["vin"].tolist() == ["A"] and rows["due_date"].tolist() == [pd.Timestamp("2026-01-10")]
    assert rows["reason"][0].startswith("上次保养2025年7月10日；按自身每天约")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_list_can_be_written(params_of, tables, language):
    params = params_of(language=language)
    roster = customer_base_lists.valued_roster(params, tables)
    for rows in (
        lists_opportunities.defeated_leads(params, tables),
        lists_opportunities.trade_in(params, tables, roster),
        lists_opportunities.insurance_due(params, tables, roster),
    ):
        assert set(rows.columns) <= set(COLUMNS) and rows["rank"].tolist() == list(range(1, len(rows) + 1))


def lists_of(vins):
    rows = pd.DataFrame({"rank": range(len(vins)), "vin": vins, "phone": "138"})
    return {name: rows.copy() for name in ("service_due", "key_customers", "declined_items", "win_back")}


def test_a_share_of_the_call_lists_is_set_apart():
    vins = [f"V{number:03d}" for number in range(300)]
    lists = lists_of(vins)
    kept = set_apart(lists, share=0.2, plan_year=2026, language="zh")
    drawn = set(pd.Series(vins)[withheld(vins, plan_year=2026, share=0.2)])
    assert 30 < len(drawn) < 90
    assert set(kept["service_due"]["vin"]) == set(kept["win_back"]["vin"]) == set(vins) - drawn
    # Whom we have disappointed, and whose brakes are worn, is called whatever the draw.
    assert len(kept["key_customers"]) == len(kept["declined_items"]) == 300
    assert set(kept["holdout"]["vin"]) == drawn and len(kept["holdout"]) == 2 * len(drawn)
    assert (
        set(kept["holdout"].columns) == {"vin", "listed_in", "reason"}
        and "2026" in kept["holdout"]["reason"][0]
    )


def test_without_a_share_the_lists_are_as_they_were():
    lists = lists_of(["V1"])
    assert set_apart(lists, share=0.0, plan_year=2026, language="zh") == lists
    assert set(CALL_LISTS) <= set(LISTS)
