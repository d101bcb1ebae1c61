"""A metric by any column: as the report counts it, or why not."""

from collections import Counter

import pandas as pd
import pytest

import csanalysis as cs
from csanalysis.catalogue import METRICS
from csanalysis.desk import SplitError, UnknownNameError
from csanalysis.desk.numbers import WHOLE, splits
from csanalysis.desk.splitting import MOST_VALUES, SOMEBODY, not_countable, why_unsplit

NUMBERS = ["numerator", "denominator", "value", "low", "high"]


def assert_holds(found, reported, by):
    """Every number that the report has is among those found, to the last digit."""
    both = reported.merge(found, on=["period", *by], how="left", suffixes=("", "_found"))
    for name in NUMBERS:
        pd.testing.assert_series_equal(both[f"{name}_found"], both[name], check_names=False, rtol=1e-12)


@pytest.mark.parametrize("by", ["vehicle_age", ["model"], ("warranty",)])
def test_churn_by_what_the_report_splits_it_by_is_the_reports(store, by):
    names = [by] if isinstance(by, str) else [*by]
    reported = store.measure("churn").select("annual_churn_rate", None, *names)
    found = store.metric("annual_churn_rate", by=by)
    pd.testing.assert_frame_equal(found.drop(columns="small"), reported)
    assert found["small"].tolist() == [size < 30 for size in found["denominator"]]


@pytest.mark.slow
def test_every_split_that_a_report_has_is_what_one_asks_for(store, reported):
    """Of all metrics that are counted case by case, by all splits in metrics.json that are columns."""
    results = cs.read_report(reported("haibin") / "haibin" / "2026").results
    compared = 0
    for metric in store.countable:
        for split in splits(results, metric):
            by, cases = [] if split == WHOLE else split.split(", "), store._countables[metric]
            asked = {*by} - {*cases.always}
            if asked and asked <= {*cases.columns} and {*cases.always} <= {*by}:
                assert_holds(cases.by(*by), results.select(metric, None, *by), by)
                compared += 1
    assert len(store.countable) > 75 and compared > 75


def test_every_metric_of_the_catalogue_is_counted_case_by_case_or_says_why_not(store):
    unsplit, told = why_unsplit(), Counter()
    assert unsplit.keys() <= METRICS.standard.keys()
    for name in METRICS.standard:
        assert (name in unsplit) != (name in store.countable), f"{name}: cases, or a reason in unsplit.yml"
    for name, why in unsplit.items():
        told[str(why)] += 1
        said = not_countable(name, [], store.tables).problems[0]
        assert str(why) in str(said) and why.zh in said.zh
    assert len(store.countable) > 75 and max(told.values()) < 80


@pytest.mark.slow
def test_every_metric_that_is_counted_case_by_case_splits(store):
    for name, cases in store._countables.items():
        names = (each for each in cases.columns if each not in SOMEBODY)
        column = next(each for each in names if 1 < cases.column(each).nunique() <= MOST_VALUES)
        found = store.metric(name, by=column)
        assert column in found and (len(found) or cases.by()["value"].isna().all()), name


@pytest.mark.parametrize(
    ("metric", "by", "part"),
    [
        ("recovered_amount", "team", "value"),
        ("upsell_funnel_amount", "item", "value"),
        ("referrals_invited", "matched", "value"),
        ("service_step_loss_rate", "model", "denominator"),
        ("invitation_reached_rate", "agent", "numerator"),
        ("rectification_actions", "owner", "value"),
    ],
)
def test_what_is_counted_group_by_group_adds_up_to_the_whole(store, metric, by, part):
    split, whole = store.metric(metric, by=by), store._countables[metric].by()
    always = ["period", *store._countables[metric].always]
    sums = split.groupby(always)[part].sum()
    expected = whole.set_index(always)[part].reindex(sums.index)
    assert sums.sum() > 0
    pd.testing.assert_series_equal(sums, expected, check_dtype=False, check_names=False)


@pytest.mark.parametrize(
    ("metric", "by"),
    [
        ("annual_churn_rate", ("model", "vehicle_age")),
        ("annual_churn_rate", ("gender", "team")),
        ("lapsed_vehicles", ("advisor", "origin")),
        ("upsell_success_rate", ("service_type", "origin")),
        ("first_service_cohort_rate", ("fuel", "model")),
        ("reached_rate", ("purpose", "agent")),
        ("assessed_churn_rate", ("team", "advisor")),
        ("process_compliance_rate", ("role", "process")),
    ],
)
def test_by_two_columns_the_groups_add_up_to_the_groups_of_one(store, metric, by):
    part = "value" if metric == "lapsed_vehicles" else "denominator"
    both, one = store.metric(metric, by=by), store.metric(metric, by=by[0])
    sums = both.groupby(["period", by[0]])[part].sum()
    whole = one.set_index(["period", by[0]])[part]
    assert (sums <= whole.reindex(sums.index)).all() and sums.sum() > 0.9 * whole.sum()
    assert both.columns.tolist()[:3] == ["period", *by] or {*by} < {*both.columns}
    assert not both.duplicated(["period", *by, *({"years_later"} & {*both.columns})]).any()


def test_a_column_of_ones_own_splits_like_the_reports(store):
    weekday = store.with_column(
        "service_visits", "weekday", lambda visits: visits["visit_date"].dt.day_of_week + 1
    )
    found = weekday.metric("revenue_per_visit", by="weekday", period=2025)
    visits = store.tables.service_visits.reveal()
    visits = visits[(visits["visit_date"].dt.year == 2025) & visits["total_amount"].notna()]
    by_hand = visits.groupby(visits["visit_date"].dt.day_of_week + 1)["total_amount"].mean()
    assert found["weekday"].tolist() == [str(day) for day in by_hand.index]
    assert found["value"].tolist() == pytest.approx(by_hand.tolist())
    assert "weekday" in weekday.columns("revenue_per_visit")
    assert "weekday" in weekday.metric("annual_churn_rate", by="weekday") and "weekday" not in store.columns(
        "revenue_per_visit"
    )


@pytest.mark.parametrize(
    ("metric", "by", "error", "said"),
    [
        ("annual_churn_rate", "vehicle_ages", UnknownNameError, "did you mean vehicle_age"),
        ("revenue_per_visit", "tem", UnknownNameError, "did you mean team"),
        ("revenue_per_visit", "no such thing", UnknownNameError, "known: "),
        ("annual_churn_rate", "vin", SplitError, "tells who somebody is"),
        ("upsell_success_rate", ("team", "phone"), SplitError, "tells who somebody is"),
        ("upsell_success_rate", "total_amount", SplitError, "different values"),
        ("labor_share", "visit_date", SplitError, "different values"),
        ("labor_share", ("team", "advisor", "technician"), SplitError, "one or two"),
        ("churn_rate_target", "team", SplitError, "is a target.*these splits: .*rule"),
        ("anual_churn_rate", "team", UnknownNameError, "annual_churn_rate"),
    ],
)
def test_what_cannot_be_split_says_why_in_one_line(store, metric, by, error, said):
    with pytest.raises(error, match=said) as caught:
        store.metric(metric, by=by)
    assert len(caught.value.problems) == 1 and "\n" not in str(caught.value) and caught.value.problems[0].zh


def test_the_same_column_twice_is_once(store):
    twice = store.metric("revenue_per_visit", by=("team", "team"), period=2025)
    pd.testing.assert_frame_equal(twice, store.metric("revenue_per_visit", by="team", period=2025))


@pytest.mark.parametrize(
    ("table", "name", "values", "error"),
    [
        ("service_visit", "x", lambda rows: rows["team"], UnknownNameError),
        ("service_visits", "team", lambda rows: rows["team"], SplitError),
        ("service_visits", "phone", lambda rows: rows["team"], SplitError),
        ("service_visits", "x", pd.Series([1, 2]), SplitError),
        ("service_visits", "x", lambda rows: 3, SplitError),
        ("service_visits", "x", [1, 2], SplitError),
    ],
)
def test_a_column_that_cannot_be_added(store, table, name, values, error):
    with pytest.raises(error):
        store.with_column(table, name, values)


def test_the_columns_offered_are_those_that_can_be_asked_for(store):
    offered = store.columns("complaints_closed_in_time")
    assert {"severity", "topic", "vehicle_age", "model"} <= {*offered} and not {"vin", "name"} & {*offered}
    for column in offered:
        assert column in store.metric("complaints_closed_in_time", by=column)
    assert store.columns("churn_rate_target") == []


def test_a_store_with_hardly_any_rows_splits_too(tmp_path, least_exports):
    least_exports(tmp_path)
    (tmp_path / "small.yml").write_text(
        "dealership: {id: small}\nplan_year: 2026\n"
        "sources: {vehicle_sales: sales.csv, service_visits: visits.csv}\n",
        encoding="utf-8",
    )
    small = cs.open(tmp_path / "small.yml")
    assert small.metric("annual_churn_rate", by="origin").empty
    assert small.metric("revenue_per_visit", by=("origin", "service_type"))["value"].isna().all()
    with pytest.raises(SplitError, match="reached_rate needs contacts, which this store has not"):
        small.metric("reached_rate", by="agent")
    with pytest.raises(SplitError, match="labor_share has no case in this store to be counted$"):
        small.metric("labor_share", by="team")
