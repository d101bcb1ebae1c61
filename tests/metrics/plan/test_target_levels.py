"""Floor, target and stretch: what 8, 5 and 2 of ten years meet; the latter two ask for no less than last year."""

import numpy as np
import pytest

from csanalysis.metrics.plan.target_levels import target_levels

TEN = np.arange(1.0, 11.0)


def levels(drawn, **given):
    found = target_levels(drawn, plan_year=2026, **{"better": "higher", "last": np.nan, **given})
    return {
        row.level: (pytest.approx(row.value), int(row.numerator), int(row.denominator))
        for row in found.itertuples()
    }


def test_eight_five_and_two_of_ten_years_meet_them():
    """Of a hundred years from 1 to 100: each level is one of them."""
    years = np.arange(1.0, 101.0)
    assert levels(years) == {"floor": (20, 81, 100), "target": (50, 51, 100), "stretch": (80, 21, 100)}


def test_where_lower_is_better_they_lie_on_the_other_side():
    years = np.arange(1.0, 101.0)
    found = levels(years, better="lower")
    assert found == {"floor": (80, 80, 100), "target": (50, 50, 100), "stretch": (20, 20, 100)}


def test_target_and_stretch_ask_for_no_less_than_last_year_gave_the_floor_may():
    assert levels(TEN, last=9.0) == {"floor": (2, 9, 10), "target": (9, 2, 10), "stretch": (9, 2, 10)}
    assert levels(TEN, better="lower", last=4.0) == {
        "floor": (8, 8, 10),
        "target": (4, 4, 10),
        "stretch": (2, 2, 10),
    }


def test_counts_are_whole_on_the_side_that_asks_for_no_less_than_last_year():
    assert levels(TEN, whole=True, last=6.2)["target"] == (7, 4, 10)
    assert levels(TEN, better="lower", whole=True, last=3.8)["target"] == (3, 3, 10)
    halves = np.array([2.5] * 10)
    assert levels(halves, whole=True)["floor"] == (2, 10, 10)
    assert levels(halves, better="lower", whole=True)["floor"] == (3, 10, 10)


def test_what_almost_no_year_meets_is_a_stretch_and_no_target():
    assert levels(TEN, last=50.0) == {"floor": (2, 9, 10), "stretch": (50, 0, 10)}


def test_a_target_that_follows_from_another_stands_as_it_is_and_the_stretch_asks_for_no_less():
    found = levels(TEN, better="lower", last=8.0, given=3.0)
    assert found == {"floor": (8, 8, 10), "target": (3, 3, 10), "stretch": (2, 2, 10)}
    assert levels(TEN, given=10.0)["stretch"] == (10, 1, 10)


def test_one_drawn_year_is_every_level():
    assert levels(np.array([3.0])) == dict.fromkeys(["floor", "target", "stretch"], (3, 1, 1))


def test_no_drawn_year_sets_nothing():
    assert levels(np.array([])) == {}


def test_its_group_and_year_name_it():
    found = target_levels(TEN, plan_year=2026, better="higher", last=np.nan, target="a_target")
    assert set(found["period"]) == {"2026"}
    assert set(found["target"]) == {"a_target"}
