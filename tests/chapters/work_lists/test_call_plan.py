"""One reckoning: who is called, by whom, on which day, and what all others read from it."""

import pandas as pd
import pytest

from csanalysis.chapters import work_lists
from csanalysis.chapters.plan import moves
from csanalysis.chapters.work_lists.call_plan import call_plan
from csanalysis.chapters.work_lists.year import LISTED, year_of_calls
from csanalysis.metrics.contacts.working_days import working_days
from csanalysis.metrics.periods import month_labels
from csanalysis.metrics.results import Results

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture(scope="module")
def store(visits_of, clean_table):
    """A hundred and eighty vehicles sold and seen through the years, three agents, half of whose calls reach."""
    vins = [f"V{number:03d}" for number in range(180)]
    sold = pd.date_range("2021-01-15", periods=180, freq="10D")
    visits, sales = {}, []
    for number, (vin, day) in enumerate(zip(vins, sold, strict=True)):
        sales.append({"vin": vin, "sale_date": f"{day:%Y-%m-%d}", "customer_id": f"K{number}"})
        seen = [day + pd.Timedelta(days=150 * turn) for turn in range(1, 1 + number % 8)]
        visits[vin] = [f"{when:%Y-%m-%d}" for when in seen if when <= AS_OF]
    contacts = [
        {"contact_id": f"{vin}{month}", "vin": vin, "contact_date": f"2025-{month:02d}-03", "purpose": purpose,
         "reached": bool((number + month) % 2), "attempt": 1, "agent": "甲"}
        for number, vin in enumerate(vins) for month in (2, 5, 8)
        for purpose in (("maintenance", "win_back", "first_service", "post_service")[number % 4],)
    ]  # fmt: skip
    complaints = [{"complaint_id": "1", "complaint_date": "2025-11-01", "vin": "V100", "dealer_fault": True}]
    return {
        "service_visits": visits_of(visits, service_type="scheduled_service", total_amount=500.0),
        "vehicle_sales": clean_table("vehicle_sales", sales),
        "contacts": clean_table("contacts", contacts),
        "complaints": clean_table("complaints", complaints),
        "staff": clean_table("staff", [{"staff": name, "role": "agent"} for name in ("甲", "乙")]),
    }


@pytest.fixture(scope="module")
def params(params_of):
    return params_of(calls={"per_day": 1.5})


@pytest.fixture(scope="module")
def plan(params, store):
    return call_plan(params, store)


def test_a_vehicle_is_one_case_with_all_its_reasons(plan):
    assert plan.cases["case"].is_unique and plan.cases["vin"].dropna().is_unique
    several = plan.cases[plan.cases["lists"].map(len) > 1]
    assert len(several)
    for row in several.itertuples():
        assert row.lists[0] == row.list and row.reason.count("；") >= len(row.lists) - 1


def test_nobody_is_above_capacity_or_called_on_a_day_off(plan):
    days = working_days(plan.day, plan.until)
    assert set(plan.planned["day"]) <= set(days) and plan.planned["day"].min() >= pd.Timestamp("2026-01-04")
    load = plan.planned.groupby(["owner", "day"]).size()
    assert load.max() <= 1.5 and set(plan.planned["owner"]) == {"甲", "乙"}
    assert (
        plan.planned["calls"].sum() + plan.reserved.sum()
        <= 3.0 * len(days) + 1e-6 + plan.planned["calls"].max()
    )


def test_duties_come_before_what_is_worth_calling_for(plan):
    first = plan.planned.iloc[0]
    assert (first["vin"], first["list"], bool(first["duty"])) == ("V100", "key_customers", True)
    assert not plan.cases.loc[plan.cases["duty"] & (plan.cases["why_not"] == "capacity"), "planned"].any()


@pytest.mark.parametrize(("day", "owed"), [("2025-07-01", True), ("2025-06-30", False)])
def test_an_apology_is_owed_for_one_service_interval(params, store, clean_table, day, owed):
    complaint = {"complaint_id": "1", "complaint_date": day, "vin": "V100", "dealer_fault": True}
    tables = {**store, "complaints": clean_table("complaints", [complaint])}
    case = call_plan(params, tables).cases.set_index("vin").loc["V100"]
    assert "key_customers" in case["lists"]
    assert bool(case["duty"]) == owed


def test_who_is_not_called_has_a_reason_and_who_is_has_none(plan):
    assert (plan.cases["planned"] == (plan.cases["why_not"] == "")).all()
    assert plan.cases.loc[plan.cases["planned"], ["owner", "day"]].notna().all(axis=None)
    assert plan.cases.loc[~plan.cases["planned"], ["owner", "day"]].isna().all(axis=None)
    assert (plan.cases["why_not"] == "capacity").any(), "one call and a half a day do not reach everybody"


def test_sheets_contact_plan_and_moves_count_the_same_calls(params, store, plan):
    year, results = year_of_calls(params, store), work_lists.measure_calls(params, store)
    sheets = plan.planned.groupby([month_labels(plan.planned["day"]), "purpose"]).size()
    for (month, purpose), rows in sheets.items():
        listed = results.value("cases_planned", month, purpose=purpose, part="listed")
        assert listed == rows, (month, purpose)
    months = results.select("calls_planned", "month")
    assert (months["value"] <= results.select("calls_possible", "month")["value"] + 1e-6).all()
    assert months["value"].sum() == pytest.approx(results.value("calls_planned", 2026))
    by_use = results.select("calls_planned", "year", "use")["value"].sum()
    assert by_use == pytest.approx(results.value("calls_planned", 2026))
    found = moves.measure(params, store, Results())
    worth = plan.planned.groupby("list")["worth"].sum(min_count=1)
    for row in found.rows("move_value"):
        if row.group.get("part") == "quarter":
            assert row.value == pytest.approx(worth[row.group["move"]])
    assert year.rows.loc[year.rows["part"] == LISTED, "cases"].sum() == len(plan.planned)


def test_a_week_is_the_beginning_of_the_quarter(params, store, plan):
    week = call_plan(params, store, weeks=1)
    assert set(week.planned["case"]) == set(
        plan.planned[plan.planned["day"] <= AS_OF + pd.Timedelta(weeks=1)]["case"]
    )
    assert (week.cases.loc[plan.cases["planned"] & ~week.cases["planned"], "why_not"] == "later").all()


def test_more_calls_reach_more_and_no_calls_reach_nobody(params_of, store, plan):
    more = call_plan(params_of(calls={"per_day": 6}), store)
    assert len(more.planned) > len(plan.planned)
    none = call_plan(params_of(calls={"per_day": 0}), store)
    assert none.planned.empty and set(none.cases["why_not"]) <= {"capacity", "later"}


def test_a_case_that_answers_rule_out_is_not_planned(params, store, clean_table, plan):
    vin = (
        plan.planned[~plan.planned["duty"]]["vin"].iloc[0]
        if (~plan.planned["duty"]).any()
        else plan.planned["vin"].iloc[1]
    )
    said = clean_table(
        "contacts",
        [{"contact_id": "x", "vin": vin, "contact_date": "2025-12-20", "purpose": "maintenance", "reached": True,
          "result": "车已卖或已迁走"}],
    )  # fmt: skip
    answered = {**store, "contacts": pd.concat([store["contacts"], said], ignore_index=True)}
    found = call_plan(params, answered)
    assert vin not in set(found.planned["vin"])
    assert set(found.cases.loc[found.cases["vin"] == vin, "why_not"]) <= {"gone"}


def test_the_same_tables_give_the_same_plan(params_of, store, plan):
    again = call_plan(params_of(calls={"per_day": 1.5}), {name: rows.copy() for name, rows in store.items()})
    pd.testing.assert_frame_equal(again.cases, plan.cases)


@pytest.mark.parametrize("rows", [0, 1], ids=["no row", "one row"])
def test_a_store_that_has_just_begun(params, store, rows):
    small = {name: table.iloc[:rows].reset_index(drop=True) for name, table in store.items()}
    found = call_plan(params, small)
    assert found.cases["case"].is_unique
    work_lists.measure_calls(params, small)
