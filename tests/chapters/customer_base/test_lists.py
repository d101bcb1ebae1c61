"""Who is on which list, who calls, by when and why: small tables with one vehicle of each kind."""

import pandas as pd
import pytest

from csanalysis.chapters import first_service
from csanalysis.chapters.customer_base.lists import (
    ALLOCATION,
    CONTACT_WINDOW,
    MARGINAL,
    SERVICE_DUE,
    WIN_BACK,
)
from csanalysis.chapters.first_service.lists import FIRST_SERVICE_INVITATIONS
from csanalysis.chapters.value.lists_key_customers import KEY_CUSTOMERS
from csanalysis.metrics.results import Results

LAST_VISITS = {
    "ACTIVE": "2025-11-20",
    "DUE": "2025-08-10",  # 4 months ago: in the contact window, service due on 10 February
    "MARGINAL": "2025-05-31",
    "TOMORROW": "2025-01-01",  # counts as churned on 1 January
    "CHURNED": "2024-10-01",
    "GONE": "2023-06-01",
}


@pytest.fixture
def params(params_of):
    return params_of(first_service={"agents": {"何丽": 1, "赵芳": 1}}, language="zh")


@pytest.fixture
def tables(clean_table):
    visits = [
        {
            "ro_number": f"R{place}",
            "vin": vin,
            "visit_date": day,
            "service_type": "scheduled_service",
            "customer_id": f"C-{vin}",
            "team": "一组" if place % 2 else "二组",
            "advisor": "老张" if place % 2 else "已离职",
            "total_amount": 600.0,
        }
        for place, (vin, day) in enumerate(LAST_VISITS.items())
    ]
    sales = [
        {"vin": "NEW", "sale_date": "2025-10-15", "customer_id": "C-NEW", "model": "朗逸"},
        {"vin": "LATE", "sale_date": "2025-06-15", "customer_id": "C-LATE"},
        {"vin": "OLD", "sale_date": "2024-12-01", "customer_id": "C-OLD"},
        {"vin": "DONE", "sale_date": "2025-09-01", "customer_id": "C-DONE"},
        {"vin": "OTHER", "sale_date": "2025-10-15", "self_sold": False},
    ]
    done = {
        "ro_number": "F1",
        "vin": "DONE",
        "visit_date": "2025-12-01",
        "service_type": "first_service",
        "total_amount": 300.0,
    }
    return {
        "service_visits": clean_table("service_visits", [*visits, done]),
        "vehicle_sales": clean_table("vehicle_sales", sales),
        "customers": clean_table("customers", [{"customer_id": "C-DUE", "name": "王某", "phone": "139"}]),
        "staff": clean_table("staff", [{"staff": "老张", "role": "service_advisor", "team": "一组"}]),
    }


def drawn_up(work_list, params, tables):
    return work_list.drawn_up(params, tables, Results())


def test_each_vehicle_is_on_the_lists_of_its_age(params, tables):
    def vins(work_list):
        listed = set(work_list.on(params, tables)["vin"])
        assert listed == set(drawn_up(work_list, params, tables)["vin"])
        return listed

    assert vins(CONTACT_WINDOW) == {"DUE", "MARGINAL", "TOMORROW"}
    assert vins(MARGINAL) == {"MARGINAL", "TOMORROW"}
    assert vins(WIN_BACK) == {"CHURNED"}
    assert "GONE" not in vins(ALLOCATION)


def test_a_row_says_who_calls_by_when_and_why(params, tables):
    rows = drawn_up(CONTACT_WINDOW, params, tables).set_index("vin")
    due, tomorrow = rows.loc["DUE"], rows.loc["TOMORROW"]
    assert (due["customer_name"], due["phone"], due["owner"]) == ("王某", "139", "老张")
    assert due["due_date"] == pd.Timestamp("2026-01-30")  # marginal on 10 February, too far off to wait for
    assert due["reason"] == "上次进厂已 4 个月，2026年2月10日满 6 个月，进入流失边缘"
    assert tomorrow["due_date"] == pd.Timestamp("2026-01-01")
    assert tomorrow["reason"] == "上次进厂已 11 个月，处于流失边缘；2026年1月1日满 12 个月，计为流失"
    assert rows.loc["MARGINAL", "owner"] == "二组", "an advisor who left hands over to the team"
    assert pd.isna(rows.loc["MARGINAL", "phone"])


def test_service_is_due_an_interval_after_the_last_one(params, tables):
    rows = drawn_up(SERVICE_DUE, params, tables).set_index("vin")
    assert rows.loc["DUE", "due_date"] == pd.Timestamp("2026-02-10")
    assert set(rows.index) <= set(LAST_VISITS) | {"DONE"}
    assert "GONE" not in rows.index and "MARGINAL" not in rows.index


def test_a_vehicle_goes_to_the_team_that_asked_for_it(params, tables, clean_table):
    asked = clean_table("team_requests", [{"vin": vin, "team": "一组"} for vin in ("MARGINAL", "GONE")])
    plain = drawn_up(ALLOCATION, params, tables).set_index("vin")
    rows = drawn_up(ALLOCATION, params, {**tables, "team_requests": asked}).set_index("vin")
    assert rows.loc["MARGINAL", "team"] == "一组" and rows.loc["MARGINAL", "reason"] == "班组已申请并获批准"
    assert "班组已申请并获批准" not in plain["reason"].tolist()
    assert set(rows.index) == set(plain.index), "a lost vehicle is given to nobody, asked for or not"


def test_without_a_team_anywhere_nothing_is_allocated(params, tables):
    visits = tables["service_visits"].assign(team=pd.NA)
    alone = {**tables, "service_visits": visits, "staff": tables["staff"].assign(team=pd.NA)}
    assert drawn_up(ALLOCATION, params, alone).empty


def test_invitations_are_the_cars_we_sold_that_still_wait(params, tables):
    results = first_service.measure(params, tables)
    rows = FIRST_SERVICE_INVITATIONS.drawn_up(params, tables, results).set_index("vin")
    assert set(rows.index) == {"NEW", "LATE"}, "not the one that came, sold a year ago, or sold by others"
    assert rows.loc["NEW", "due_date"] == pd.Timestamp("2026-01-15")
    assert rows.loc["NEW", "reason"] == "购车 2 个月，尚未首保；首保应在2026年1月15日前后"
    assert rows.loc["LATE", "due_date"] == pd.Timestamp("2026-01-07")
    assert rows.loc["LATE", "reason"] == "购车 6 个月，已过首保周期（3 个月）仍未首保"
    assert set(rows["owner"]) == {"何丽", "赵芳"}
    assert list(rows["rank"]) == [1, 2]


def test_key_customers_are_those_we_disappointed_of_late(params, tables, clean_table):
    complaints = [
        {"complaint_id": "1", "complaint_date": "2025-11-01", "vin": "DUE", "dealer_fault": True},
        {"complaint_id": "2", "complaint_date": "2025-12-01", "vin": "ACTIVE", "severity": "major"},
        {"complaint_id": "3", "complaint_date": "2023-01-01", "vin": "GONE", "severity": "major"},
        {"complaint_id": "4", "complaint_date": "2025-12-01", "vin": "CHURNED", "severity": "minor"},
    ]
    rows = drawn_up(KEY_CUSTOMERS, params, {**tables, "complaints": clean_table("complaints", complaints)})
    assert list(rows["vin"]) == ["ACTIVE", "DUE"]
    assert rows["reason"][1] == "我方责任投诉 1 次、最近一次2025年11月1日"
    assert set(rows["owner"]) == {"部门经理"} and rows["spent"][1] == 600
    assert drawn_up(KEY_CUSTOMERS, params, tables).empty
