"""Who is on which list, who calls, by when and why: small tables with one vehicle of each kind."""

import pandas as pd
import pytest

from csanalysis.chapters.customer_base import lists as customer_base_lists
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


def reasons(work_list, params, tables):
    return work_list.reasons(params, tables).set_index("vin")


def test_each_vehicle_is_on_the_lists_of_its_age(params, tables):
    def vins(work_list):
        return set(work_list.on(params, tables)["vin"])

    assert vins(CONTACT_WINDOW) == {"DUE"}, "who is marginal is on the list of those alone"
    assert vins(MARGINAL) == {"MARGINAL", "TOMORROW"} == set(reasons(MARGINAL, params, tables).index)
    assert vins(WIN_BACK) == {"CHURNED"} == set(reasons(WIN_BACK, params, tables).index)
    assert "GONE" not in vins(ALLOCATION)


def test_a_marginal_vehicle_is_called_as_such_and_not_twice(params, tables):
    assert set(reasons(CONTACT_WINDOW, params, tables).index) == {"DUE"}


def test_a_reason_says_by_when_and_why(params, tables):
    due = reasons(CONTACT_WINDOW, params, tables).loc["DUE"]
    assert due["until"] == pd.Timestamp("2026-02-09")  # marginal on 10 February
    assert due["reason"] == "上次进厂已 4 个月，2026年2月10日满 6 个月，进入流失边缘"
    tomorrow = reasons(MARGINAL, params, tables).loc["TOMORROW"]
    assert tomorrow["until"] == pd.Timestamp("2026-01-07")
    assert tomorrow["reason"] == "上次进厂已 11 个月，处于流失边缘；2026年1月1日满 12 个月，计为流失"


def test_service_is_called_for_half_a_month_around_its_day(params, tables):
    rows = reasons(SERVICE_DUE, params, tables)
    assert rows.loc["DUE", "from"] == pd.Timestamp("2026-01-26")
    assert rows.loc["DUE", "until"] == pd.Timestamp("2026-02-25")
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
    rows = reasons(FIRST_SERVICE_INVITATIONS, params, tables)
    assert set(rows.index) == {"NEW", "LATE"}, "not the one that came, sold a year ago, or sold by others"
    assert rows.loc["NEW", "reason"] == "购车 2 个月，尚未首保；首保应在2026年1月15日前后"
    assert rows.loc["NEW", ["from", "until"]].tolist() == [
        pd.Timestamp(2025, 12, 31),
        pd.Timestamp(2026, 1, 30),
    ]
    assert rows.loc["LATE", "reason"] == "购车 6 个月，已过首保周期（3 个月）仍未首保"
    assert rows["duty"].to_dict() == {"NEW": True, "LATE": False}, "a first service with a date is owed"


def test_key_customers_are_those_we_disappointed_of_late(params, tables, clean_table):
    complaints = [
        {"complaint_id": "1", "complaint_date": "2025-11-01", "vin": "DUE", "dealer_fault": True},
        {"complaint_id": "2", "complaint_date": "2025-12-01", "vin": "ACTIVE", "severity": "major"},
        {"complaint_id": "3", "complaint_date": "2023-01-01", "vin": "GONE", "severity": "major"},
        {"complaint_id": "4", "complaint_date": "2025-12-01", "vin": "CHURNED", "severity": "minor"},
    ]
    rows = KEY_CUSTOMERS.reasons(params, {**tables, "complaints": clean_table("complaints", complaints)})
    assert list(rows["vin"]) == ["ACTIVE", "DUE"]
    assert rows["reason"][1] == "我方责任投诉 1 次、最近一次2025年11月1日"
    assert set(rows["until"]) == {pd.Timestamp("2026-01-07")} and "部门经理" in rows["offer"][0]
    assert KEY_CUSTOMERS.reasons(params, tables).empty


@pytest.mark.parametrize(
    ("step", "noted"),
    [
        pytest.param("3", True, id="most are lost at the third maintenance"),
        pytest.param("1", False, id="at the first, for which there are invitations"),
        pytest.param(None, False, id="at none beyond chance"),
    ],
)
def test_who_comes_to_the_hardest_maintenance_is_called_for_that_reason_too(
    params, tables, monkeypatch, step, noted
):
    """The case stays one case of one list; its reason alone says more."""
    due = tables["service_visits"][tables["service_visits"]["vin"] == "DUE"]
    visits = pd.concat([tables["service_visits"], due.assign(vin="DUE2", ro_number="R2")], ignore_index=True)
    tables = {**tables, "service_visits": visits}
    plain = SERVICE_DUE.reasons(params, tables)
    vins = frozenset() if step is None else frozenset(plain["vin"][:1])
    monkeypatch.setattr(customer_base_lists, "before_hardest_step", lambda params, tables: (step, vins))
    told = SERVICE_DUE.reasons(params, tables)
    pd.testing.assert_frame_equal(told.drop(columns="reason"), plain.drop(columns="reason"))
    more = [now.removeprefix(before) for now, before in zip(told["reason"], plain["reason"], strict=True)]
    assert len(more) > 1 and not any(more[1:])
    assert ("第3次保养" in more[0]) == noted and bool(more[0]) == noted
