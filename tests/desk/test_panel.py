"""The panel: what is turned by hand is counted anew, and what cannot be counted is said."""

from datetime import date

import pytest

from csanalysis.desk import Panel


@pytest.fixture
def panel(store):
    return Panel(store, ["annual_churn_rate", "churn_rate_target", "no_metric"])


def test_a_split_chosen_is_shown(store, panel):
    panel.set(metric="annual_churn_rate", by="model")
    assert panel.frame.equals(store.metric("annual_churn_rate", by="model"))
    assert "<table" in panel._table.value and "朗逸" in panel._table.value
    panel.set(**{"and": "vehicle_age"})
    assert panel.frame.equals(store.metric("annual_churn_rate", by=("model", "vehicle_age")))


def test_a_metric_without_the_split_shows_its_whole(panel):
    panel.set(metric="annual_churn_rate", by="model")
    panel.set(metric="churn_rate_target")
    assert panel._widgets["by"].value == "" and panel.frame["period"].tolist() == ["2026"]


def test_another_plan_year_and_day_are_counted_anew(store, panel):
    panel.set(metric="churn_rate_target", plan_year=2025, as_of=date(2024, 12, 31))
    assert panel.frame["period"].tolist() == ["2025"]
    panel.set(metric="annual_churn_rate")
    now = store.metric("annual_churn_rate")
    assert panel.frame.equals(now[now["period"] < "2025"])


@pytest.mark.parametrize("day", [date(1900, 1, 1), None])
def test_a_day_without_data_is_said_or_left_as_it_is(panel, day):
    panel.set(metric="annual_churn_rate")
    panel.set(as_of=day)
    assert panel._table.value


def test_it_shows_nothing_personal(panel):
    assert "Panel of" in repr(panel) and panel._repr_mimebundle_()
