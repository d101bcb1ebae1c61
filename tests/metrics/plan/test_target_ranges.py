import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.plan.target_ranges import (
    Step,
    around_forecast,
    around_last_year,
    around_share,
    rounded_outward,
)


def years(*values, first=2020):
    return pd.Series(values, index=range(first, first + len(values)), dtype=float)


def test_last_year_plus_and_minus_the_usual_change():
    # Changes +2, -1, +2: root mean square sqrt(3); t with three degrees, 90 %: 1.63774.
    low, high = around_last_year(years(10, 12, 11, 13))
    assert (low, high) == pytest.approx((13 - 1.637744 * 3**0.5, 13 + 1.637744 * 3**0.5), rel=1e-6)


def test_only_the_last_five_changes_count():
    assert around_last_year(years(900, 10, 12, 11, 13, 12, 14)) == around_last_year(
        years(10, 12, 11, 13, 12, 14)
    )


@pytest.mark.parametrize("past", [years(), years(5), years(5, 6, 7), years(5, 6, np.nan, 7, 8)], ids=len)
def test_with_fewer_than_three_changes_nobody_knows(past):
    assert np.isnan(around_last_year(past)).all()


def test_a_share_stays_between_its_ends():
    assert around_last_year(years(0.1, 0.9, 0.1, 0.9), lowest=0, highest=1) == (0, 1)


def test_a_forecast_is_moved_and_widened_by_how_far_it_was_off():
    forecast, came = years(100, 100, 100), years(100, 110, 121)
    # Logarithms 0, d, 2d with d = log 1.1: mean d, spread d; t with two degrees, 90 %: 1.88562; sqrt(4 / 3).
    half = 1.885618 * np.log(1.1) * (4 / 3) ** 0.5
    found = around_forecast(200, forecast=forecast, came=came)
    assert found == pytest.approx((220 * np.exp(-half), 220 * np.exp(half)), rel=1e-6)
    assert np.isnan(around_forecast(np.nan, forecast=forecast, came=came)).all()
    assert np.isnan(around_forecast(200, forecast=forecast[:2], came=came)).all()


def test_a_share_of_a_base_is_that_share_of_the_new_base():
    lapsed, before = years(30, 32, 31, 33), years(100, 100, 100, 100)
    low, high = around_share(lapsed, before, base=200)
    share = around_last_year(lapsed / 100)
    assert (low, high) == pytest.approx((share[0] * 200, share[1] * 200))
    assert np.isnan(around_share(lapsed, years(0, 0, 0, 0), base=200)).all()


def test_counts_go_out_to_whole_numbers():
    assert rounded_outward((681.78, 764.01)) == (681, 765)
    assert rounded_outward((2.0000000000001, 3)) == (2, 3)
    assert np.isnan(rounded_outward((np.nan, np.nan))).all()


@given(st.lists(st.floats(0, 1), min_size=4, max_size=9))
def test_last_year_always_lies_in_its_range(values):
    low, high = around_last_year(years(*values))
    assert low <= values[-1] <= high


def test_a_year_in_which_nothing_came_tells_no_ratio():
    with_none, without = years(100, 0, 110, 121), years(100, 110, 121)
    found = around_forecast(200, forecast=years(100, 100, 100, 100), came=with_none)
    assert found == around_forecast(200, forecast=years(100, 100, 100), came=without)


def test_a_known_step_is_no_change_and_last_year_is_taken_as_after_it():
    """A step of 0.1 in the middle of the fourth year: 0.4, 0.4, 0.4, 0.45 all along are 0.5, 0.5, 0.5, 0.5."""
    past = years(0.4, 0.4, 0.4, 0.45)
    before = pd.Series([1.0, 1.0, 1.0, 0.5], index=past.index)
    assert around_last_year(past, step=Step(0.1, 0.0, before)) == pytest.approx((0.5, 0.5))
    low, high = around_last_year(past, step=Step(0.1, 0.02, before))
    assert (low, high) == pytest.approx((0.5 - 1.637744 * 0.01, 0.5 + 1.637744 * 0.01), rel=1e-6)
    wide = around_last_year(past)
    assert wide[1] - wide[0] > high - low
