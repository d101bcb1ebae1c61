"""How far years differ: what they show beyond small numbers, and what is usual where they show little."""

import numpy as np
import pytest
from scipy import stats

from csanalysis.metrics.simulation.spreads import drift_spread, last_year_level, log_ratio, pooled_spread


def reach(spread):
    """Half of the 80 % range."""
    return spread.scale * stats.t.ppf(0.9, spread.freedom)


def test_the_middle_is_the_weighted_one():
    found = pooled_spread([0.1, 0.4], np.array([1.0, 3.0]), usual=0.2)
    assert found.middle == pytest.approx(0.325)  # a quarter of 0.1 and three quarters of 0.4


def test_a_drift_counts_as_far_as_there_are_years_to_show_it():
    assert drift_spread([0.1, 0.3], usual=0.2).middle == pytest.approx(0.4 / 4)
    assert drift_spread([], usual=0.2).middle == 0


def test_years_alike_are_told_narrowly_and_years_apart_widely():
    alike, apart = ([0.01, -0.01] * 4, [0.4, -0.4] * 4)
    ones = np.ones(8)
    for told in (
        lambda values: pooled_spread(values, ones, usual=0.1),
        lambda values: drift_spread(values, usual=0.1),
    ):
        assert reach(told(alike)) < 0.06 < 0.4 < reach(told(apart)) < 0.8


def test_what_small_numbers_explain_is_no_difference_between_years():
    """Eight years 0.1 apart, each known to 0.1: nothing is left; known well, they differ."""
    values = [0.1, -0.1] * 4
    small = pooled_spread(values, np.ones(8), usual=0.1, noise=[0.01] * 8)
    well = pooled_spread(values, np.ones(8), usual=0.1, noise=[1e-6] * 8)
    assert reach(small) < 0.75 * reach(well)


def test_what_is_unsure_of_the_last_level_is_put_in_again():
    sure, unsure = (drift_spread([0.0] * 6, usual=0.02, noise=[*[1e-6] * 6, last]) for last in (1e-6, 0.04))
    assert reach(unsure) > 0.2 * stats.norm.ppf(0.9) > 4 * reach(sure)


def test_few_years_leave_the_spread_itself_unsure():
    assert drift_spread([], usual=0.1).freedom < drift_spread([0.1, -0.1] * 10, usual=0.1).freedom


def test_the_level_is_last_year_s_and_a_year_of_nothing_is_told_from_one():
    level, spread = last_year_level([3, 0, 7], "sales")
    assert level == 7
    # One is added to each: 4, 1 and 8; the sales are usually 8 % apart.
    changes = [np.log(1 / 4), np.log(8)]
    assert spread.middle == pytest.approx(np.log(2) / 4)
    assert spread == pytest.approx(drift_spread(changes, usual=0.08, noise=[1 / 4, 1, 1 / 8]))
    assert log_ratio(8, 4) == pytest.approx(np.log(2))
