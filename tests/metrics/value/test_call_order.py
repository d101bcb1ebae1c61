"""The order of calls tried on past years."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.value import call_order
from csanalysis.metrics.value.answered_calls import answered_effect
from csanalysis.metrics.value.call_order import (
    LEAD,
    ORDERS,
    SHARES,
    call_order_gain,
    first_part,
    ordered_cases,
)
from csanalysis.metrics.value.reminder_cases import COUNTED
from tests.calibration.effects import past_calls
from tests.calibration.stores import WORLDS, store

YEAR = 2025


def tried_of(world, seed, purposes):
    tables, past = store(WORLDS[world], seed), past_calls(world, seed)
    visits = tables["service_visits"].assign(
        team=pd.array([None] * len(tables["service_visits"]), dtype="str")
    )
    return ordered_cases(past, visits, tables["vehicle_sales"], year=YEAR, purposes=purposes)


@pytest.fixture(scope="module")
def cases():
    return tried_of("by_class", 2, ["maintenance"])


@pytest.fixture(scope="module")
def gain(cases):
    return call_order_gain(cases, year=YEAR)


def test_the_highest_comes_first_and_ties_come_by_chance_always_the_same():
    places = call_order._places(pd.Series([1.0, 3.0, 2.0, 0.0]))
    assert places.tolist() == [0.625, 0.125, 0.375, 0.875]
    tied = call_order._places(pd.Series([0.0] * 100))
    assert sorted(tied) == pytest.approx([(n + 0.5) / 100 for n in range(100)])
    assert not (np.diff(tied) > 0).all() and (tied == call_order._places(pd.Series([0.0] * 100))).all()


def test_what_came_later_was_not_known_on_the_eve():
    days = pd.Series(pd.to_datetime(["2024-05-01", "2024-08-01", "2025-01-01"]))
    past = pd.DataFrame(
        {
            "day": (days - pd.Timestamp(0)).dt.days,
            "came_days": 1.0,
            "came_6_months": 1.0,
            "came_12_months": 1.0,
        }
    )
    known = call_order._known_by(past, pd.Timestamp("2024-12-31"))
    assert len(known) == 2
    assert known["came_6_months"].isna().tolist() == [False, True] and known["came_12_months"].isna().all()
    assert past["came_6_months"].notna().all()


def test_a_series_keeps_its_place_and_each_year_has_its_own(cases):
    assert cases.groupby("series")[["worth", "chance", "amount"]].nunique().max().max() == 1
    for _, year in cases[cases["attempt"] == 1].groupby("period"):
        for order in ("worth", "chance"):
            assert year[order].mean() == pytest.approx(0.5) and year[order].is_unique
    assert set(cases["purpose"]) == {"maintenance"} and (cases["amount"] == 600).all()


def test_the_new_order_brings_more_where_classes_differ(gain):
    first = first_part(gain, 20)
    assert first["worth"][0] > first["random"][0] > first["chance"][0]
    assert first[LEAD][0] == pytest.approx(first["worth"][0] - first["chance"][0])
    assert first[LEAD][1] > 0
    for value, low, high in first.values():
        assert low < value < high


def test_the_whole_is_the_same_in_every_order_and_is_the_effect_of_all(cases, gain):
    whole = first_part(gain, 100)
    assert whole["worth"] == whole["chance"] == whole["random"] and whole[LEAD] == (0, 0, 0)
    spoken = cases.groupby("series")["reached"].max().mean()
    effect = answered_effect(cases, f"came_{COUNTED}")
    assert whole["random"][0] == pytest.approx(600 * effect.value * spoken, rel=0.15)
    assert set(gain["period"]) == {f"{cases['period'].min()}/{YEAR}"} != {str(YEAR)}
    assert gain.groupby("order").size().to_dict() == dict.fromkeys((*ORDERS, LEAD), len(SHARES))
    count = cases["series"].nunique()
    assert gain[gain["order"] == "worth"]["denominator"].tolist() == pytest.approx(
        [count * share / 100 for share in SHARES], abs=3
    )


def test_amounts_weigh_in_the_order_and_in_what_it_brings(cases):
    doubled = call_order_gain(cases.assign(amount=1200.0), year=YEAR)
    plain = call_order_gain(cases, year=YEAR)
    assert doubled["value"].to_numpy() == pytest.approx(2 * plain["value"].to_numpy())


def test_where_nothing_is_proven_no_order_is_tried():
    cases = tried_of("null", 1, ["maintenance"])
    assert cases.empty and call_order_gain(cases, year=YEAR).empty
    assert tried_of("by_class", 2, []).empty


@pytest.mark.parametrize("name", ["6_months", "12_months"])
def test_what_came_is_known_on_the_last_of_its_days(name):
    eve = pd.Timestamp("2024-12-31")
    last = (eve - pd.Timestamp("1970-01-01")).days
    horizon = call_order.HORIZONS[name]
    past = pd.DataFrame({"day": [last - horizon, last - horizon + 1, last, last + 1]})
    past = past.assign(**{f"came_{each}": 1.0 for each in call_order.HORIZONS})
    known = call_order._known_by(past, eve)
    assert known["day"].tolist() == [last - horizon, last - horizon + 1, last]
    assert known[f"came_{name}"].notna().tolist() == [True, False, False]
