"""Floor, target and stretch: what 8, 5 and 2 of ten years meet, and never less than last year."""

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
    assert levels(TEN) == {"floor": (2.8, 8, 10), "target": (5.5, 5, 10), "stretch": (8.2, 2, 10)}


def test_where_lower_is_better_they_lie_on_the_other_side():
    assert levels(TEN, better="lower") == {
        "floor": (8.2, 8, 10),
        "target": (5.5, 5, 10),
        "stretch": (2.8, 2, 10),
    }


def test_none_asks_for_less_than_last_year_gave():
    assert levels(TEN, last=7.0) == {"floor": (7, 4, 10), "target": (7, 4, 10), "stretch": (8.2, 2, 10)}
    assert levels(TEN, better="lower", last=4.0)["floor"] == (4, 4, 10)


def test_counts_are_whole_on_the_side_that_asks_for_no_less():
    assert levels(TEN, whole=True, last=6.2)["floor"] == (7, 4, 10)
    assert levels(TEN, better="lower", whole=True, last=4.8)["floor"] == (4, 4, 10)


def test_what_almost_no_year_meets_is_a_stretch_alone():
    assert levels(TEN, last=50.0) == {"stretch": (50, 0, 10)}


def test_one_drawn_year_is_every_level():
    assert levels(np.array([3.0])) == dict.fromkeys(["floor", "target", "stretch"], (3, 1, 1))


def test_no_drawn_year_sets_nothing():
    assert levels(np.array([])) == {}


def test_its_group_and_year_name_it():
    found = target_levels(TEN, plan_year=2026, better="higher", last=np.nan, target="a_target")
    assert set(found["period"]) == {"2026"}
    assert set(found["target"]) == {"a_target"}
