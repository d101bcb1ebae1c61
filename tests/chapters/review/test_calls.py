import pandas as pd
import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters.review.calls import measure_calls
from csanalysis.chapters.work_lists.call_plan import call_plan
from csanalysis.display.lists.worklist import known_on

DAY = pd.Timestamp("2025-12-31")


@pytest.fixture(scope="module")
def store(visits_of, clean_table):
    """Forty vehicles last seen in July, one agent; in January every second one called, every fourth reached and came."""
    vins = [f"V{number:02d}" for number in range(40)]
    calls = [
        {"contact_id": f"c{place}", "vin": vin, "contact_date": "2026-01-12", "purpose": "maintenance",
         "reached": place % 4 == 0, "attempt": 1, "agent": "甲"}
        for place, vin in enumerate(vins) if place % 2 == 0
    ]  # fmt: skip
    visits = {
        vin: ["2025-01-05", "2025-07-10", *(["2026-01-20"] if place % 4 == 0 else [])]
        for place, vin in enumerate(vins)
    }
    return {
        "service_visits": visits_of(visits, service_type="scheduled_service", total_amount=400.0),
        "vehicle_sales": clean_table("vehicle_sales"),
        "contacts": clean_table("contacts", calls),
        "staff": clean_table("staff", [{"staff": "甲", "role": "agent"}]),
    }


def test_planned_called_reached_came_by_hand(params_of, store):
    params = params_of(as_of="2026-01-31")
    results = measure_calls(params, store, month="2026-01")
    planned = call_plan(*known_on(params, store, DAY)).planned
    planned = planned[planned["day"] <= pd.Timestamp("2026-01-31")]
    assert len(planned) == 40
    told = {
        step: sum(row.value for row in results.rows("review_calls") if row.group["step"] == step)
        for step in ("planned", "called", "reached", "came")
    }
    assert told == {"planned": 40, "called": 20, "reached": 10, "came": 10}
    # Ten came and paid 400 each, after twenty calls.
    assert sum(row.numbers[0] for row in results.rows("review_call_yuan")) == 4000
    assert sum(row.numbers[1] for row in results.rows("review_call_yuan")) == 20
    assert not results.rows("review_calls_gained") and set(results.names) <= set(METRICS)


def test_those_left_alone_stand_against_those_planned(params_of, store):
    params = params_of(as_of="2026-01-31", value={"holdout_share": 0.5})
    cases = call_plan(*known_on(params, store, DAY)).cases
    kept = set(cases.loc[cases["why_not"] == "holdout", "vin"])
    assert 5 < len(kept) < 35
    spoken = store["contacts"][~store["contacts"]["vin"].isin(kept)]
    results = measure_calls(params, {**store, "contacts": spoken}, month="2026-01")
    rows = results.rows("review_calls_gained")
    assert sum(row.numbers[0] for row in rows) == len(kept)
    for row in rows:
        of_list = cases[cases["list"] == row.group["list"]]
        came = of_list["vin"].str[1:].astype(int) % 4 == 0
        left = of_list["why_not"] == "holdout"
        assert row.value == pytest.approx(came[~left].mean() - came[left].mean())


def test_without_contacts_nothing_is_said(params_of, store):
    alone = {name: rows for name, rows in store.items() if name != "contacts"}
    assert len(measure_calls(params_of(as_of="2026-01-31"), alone, month="2026-01")) == 0
