"""Ten answers of each kind: what each does to the next lists, to the base and to churn."""

import pandas as pd
import pytest

from csanalysis.chapters import churn, customer_base
from csanalysis.chapters.answered import call_status, gone
from csanalysis.chapters.churn.tables import reasons_given
from csanalysis.chapters.store_facts import return_chances, roster
from csanalysis.params import Params

DAY = "2025-11-20"
ANSWERS = {
    "sold": "sold_or_moved",
    "moved": "搬迁",
    "scrapped": "报废",
    "silent": "do_not_call",
    "wrong": "空号/错号",
    "refused": "declined",
    "booked": "已预约",
    "vain": "再考虑",
    "missed": "未接通",
    "came": "已到店",
    "nothing": None,
}
GONE = {"sold", "moved", "scrapped"}


@pytest.fixture(scope="module")
def params():
    sources = {"vehicle_sales": {"path": ["s"]}, "service_visits": {"path": ["v"]}}
    return Params.model_validate({"dealership": {"id": "a"}, "plan_year": 2026, "sources": sources})


@pytest.fixture(scope="module")
def store(clean_table, visits_of):
    """Ten vehicles an answer, all marginal: seen in 2023 and 2024, last in March 2025; a call to each in November."""
    vins = [f"{kind.upper()}{number}" for kind in ANSWERS for number in range(10)]
    visits = visits_of({vin: ["2023-02-10 team1", "2024-09-10 team1", "2025-03-10 team1"] for vin in vins})
    contacts = [
        {
            "contact_id": f"C{place}",
            "contact_date": DAY,
            "purpose": "maintenance",
            "vin": f"{kind.upper()}{number}",
            "reached": kind not in ("wrong", "missed"),
            "result": word,
        }
        for place, (kind, word, number) in enumerate(
            (kind, word, number) for kind, word in ANSWERS.items() if word for number in range(10)
        )
    ]
    return {
        "service_visits": visits,
        "vehicle_sales": clean_table(
            "vehicle_sales", [{"vin": vin, "sale_date": "2023-01-05"} for vin in vins]
        ),
        "contacts": clean_table("contacts", contacts),
    }


def by_kind(vins):
    return pd.Series([vin.rstrip("0123456789").lower() for vin in vins]).value_counts().to_dict()


def test_what_each_does_to_the_next_lists(params, store):
    told = call_status(params, store)
    why = told["why"].groupby(told.index.str.rstrip("0123456789").str.lower()).agg(set)
    assert why.to_dict() == {
        "sold": {"gone"},
        "moved": {"gone"},
        "scrapped": {"gone"},
        "silent": {"do_not_call"},
        "wrong": {"wrong_number"},
        "refused": {"refused"},
        "booked": {""},
        "vain": {""},
        "missed": {""},
        "came": {""},
    }
    early = call_status(params.model_copy(update={"as_of": pd.Timestamp("2025-11-26").date()}), store)
    why = early["why"].groupby(early.index.str.rstrip("0123456789").str.lower()).agg(set)
    assert {kind: why[kind] for kind in ("booked", "vain", "missed", "came")} == {
        "booked": {"booked"},
        "vain": {"reached"},
        "missed": {""},
        "came": {"reached"},
    }
    assert set(early.loc[early.index.str.startswith("MISSED"), "tries"]) == {1}


def test_who_is_gone_leaves_the_base_and_the_chances_and_keeps_the_history(params, store):
    without = {name: table for name, table in store.items() if name != "contacts"}
    left = by_kind(gone(params, store).index)
    assert left == dict.fromkeys(GONE, 10)
    assert by_kind(roster(params, store)["vin"]) == {kind: 10 for kind in ANSWERS if kind not in GONE}
    assert len(roster(params, without)) == 110
    assert not set(return_chances(params, store).index) & set(gone(params, store).index)
    now, before = churn.measure(params, store), churn.measure(params, without)
    assert before.value("effective_base", "2025-12-31") == 110
    assert now.value("effective_base", "2025-12-31") == 80
    assert now.value("effective_base", "2025-12-31", team="team1") == 80
    assert now.value("lifecycle_vehicles", "2025-12-31", state="marginal") == 80
    for name in ("annual_churn_rate", "retained_share", "lapsed_vehicles", "retention_bridge"):
        assert now.rows(name) and records(now, name) == records(before, name)
    past = [
        {key: value for key, value in records(each, "lifecycle_vehicles").items() if key[0] < "2025-12-31"}
        for each in (now, before)
    ]
    assert past[0] and past[0] == past[1]
    base = customer_base.measure(params, store)
    (rate,) = (row for row in base.rows("assessed_churn_rate") if row.period == "2025-12" and not row.group)
    assert rate.number("denominator") == 80


def records(results, metric):
    return {
        (row.period, *sorted(row.group.items())): [
            None if number != number else number for number in row.numbers
        ]
        for row in results.rows(metric)
    }


def test_the_reasons_are_counted(params, store):
    told = churn.measure(params, store)
    said = {row.group["reason"]: row.value for row in told.rows("churn_reasons")}
    assert said == {"sold_or_moved": 10, "moved_away": 10, "scrapped": 10}
    quiet = {**store, "contacts": store["contacts"][store["contacts"]["result"] == "已预约"]}
    assert "churn_reasons" not in churn.measure(params, quiet).names


def test_a_visit_after_the_answer_brings_a_vehicle_back(params, store, visits_of):
    back = visits_of({"SOLD3": ["2025-12-01 team1"]}).assign(ro_number="RX")
    visits = pd.concat([store["service_visits"], back], ignore_index=True)
    told = {**store, "service_visits": visits}
    assert "SOLD3" not in gone(params, told).index and not call_status(params, told).loc["SOLD3", "off"]
    assert churn.measure(params, told).value("effective_base", "2025-12-31") == 81


@pytest.mark.parametrize(("language", "words"), [("zh", "车已报废"), ("en", "Scrapped")])
def test_the_reasons_stand_in_a_table_where_any_were_given(params, store, language, words):
    table = reasons_given(churn.measure(params, store), language=language)
    assert f"{words!r}" in str([row.as_json() for row in table.rows])
    without = {name: rows for name, rows in store.items() if name != "contacts"}
    assert reasons_given(churn.measure(params, without), language=language) is None
