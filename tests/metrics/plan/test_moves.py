import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.plan.moves import (
    MOST,
    assign_to_best_list,
    calls_per_case,
    chosen_moves,
    department_capacity,
    ranked_moves,
    scale_effect,
    weighted_mean_effect,
)


def moves(**rows):
    """``name=(cases, per_case, value)``."""
    return pd.DataFrame(
        [(name, *row) for name, row in rows.items()], columns=["move", "cases", "per_case", "value"]
    )


def shown(found):
    return found[["move", "planned", "gain"]].to_numpy().tolist()


def test_calls_go_where_they_bring_most_and_the_last_move_gets_the_rest():
    # a: 10 yuan a call, b: 5, c: 1; 30 calls are 20 for a and 10 for b, half of it.
    found = chosen_moves(moves(c=(100, 1, 100), b=(10, 2, 100), a=(10, 2, 200)), capacity=30)
    assert shown(found) == [["a", 10, 200], ["b", 5, 50]]


def test_a_rest_of_calls_for_a_few_cases_is_no_move():
    # Eight calls are left after a: enough for four of b's ten cases, but for all three of c.
    asked = moves(a=(10, 2, 200), b=(10, 2, 90), c=(3, 2, 6))
    assert shown(chosen_moves(asked, capacity=28)) == [["a", 10, 200], ["c", 3, 6]]
    assert shown(chosen_moves(asked, capacity=30)) == [["a", 10, 200], ["b", 5, 45]]


def test_of_six_moves_the_five_that_bring_most_are_chosen_not_the_cheapest_calls():
    small = {f"s{number}": (1, 1, 50) for number in range(5)}
    found = chosen_moves(moves(**small, large=(100, 1, 1000)), capacity=1000)
    assert len(found) == MOST and found["move"].iloc[0] == "large"


def test_a_move_without_calls_is_always_possible_and_one_that_brings_nothing_never_chosen():
    found = chosen_moves(
        moves(inside=(1, 0, 7), nothing=(5, 1, 0), unknown=(5, 1, np.nan), harm=(5, 1, -9)), capacity=0
    )
    assert shown(found) == [["inside", 1, 7]]


def test_without_a_capacity_nothing_is_limited():
    assert shown(chosen_moves(moves(a=(1000, 3, 10)), capacity=np.nan)) == [["a", 1000, 10]]
    assert chosen_moves(moves(), capacity=10).empty


@given(
    st.lists(
        st.tuples(
            st.integers(0, 500), st.just(0.0) | st.floats(0.1, 5), st.floats(-100, 1e5) | st.just(np.nan)
        ),
        max_size=9,
    ),
    st.floats(0, 2000),
)
def test_chosen_moves_never_take_more_calls_than_there_are(rows, capacity):
    table = moves(**{f"m{number}": row for number, row in enumerate(rows)})
    found = chosen_moves(table, capacity=capacity).merge(table, on="move")
    assert (found["planned"] * found["per_case"]).sum() <= capacity + 1e-6
    assert (found["planned"] <= found["cases"]).all() and (found["planned"] >= 1).all()
    assert len(found) <= MOST and found["gain"].is_monotonic_decreasing


def test_upper_bounds_come_after_estimates_and_have_the_calls_that_are_left():
    table = moves(small=(10, 1, 50), bound=(10, 2, 5000), house=(1, 0, 9000), lesser=(10, 1, 40))
    table = table.assign(sure=table["move"].isin(["small", "lesser"]))
    found = ranked_moves(table, capacity=32)
    assert found["move"].tolist() == ["small", "lesser", "house", "bound"]
    assert found["planned"].tolist() == [10, 10, 1, 6] and found["sure"].tolist() == [
        True,
        True,
        False,
        False,
    ]
    assert ranked_moves(table.iloc[:0], capacity=32).empty
    many = moves(**{f"m{number}": (5, 1, 10) for number in range(MOST)}, bound=(5, 1, 999))
    many = many.assign(sure=many["move"] != "bound")
    assert "bound" not in ranked_moves(many, capacity=1000)["move"].tolist()


def test_a_vehicle_goes_to_the_estimate_before_the_upper_bound_that_promises_more():
    lists = {"due": cases("A", "B"), "work": cases("B", amount=9000.0)}
    given = {"effect": {"due": 0.1, "work": 0.9}, "calls": {"due": 1, "work": 1}}
    assert assign_to_best_list(lists, **given, estimates=["due"])["due"]["key"].tolist() == ["A", "B"]
    unproven = given | {"effect": {"due": 0.0, "work": 0.9}}
    assert assign_to_best_list(lists, **unproven, estimates=["due"])["work"]["key"].tolist() == ["B"]


def cases(*keys, amount=100.0):
    return pd.DataFrame({"key": list(keys), "amount": amount})


def test_a_vehicle_is_counted_where_a_call_to_it_brings_most():
    lists = {"due": cases("A", "B"), "back": cases("B", "C", amount=500.0)}
    found = assign_to_best_list(lists, effect={"due": 0.1, "back": 0.1}, calls={"due": 1, "back": 2})
    # B: 10 yuan a call when due, 25 when asked back.
    assert found["due"]["key"].tolist() == ["A"] and found["back"]["key"].tolist() == ["B", "C"]


def test_where_nothing_is_known_the_list_named_first_keeps_the_vehicle():
    lists = {"one": cases("A"), "two": cases("A", amount=np.nan)}
    found = assign_to_best_list(lists, effect={"one": np.nan, "two": -0.1}, calls={"one": 1, "two": 1})
    assert (len(found["one"]), len(found["two"])) == (1, 0)
    assert assign_to_best_list({}, effect={}, calls={}) == {}


@given(st.lists(st.lists(st.integers(0, 9), unique=True), min_size=1, max_size=4))
def test_every_vehicle_stays_on_exactly_one_list(keys):
    lists = {str(number): cases(*map(str, each)) for number, each in enumerate(keys)}
    found = assign_to_best_list(lists, effect=dict.fromkeys(lists, 0.1), calls=dict.fromkeys(lists, 1.0))
    kept = [key for table in found.values() for key in table["key"]]
    assert sorted(kept) == sorted({str(key) for each in keys for key in each})


@pytest.fixture
def contacts(clean_table):
    """Each month two reminders, the second a second try that reaches; in December a post-service call more."""
    rows = [
        {"contact_id": f"{month}{attempt}", "contact_date": f"2025-{month:02d}-05", "purpose": "maintenance",
         "attempt": attempt, "reached": attempt == 2}
        for month in range(1, 13) for attempt in (1, 2)
    ]  # fmt: skip
    more = {"contact_id": "p", "contact_date": "2025-12-06", "purpose": "post_service", "reached": True}
    return clean_table("contacts", [*rows, more])


def test_capacity_is_the_median_month_less_what_is_called_anyway(contacts):
    found = department_capacity(contacts, year=2025).set_index("use")["value"]
    assert found.to_dict() == {"all": 2, "duties": 0, "moves": 2}
    assert department_capacity(contacts, year=2024)["value"].isna().all()
    assert department_capacity(None, year=2025)["value"].isna().all()


def test_a_case_takes_its_tries_and_is_reached_once_at_most(contacts):
    assert calls_per_case(contacts, purposes=("maintenance",), year=2025) == (2.0, 1.0)
    assert calls_per_case(contacts, purposes=(), year=2025) == (25 / 13, 1.0)
    assert np.isnan(calls_per_case(contacts, purposes=("lead",), year=2025)).all()


def test_effects_are_mixed_by_how_many_cases_of_each_kind_there_are():
    effects = {"A": (0.2, 0.1, 0.3), "B": (0.1, 0.06, 0.14)}
    value, low, high = weighted_mean_effect(effects, {"A": 1, "B": 3})
    half = ((0.1 * 1) ** 2 + (0.04 * 3) ** 2) ** 0.5 / 4
    assert (value, low, high) == pytest.approx((0.125, 0.125 - half, 0.125 + half))
    assert (
        np.isnan(weighted_mean_effect(effects, {"C": 2})).all()
        and np.isnan(weighted_mean_effect(effects, {})).all()
    )


def test_an_effect_is_scaled_with_its_own_limits():
    assert scale_effect((0.2, 0.1, 0.4), 0.5) == (0.1, 0.05, 0.2)
