"""Of whole stores: sheets, plan, contact plan, callers' load, measures and the simulation's input are one reckoning."""

import pandas as pd
import pytest

from csanalysis.chapters import work_lists
from csanalysis.chapters.plan import moves
from csanalysis.chapters.simulation import moved
from csanalysis.chapters.work_lists.book import Books
from csanalysis.chapters.work_lists.call_plan import call_plan
from csanalysis.chapters.work_lists.to_come import UNKNOWN_YET
from csanalysis.chapters.work_lists.year import LISTED, year_of_calls
from csanalysis.ingest import load
from csanalysis.metrics.contacts.working_days import working_days
from csanalysis.metrics.periods import month_labels
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.proof import ESTIMATES
from tests.stores import STORES, params_file

pytestmark = pytest.mark.xdist_group("reconciled")


@pytest.fixture(scope="module", params=STORES)
def store(request, demo, tmp_path_factory):
    """Params and clean tables of one store."""
    return load(params_file(request.param, demo), cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def plan(store):
    return call_plan(store.params, store.tables)


@pytest.fixture(scope="module")
def year(store):
    return year_of_calls(store.params, store.tables)


@pytest.fixture(scope="module")
def sheets(store, plan):
    """All rows of the callers' sheets, with the line of each case."""
    book = Books(plan, store.params, store.tables).whole()
    rows = pd.concat([rows.assign(owner=owner) for owner, rows in book.callers.items()], ignore_index=True)
    lines = book.cases[book.cases["planned"] == 1]
    assert rows["case"].is_unique and set(rows["case"]) == set(lines["case"])
    assert len(book.looked_up["not_planned"]) == (book.cases["planned"] == 0).sum()
    return rows.merge(plan.cases[["case", "list", "calls"]], on="case", validate="1:1")


def by(rows, column, *keys):
    """Sums by some keys, without those of nil, as a plain dict of tuples."""
    sums = rows.groupby(list(keys))[column].sum()
    return {key if isinstance(key, tuple) else (key,): value for key, value in sums.items() if value}


def test_rows_by_month_and_purpose_are_those_of_the_plan_and_of_the_contact_plan(store, plan, year, sheets):
    rows = sheets.assign(month=month_labels(sheets["day"]), purpose=sheets["purpose_key"], cases=1.0)
    keys = ("month", "purpose")
    listed = year.rows[year.rows["part"] == LISTED]
    assert by(rows, "cases", *keys) == by(listed, "cases", *keys)
    assert by(rows, "calls", *keys) == pytest.approx(by(listed, "calls", *keys), abs=3)  # whole calls there
    told = work_lists.measure_calls(store.params, store.tables)
    for metric, column in (("cases_planned", "cases"), ("calls_planned", "calls")):
        found = told.select(metric, "month", "purpose", part="listed")
        published = {
            (month, purpose): value
            for month, purpose, value in zip(found["period"], found["purpose"], found["value"], strict=True)
            if value
        }
        assert by(rows, column, *keys) == pytest.approx(published, abs=3 if column == "calls" else 0), metric
    assert len(rows) == len(plan.planned) > 100


def test_the_callers_load_is_the_plan_and_within_what_they_can_make(store, plan, year, sheets):
    made, pace = by(sheets, "calls", "owner"), plan.callers.set_index("owner")["per_day"]
    assert sum(made.values()) == pytest.approx(plan.planned["calls"].sum())
    assert {owner for (owner,) in made} <= set(pace.index)
    a_day = sheets.groupby(["owner", "day"]).size()
    assert all(count <= pace[owner] + 1e-6 for (owner, _), count in a_day.items())
    told = work_lists.measure_calls(store.params, store.tables)
    whole = told.value("calls_planned", store.params.plan_year)
    assert whole == pytest.approx(year.rows["calls"].sum())
    assert whole <= told.value("calls_possible", store.params.plan_year) + 1e-6
    agents = told.select("calls_possible", "year", "agent")
    assert agents["value"].sum() == pytest.approx(year.possible.sum())


def test_calls_needed_are_those_planned_and_those_left_out_for_want_of_time(store, plan, year):
    told = work_lists.measure_calls(store.params, store.tables)
    needed, planned = (
        told.select(metric, None, "purpose").set_index(["period", "purpose"])["value"]
        for metric in ("calls_needed", "calls_planned")
    )
    planned = planned.reindex(needed.index).fillna(0.0)
    assert (needed.dropna() >= planned[needed.notna()]).all()
    assert not planned[needed.isna()].any(), "what is planned is known"
    for whole in (needed, planned):
        assert (whole.dropna() % 1 == 0).all()
    year_of_plan = str(store.params.plan_year)
    assert needed[year_of_plan].sum() == told.value("calls_needed", year_of_plan)
    assert planned[year_of_plan].sum() == told.value("calls_planned", year_of_plan)
    quarter = sorted(set(month_labels(pd.Series(plan.days))))
    left = plan.cases[plan.cases["why_not"] == "capacity"].groupby("purpose")["calls"].sum()
    known = [purpose for purpose in left.index if purpose not in UNKNOWN_YET]
    for purpose in known:
        short = sum(needed.get((month, purpose), 0) - planned.get((month, purpose), 0) for month in quarter)
        assert short == pytest.approx(left[purpose], abs=6), purpose  # whole calls by month and list


def test_no_car_twice_and_nothing_on_a_day_off(store, plan, sheets):
    assert sheets["vin"].dropna().is_unique and sheets["lead_id"].dropna().is_unique
    worked = working_days(plan.day, plan.until, country=store.params.calls.country)
    assert set(sheets["day"]) <= set(worked)
    off = pd.date_range("2026-02-15", "2026-02-23")  # Spring Festival
    assert set(off) <= set(pd.date_range(plan.day, plan.until)) and not set(sheets["day"]) & set(off)


def test_the_worth_of_the_rows_is_that_of_the_measures(store, plan, sheets):
    worth = sheets.groupby("list")["worth"].sum(min_count=1)
    exact = plan.planned.groupby("list")["worth"].sum(min_count=1)
    found = moves.measure(store.params, store.tables, Results())
    quarter = {
        row.group["move"]: row.value
        for row in found.rows("move_value")
        if row.group.get("part") == "quarter" and row.group["move"] != "weak_item" and row.value == row.value
    }
    assert quarter and quarter == pytest.approx({name: exact[name] for name in quarter})
    rows = sheets["list"].value_counts()
    for name in exact.dropna().index:
        assert abs(worth[name] - exact[name]) <= 0.5 * rows[name], "the sheets show whole yuan"


def test_the_simulation_is_given_what_the_plan_gains(store, plan, year, monkeypatch):
    planned = plan.planned[plan.planned["proof"].isin(ESTIMATES)]
    gained = planned.assign(gain=planned["gain"].clip(lower=0))
    listed = year.rows[year.rows["part"] == LISTED]
    assert by(gained, "gain", "list") == pytest.approx(by(listed, "gained", "list"))
    asked = []
    monkeypatch.setattr(moved, "year_of_calls", lambda *given: asked.append(given) or year)
    monkeypatch.setattr(moved, "simulate", lambda *given, **more: _Year())
    moved.change_by_moves(store.params, store.tables, None, None)
    assert asked == [(store.params, store.tables)], "it has no reckoning of its own"


class _Year:
    """A simulated year that nothing moves."""

    visits = first_services = pd.Series([1.0])
