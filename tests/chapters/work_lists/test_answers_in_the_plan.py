"""Ten answers of each word of the closed vocabulary: what each does to the plan of the next weeks, base and churn."""

import pandas as pd
import pytest

from csanalysis.chapters import churn
from csanalysis.chapters.work_lists.book import Books
from csanalysis.chapters.work_lists.call_plan import call_plan
from csanalysis.schema.call_results import EFFECTS, GONE, REASONS

TEN = range(10)
ASKED = pd.Timestamp("2025-12-15")
AGAIN = {"booked": "2026-01-14", "will_come": "2026-01-14", "came": "2026-01-14", "later": "2026-01-14",
         "other": "2026-01-14", "reached": "2026-01-14", "no_answer": "2026-01-01"}  # fmt: skip
"""The first day on which somebody may be called again: a month after being spoken to, a week after no answer."""
OFF = {
    **dict.fromkeys(("declined", "too_dear", "too_far", "poor_service", "elsewhere"), "refused"),
    **dict.fromkeys(GONE, None),
    "wrong_number": "wrong_number",
    "do_not_call": "do_not_call",
}
"""Who is not called in the quarter and why; None: is on no list any more."""


def vin(result, number):
    return f"{result.upper().replace('_', '')}{number}"


def kind(vins):
    known = {vin(result, number): result for result in [*EFFECTS, "nothing"] for number in TEN}
    return pd.Series([known[each] for each in vins], dtype="str")


@pytest.fixture(scope="module")
def store(clean_table, visits_of):
    """Ten vehicles an answer and ten never asked, all marginal: seen last in March 2025."""
    vins = [vin(result, number) for result in [*EFFECTS, "nothing"] for number in TEN]
    contacts = [
        {"contact_id": f"{result}{number}", "contact_date": ASKED, "purpose": "maintenance", "attempt": 1,
         "vin": vin(result, number), "reached": EFFECTS[result] not in ("wrong_number", "not_reached"),
         "result": result}
        for result in EFFECTS for number in TEN
    ]  # fmt: skip
    return {
        "service_visits": visits_of({each: ["2023-02-10", "2024-03-10", "2025-03-10"] for each in vins}),
        "vehicle_sales": clean_table(
            "vehicle_sales", [{"vin": each, "sale_date": "2023-01-05"} for each in vins]
        ),  # their insurance ends on 5 January: one more reason, which passes soon
        "contacts": clean_table("contacts", contacts),
    }


@pytest.fixture(scope="module")
def plan(params_of, store):
    return call_plan(params_of(calls={"per_day": 500}), store)


def test_the_vocabulary_is_all_here():
    assert {*AGAIN, *OFF} == {*EFFECTS}


def test_whoever_is_gone_is_on_no_list(plan):
    listed = set(kind(plan.cases["vin"]))
    assert listed == {"nothing", *AGAIN, *(result for result, why in OFF.items() if why)}
    assert kind(plan.cases["vin"]).value_counts().eq(10).all(), "a case each"


@pytest.mark.parametrize("result", [result for result, why in OFF.items() if why])
def test_whoever_must_not_be_called_is_not_planned_and_told_why(plan, result):
    rows = plan.cases[(kind(plan.cases["vin"]) == result).to_numpy()]
    assert not rows["planned"].any() and rows["owner"].isna().all()
    assert set(rows["why_not"]) == {OFF[result]}


@pytest.mark.parametrize(("result", "first"), AGAIN.items())
def test_whoever_may_be_called_again_is_called_from_that_day_on(plan, result, first):
    rows = plan.cases[(kind(plan.cases["vin"]) == result).to_numpy()]
    assert rows["planned"].all() and set(rows["why_not"]) == {""}
    assert rows["day"].min() >= pd.Timestamp(first)
    assert set(rows["tries"]) == {0 if EFFECTS[result] in ("booked", "came") else 1}, (
        "booked, or in: the round is over"
    )


def test_a_reason_that_passes_in_the_meantime_leaves_the_others(plan):
    lists = plan.cases.set_index(kind(plan.cases["vin"]).to_numpy())["lists"]
    assert set(lists["nothing"]) == {("insurance_due", "marginal")}
    assert set(lists["later"]) == {("marginal",)} == set(lists["booked"])
    assert all("marginal" in each for each in lists["declined"]), "who is off for all of them keeps them"


def test_whoever_was_never_asked_is_called_first_of_all(plan):
    rows = plan.cases[(kind(plan.cases["vin"]) == "nothing").to_numpy()]
    assert rows["planned"].all() and rows["day"].max() < pd.Timestamp(AGAIN["booked"])


def test_the_sheets_say_the_same(plan, params_of, store):
    """Nobody who is off stands on a caller's sheet; of who must not be called no phone stands anywhere."""
    book = Books(plan, params_of(calls={"per_day": 500}), store).whole()
    called = {result for rows in book.callers.values() for result in kind(rows["vin"])}
    assert called == {"nothing", *AGAIN}
    left = book.looked_up["not_planned"]
    assert set(kind(left["vin"])) == {result for result, why in OFF.items() if why}
    assert set(kind(book.looked_up["to_mend"]["vin"])) >= {"wrong_number"}
    silent = left[(kind(left["vin"]) == "do_not_call").to_numpy()]
    assert len(silent) == 10 and silent[["customer_name", "phone"]].isna().all(axis=None)


def test_base_and_churn_lose_those_alone_who_are_gone(params_of, store):
    told = churn.measure(params_of(), store)
    without = churn.measure(params_of(), {name: rows for name, rows in store.items() if name != "contacts"})
    everyone = 10 * (len(EFFECTS) + 1)
    assert without.value("effective_base", "2025-12-31") == everyone
    assert told.value("effective_base", "2025-12-31") == everyone - 10 * len(GONE)
    assert told.value("annual_churn_rate", 2025) == without.value("annual_churn_rate", 2025)
    said = {row.group["reason"]: row.value for row in told.rows("churn_reasons")}
    assert said == {
        **dict.fromkeys(({*REASONS} - {"car_sold"}) - {"sold_or_moved"}, 10),
        "car_sold": 10,
        "sold_or_moved": 10,
    }
