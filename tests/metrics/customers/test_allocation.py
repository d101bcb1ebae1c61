from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.customers.allocation import allocate_to_teams


def roster_of(*vehicles):
    columns = ["vin", "visit_class", "team", "state"]
    return pd.DataFrame(list(vehicles), columns=columns).astype("str")


def given_to(split):
    return dict(zip(split["vin"], split["team"], strict=True))


def test_free_vehicles_go_where_fewest_of_their_class_are():
    roster = roster_of(
        ("1", "A", "T1", "active"),
        ("2", "A", "T1", "active"),
        ("3", "A", None, "active"),
        ("4", "A", None, "active"),
        ("5", "A", None, "active"),
        ("6", "B", None, "active"),
    )
    split = allocate_to_teams(roster, teams=["T1", "T2"])
    assert given_to(split) == {"1": "T1", "2": "T1", "3": "T2", "4": "T2", "5": "T1", "6": "T1"}
    assert split["reason"].tolist() == ["looked_after"] * 2 + ["spread"] * 4


def test_a_request_comes_before_the_last_visit():
    roster = roster_of(("1", "A", "T1", "active"), ("2", "A", None, "active"))
    split = allocate_to_teams(roster, teams=["T1", "T2"], requested={"1": "T2", "2": "T2"})
    assert given_to(split) == {"1": "T2", "2": "T2"}
    assert split["reason"].unique().tolist() == ["requested"]


def test_a_team_that_is_gone_frees_its_vehicles():
    split = allocate_to_teams(roster_of(("1", "A", "old", "active")), teams=["T1"])
    assert split.iloc[0].to_dict() == {"vin": "1", "visit_class": "A", "team": "T1", "reason": "spread"}


def test_a_request_of_an_unknown_team_is_no_request():
    roster = roster_of(("1", "A", "T1", "active"))
    assert allocate_to_teams(roster, teams=["T1"], requested={"1": "old"})["reason"].item() == "looked_after"


def test_permanently_lost_vehicles_are_left_out_and_those_never_seen_are_not():
    roster = roster_of(("1", "D", "T1", "permanent"), ("2", "D", "T1", "churned"), ("3", "D", None, None))
    assert allocate_to_teams(roster, teams=["T1"])["vin"].tolist() == ["2", "3"]


@pytest.mark.parametrize("teams", [[], ["T1"]], ids=["no-teams", "no-vehicles"])
def test_nothing_to_give(teams):
    roster = roster_of() if teams else roster_of(("1", "A", None, "active"))
    assert allocate_to_teams(roster, teams=teams).empty


VEHICLES = st.lists(
    st.tuples(
        st.sampled_from("ABCD"),
        st.sampled_from([None, None, "T1", "T2", "T3", "gone"]),
        st.sampled_from(["active", "marginal", "churned", "permanent", None]),
    ),
    max_size=60,
).map(lambda rows: [(f"V{n:03d}", *row) for n, row in enumerate(rows)])


@given(vehicles=VEHICLES, order=st.randoms(use_true_random=False))
def test_complete_even_and_the_same_in_any_order(vehicles, order):
    teams = ["T1", "T2", "T3"]
    split = allocate_to_teams(roster_of(*vehicles), teams=teams)
    kept = [vehicle for vehicle in vehicles if vehicle[3] != "permanent"]
    assert split["vin"].tolist() == [vehicle[0] for vehicle in kept]
    for letter in "ABCD":
        fixed = Counter(team for _, group, team, _ in kept if group == letter and team in teams)
        held = Counter(split.loc[split["visit_class"] == letter, "team"])
        grown = [held[team] for team in teams if held[team] > fixed[team]]
        # Whoever was given any ends within one of the least, and nobody gave any up.
        assert all(held[team] >= fixed[team] for team in teams)
        assert not grown or max(grown) - min(held[team] for team in teams) <= 1
    shuffled = vehicles.copy()
    order.shuffle(shuffled)
    again = allocate_to_teams(roster_of(*shuffled), teams=teams)
    pd.testing.assert_frame_equal(split, again)
