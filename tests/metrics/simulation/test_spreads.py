"""How far years differ, on numbers that can be redone on paper."""

import numpy as np
import pytest

from csanalysis.metrics.simulation.spreads import drift_spread, last_year_level, log_ratio, pooled_spread


def test_years_lean_on_the_usual_spread_about_their_weighted_middle():
    found = pooled_spread([0.1, 0.4], np.array([1.0, 3.0]), usual=0.2)
    # Middle a quarter of 0.1 and three quarters of 0.4; four usual years and one of the store's own.
    assert found.middle == pytest.approx(0.325)
    assert found.freedom == 5
    squares = 4 * 0.2**2 + 0.225**2 + 0.075**2
    assert found.scale == pytest.approx((squares / 5 * (1 + 1 / 16 + 9 / 16)) ** 0.5)


def test_one_year_has_the_usual_spread_and_its_own_error():
    found = pooled_spread([0.3], np.array([0.7]), usual=0.2)
    assert found == pytest.approx((0.3, 0.2 * 2**0.5, 4))


def test_a_drift_counts_as_far_as_there_are_years_to_show_it():
    found = drift_spread([0.1, 0.3], usual=0.2)
    # The sum over two years more than there are; each change lies 0.1 from the mean.
    assert found.middle == pytest.approx(0.4 / 4)
    assert found.freedom == 5
    assert found.scale == pytest.approx(((4 * 0.04 + 0.02) / 5 * (1 + 1 / 4)) ** 0.5)


def test_without_a_change_the_drift_is_the_usual_one():
    assert drift_spread([], usual=0.2) == pytest.approx((0, 0.2 * 1.5**0.5, 4))


def test_the_level_is_last_year_s_and_a_year_of_nothing_is_told_from_one():
    level, spread = last_year_level([3, 0, 7], "sales")
    assert level == 7
    # One is added to each: 4, 1 and 8; the sales are usually 8 % apart.
    changes = [np.log(1 / 4), np.log(8)]
    assert spread.middle == pytest.approx(np.log(2) / 4)
    assert spread == pytest.approx(drift_spread(changes, usual=0.08))
    assert log_ratio(8, 4) == pytest.approx(np.log(2))
