"""The truths of the simulation are in its tables: who is able, what is weak, what helped."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from csanalysis.demo.known import known_at
from csanalysis.demo.plan import AS_OF, Plan
from csanalysis.demo.simulation import simulate
from csanalysis.demo.stores import plans

STORES = ("haibin", "longshan", "riverside")
PLANS = dict(zip(STORES, plans(3, 7), strict=True))


@cache
def tables(store: str) -> dict[str, pd.DataFrame]:
    found = known_at(PLANS[store], simulate(PLANS[store]), AS_OF)
    as_of = pd.Timestamp(AS_OF, unit="D")
    visits = found["service_visits"]
    return {**found, "orders": visits, "service_visits": visits[visits["visit_date"] <= as_of]}


def ablest_and_least(plan: Plan, role: str) -> tuple[str, str]:
    people = sorted(plan.role(role), key=lambda person: person.skill)
    return people[-1].name, people[0].name


def success(items: pd.DataFrame) -> float:
    return float(items["outcome"].eq("accepted").mean())


@pytest.mark.parametrize("store", STORES)
class TestEveryStore:
    def test_only_the_weak_items_lie_below_the_region(self, store: str) -> None:
        responses, bulletin = tables(store)["survey_responses"], tables(store)["survey_benchmarks"]
        oem = responses[responses["source"] == "oem"]
        keys = ["programme", "item_code"]
        scale = oem.groupby(keys)["max_score"].first()
        gap = (oem.groupby(keys)["score"].mean() - bulletin.groupby(keys)["regional_mean"].mean()) / scale
        weak = {
            (programme.name, code)
            for programme in (PLANS[store].service, PLANS[store].sales)
            for code in programme.weak
        }
        assert set(gap.index[gap < -0.02]) == weak
        assert len(weak) == 4

    def test_internal_surveys_flatter(self, store: str) -> None:
        responses = tables(store)["survey_responses"]
        share = responses["score"] / responses["max_score"]
        means = share.groupby(responses["source"]).mean()
        assert 0.005 < means["internal"] - means["oem"] < 0.04

    def test_the_able_advisor_sells_more_and_keeps_to_the_process(self, store: str) -> None:
        able, least = ablest_and_least(PLANS[store], "service_advisor")
        items, checks = tables(store)["upsell_items"], tables(store)["process_checks"]
        assert success(items[items["advisor"] == able]) > success(items[items["advisor"] == least]) + 0.15
        passed = checks.groupby("staff")[["items_passed", "items_checked"]].sum()
        rate = passed["items_passed"] / passed["items_checked"]
        assert rate[able] > rate[least] + 0.05

    def test_churn_and_first_service_are_plausible(self, store: str) -> None:
        visits, sales = tables(store)["service_visits"], tables(store)["vehicle_sales"]
        seen = visits.groupby(visits["visit_date"].dt.year)["vin"].agg(set)
        for year in range(2021, 2026):
            assert 0.22 < 1 - len(seen[year] & seen[year - 1]) / len(seen[year - 1]) < 0.38
        own = sales[sales["self_sold"]]
        first = visits[visits["service_type"].eq("first_service") & visits["vin"].isin(own["vin"])]
        returned = first["visit_date"].dt.year.value_counts()
        sold = own["sale_date"].dt.year.value_counts()
        for year in range(2022, 2026):
            assert 0.6 < returned[year] / sold[year] < 0.85

    def test_size_is_that_of_a_dealership(self, store: str) -> None:
        visits = tables(store)["service_visits"]
        yearly = visits["visit_date"].dt.year.value_counts()
        assert yearly.between(2_000, 5_500).all()
        daily = visits.groupby(["advisor", "visit_date"]).size()
        assert 3 < daily.mean() < 9
        assert daily.max() < 30

    def test_few_visits_precede_the_sale(self, store: str) -> None:
        visits, sales = tables(store)["service_visits"], tables(store)["vehicle_sales"]
        sold = sales.groupby("vin")["sale_date"].min()
        early = visits[visits["visit_date"] < visits["vin"].map(sold)]
        assert early["vin"].nunique() <= 3

    def test_mileage_grows_but_for_a_few_errors(self, store: str) -> None:
        visits = tables(store)["service_visits"].sort_values(["vin", "visit_date"], kind="stable")
        step = visits.groupby("vin")["mileage_km"].diff()
        assert 1 <= (step < 0).sum() <= 5

    def test_vehicles_sold_twice_and_two_orders_on_one_day(self, store: str) -> None:
        sales, visits = tables(store)["vehicle_sales"], tables(store)["service_visits"]
        assert sales["vin"].duplicated().sum() == 4
        assert not sales.duplicated(["vin", "sale_date"]).any()
        assert 5 < visits.duplicated(["vin", "visit_date"]).sum() < 60

    def test_calls_have_every_purpose_and_lead_to_known_orders(self, store: str) -> None:
        calls, visits = tables(store)["contacts"], tables(store)["orders"]
        assert calls["purpose"].nunique() == 8
        linked = calls.dropna(subset=["ro_number"]).merge(visits[["ro_number", "visit_date"]], on="ro_number")
        assert len(linked) == calls["ro_number"].notna().sum() > 2_000
        assert (linked["visit_date"] >= linked["contact_date"].dt.normalize()).all()
        assert linked["reached"].all()

    def test_campaign_revenue_is_that_of_its_visits(self, store: str) -> None:
        campaigns = tables(store)["campaigns"]
        assert len(campaigns) == 48
        assert (campaigns["arrived"] <= campaigns["invited"]).all()
        assert (campaigns["revenue"] > 0).all()

    def test_appointments_are_kept_by_a_visit_and_missed_by_none(self, store: str) -> None:
        book, visits = tables(store)["appointments"].dropna(subset=["vin"]), tables(store)["orders"]
        came = set(zip(visits["vin"], visits["visit_date"], strict=True))
        there = [
            key in came for key in zip(book["vin"], book["appointment_date"].dt.normalize(), strict=True)
        ]
        assert (book["shown"] == there).all()
        assert 0.7 < book["shown"].mean() < 0.85
        assert (book["created_date"] <= book["appointment_date"]).all()

    def test_the_able_advisor_hands_over_in_time(self, store: str) -> None:
        visits = tables(store)["service_visits"].dropna(subset=["promised_date"])
        assert (visits["promised_date"] >= visits["visit_date"]).all()
        in_time = visits["close_date"].le(visits["promised_date"]).groupby(visits["advisor"]).mean()
        able, least = ablest_and_least(PLANS[store], "service_advisor")
        assert 0.9 < in_time[least] < in_time[able] - 0.015

    def test_electric_cars_come_seldom_and_pay_little(self, store: str) -> None:
        sales, visits = tables(store)["vehicle_sales"], tables(store)["service_visits"]
        fuel = visits["vin"].map(sales.drop_duplicates("vin").set_index("vin")["fuel"])
        of = visits[visits["visit_date"].dt.year == 2025].groupby(fuel)
        yearly = of.size() / of["vin"].nunique()
        assert yearly["electric"] < 0.9 * yearly["petrol"]
        assert of["total_amount"].mean()["electric"] < of["total_amount"].mean()["petrol"]

    def test_a_policy_runs_from_its_sale_on(self, store: str) -> None:
        policies, sales = tables(store)["policies"], tables(store)["vehicle_sales"]
        warranty = policies[policies["kind"] == "warranty"].merge(sales.drop_duplicates("vin"), on="vin")
        years = (warranty["end_date"] - warranty["start_date"]).dt.days / 365.25
        assert set(years.round()) == {3, 5}
        assert (warranty["start_date"] == warranty["sale_date"]).mean() > 0.99
        assert policies.loc[policies["kind"] == "insurance", "vin"].duplicated().mean() > 0.2

    def test_telephone_numbers_belong_to_nobody(self, store: str) -> None:
        phones = tables(store)["customers"]["phone"]
        assert phones.str.match(r"12\d{9}$|555-01\d{5}$").all()


@pytest.mark.parametrize(
    ("store", "low", "high"), [("haibin", 0.05, 0.2), ("longshan", 0.05, 0.2), ("riverside", -0.04, 0.04)]
)
def test_grading_helps_in_two_stores_and_not_in_the_third(store: str, low: float, high: float) -> None:
    items = tables(store)["upsell_items"]
    after = items["proposed_date"] >= pd.Timestamp(PLANS[store].graded_since)
    change = [
        success(items[after & items["item"].eq(item.name)])
        - success(items[~after & items["item"].eq(item.name)])
        for item in PLANS[store].upsell
    ]
    assert low < float(np.mean(change)) < high


def test_more_easy_items_hide_half_of_what_grading_did() -> None:
    items = tables("longshan")["upsell_items"]
    after = items["proposed_date"] >= pd.Timestamp(PLANS["longshan"].graded_since)
    crude = success(items[after]) - success(items[~after])
    by_grade = [
        success(items[after & items["grade"].eq(grade)]) - success(items[~after & items["grade"].eq(grade)])
        for grade in "ABC"
    ]
    assert crude < 0.75 * float(np.mean(by_grade))


def test_calls_bring_more_first_services() -> None:
    visits, sales = tables("haibin")["service_visits"], tables("haibin")["vehicle_sales"]
    came = sales["vin"].isin(visits.loc[visits["service_type"] == "first_service", "vin"])
    before = sales["sale_date"] < pd.Timestamp("2021-10-01")
    after = (sales["sale_date"] >= pd.Timestamp("2022-01-01")) & (
        sales["sale_date"] < pd.Timestamp("2025-07-01")
    )
    assert came[after].mean() > came[before].mean() + 0.04


@pytest.mark.parametrize(
    ("lost_by", "seen_at", "least", "most"),
    [("haibin", "longshan", 20, 90), ("longshan", "haibin", 20, 90), ("haibin", "riverside", 0, 0)],
    ids=["there", "and back", "not in another group"],
)
def test_cars_move_within_their_group(lost_by: str, seen_at: str, least: int, most: int) -> None:
    days = [tables(store)["orders"].groupby("vin")["visit_date"] for store in (lost_by, seen_at)]
    both = pd.DataFrame({"last": days[0].max(), "first": days[1].min()}).dropna()
    lost = both[both["last"] <= pd.Timestamp(AS_OF, unit="D") - pd.DateOffset(years=1)]
    assert least <= (lost["first"] > lost["last"]).sum() <= most
    assert not set(tables(lost_by)["vehicle_sales"]["vin"]) & set(both.index), "sold by one of them"
