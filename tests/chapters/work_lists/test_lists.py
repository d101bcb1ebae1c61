"""Each list says all of itself, and whoever asks who is on it hears the same."""

import pandas as pd
import pytest

from csanalysis.catalogue.texts import has_text
from csanalysis.chapters import work_lists
from csanalysis.chapters.review.lists import LISTS as OF_THE_REVIEW
from csanalysis.chapters.work_lists import evidence
from csanalysis.chapters.work_lists.measure import called_in
from csanalysis.display.lists.columns import COLUMNS
from csanalysis.display.lists.worklist import known_on
from csanalysis.metrics.results import Results
from csanalysis.metrics.value.holdout import in_holdout
from csanalysis.schema.words import VOCABULARIES
from csanalysis.schema.workbook import RESULT_WORDS

LISTS = (*OF_THE_REVIEW, *work_lists.LISTS)
CALLED_IN = [each for each in LISTS if each.holdout and each.move and each.move.called_in]


def test_every_list_is_declared_whole():
    names = [each.name for each in LISTS]
    assert len(set(names)) == len(names)
    for each in LISTS:
        assert has_text(f"list.{each.name}"), each.name
        assert set(each.columns) <= set(COLUMNS), each.name
        assert each.purpose is None or each.purpose in VOCABULARIES["purpose"], each.name
        for answer in each.answers:
            assert answer in RESULT_WORDS or has_text(f"call_result.{answer}"), each.name
        if each.purpose is not None:
            assert each.answers and each.who is not None and each.reasons is not None, each.name
            assert each.rows is None and not each.columns, each.name


def test_every_move_can_be_named():
    for each in LISTS:
        if each.move is not None:
            assert has_text(f"value.move.{each.name}") and has_text(f"plan.outcome.{each.move.outcome}"), (
                each.name
            )
        if each.move is not None and each.move.serves is not None:
            assert has_text(f"plan.action.{each.name}"), each.name


def test_a_call_that_is_owed_is_never_left_out_for_a_holdout():
    owed = {"declined_items", "declined_c_items", "key_customers", "defeated_leads"}
    assert not owed & {each.name for each in LISTS if each.holdout}


@pytest.fixture(scope="module")
def store(visits_of, clean_table):
    """A hundred and twenty vehicles sold through the years, each last seen in another month."""
    vins = [f"V{number:03d}" for number in range(120)]
    sold = pd.date_range("2021-01-15", periods=120, freq="15D")
    visits, sales = {}, []
    for number, (vin, day) in enumerate(zip(vins, sold, strict=True)):
        sales.append({"vin": vin, "sale_date": f"{day:%Y-%m-%d}"})
        if number % 4:
            seen = [day + pd.Timedelta(days=180 * turn) for turn in range(1, 1 + number % 7)]
            visits[vin] = [f"{when:%Y-%m-%d}" for when in seen if when < pd.Timestamp("2025-12-31")]
    contacts = [
        {"contact_id": f"{vin}{month}", "vin": vin, "contact_date": f"2025-{month:02d}-03", "purpose": purpose,
         "reached": True, "attempt": 1}
        for number, vin in enumerate(vins) for month in (2, 8)
        for purpose in (("maintenance", "win_back", "first_service", "campaign")[number % 4],)
    ]  # fmt: skip
    return {
        "service_visits": visits_of(visits, service_type="scheduled_service"),
        "vehicle_sales": clean_table("vehicle_sales", sales),
        "contacts": clean_table("contacts", contacts),
    }


def test_the_holdout_asks_the_lists_as_they_stood_a_year_before(params_of, store):
    share, day = 0.3, pd.Timestamp("2024-12-31")
    results = work_lists.measure(params_of(value={"holdout_share": share}), store)
    on_them = [(each, set(vins)) for each, vins in called_in(*known_on(params_of(), store, day))]
    on_any = [vin for _, vins in on_them for vin in vins]
    assert len(on_any) == len(set(on_any)), "a vehicle is measured once"
    assert set(on_any) == {vin for each, _ in on_them for vin in each.on(params_of(), store, day)["vin"]}
    for each, vins in on_them:
        if each in CALLED_IN and vins:
            row = results.select("holdout_effect", None, list=each.name).iloc[0]
            kept = in_holdout(pd.Series(sorted(vins)), plan_year=2025, share=share)
            assert row["numerator"] == kept.sum() and row["denominator"] == (~kept).sum(), each.name
    assert sum(bool(vins) for each, vins in on_them if each in CALLED_IN) >= 3


def test_what_is_known_of_a_list_goes_by_the_vehicles_that_are_on_it_alone(params_of, store, monkeypatch):
    asked = {}

    def noted(params, tables, each, vins, known):
        asked[each.name] = set(vins)
        return known

    monkeypatch.setattr(evidence, "_called_in", noted)
    evidence.evidence(params_of(), dict(store))
    assert asked == {each.name: set(vins) for each, vins in called_in(params_of(), store)}
    assert asked["marginal"] and not asked["marginal"] & asked["contact_window"]


def test_on_an_earlier_day_nothing_later_is_known(params_of, store):
    params, day = params_of(), pd.Timestamp("2024-06-30")
    cut = {
        **store,
        "service_visits": store["service_visits"][store["service_visits"]["visit_date"] <= day],
        "vehicle_sales": store["vehicle_sales"][store["vehicle_sales"]["sale_date"] <= day],
    }
    for each in CALLED_IN:
        listed = each.on(params, store, day)
        then = each.on(params_of(as_of="2024-06-30"), cut)
        assert set(listed["vin"]) == set(then["vin"]) != set(each.on(params, store)["vin"]), each.name


def test_a_list_of_no_customers_says_so(params_of):
    with pytest.raises(TypeError, match="rectification is a list of no customers"):
        work_lists.list_named("rectification").on(params_of(), {})
    with pytest.raises(TypeError, match="holdout is made of other lists"):
        work_lists.HOLDOUT.drawn_up(params_of(), {}, Results())
    assert work_lists.list_named("winback") is None
