"""Year to date, pace and forecast, worked out by hand."""

import numpy as np
import pytest

from csanalysis.metrics.plan.outlook import required_run_rate, year_end_forecast, year_to_date

NAN = np.nan
Z = 1.2815515655446004


def year(*known):
    return [*known, *[NAN] * (12 - len(known))]


def test_counts_add_up_and_their_rest_keeps_the_proportion():
    """90 of a planned 100 in nine months, 30 planned to come: 90 + 0.9 * 30 = 117; spread √(0.9 * 30 * 1.3)."""
    actual, plan = year(*[10] * 9), [100 / 9] * 9 + [10] * 3
    assert year_to_date("count", actual, plan)[:2] == pytest.approx((90, 100))
    value, low, high = year_end_forecast("count", actual, plan, spread=2.0)
    half = Z * 2 * np.sqrt(0.9 * 30 * (1 + 30 / 100))
    assert (value, low, high) == pytest.approx((117, 117 - half, 117 + half))
    assert required_run_rate("count", 120, actual) == pytest.approx(10)


def test_a_count_cannot_end_below_what_it_has():
    assert year_end_forecast("count", year(100), [100] * 12, spread=50.0)[1] == 100


def test_no_case_so_far_does_not_make_the_forecast_certain():
    value, low, high = year_end_forecast("count", year(0, 0), [5] * 12, spread=1.0)
    assert value == low == 0 and high == pytest.approx(Z * np.sqrt(0.1 * 50 * (1 + 50 / 10)))


def test_scores_keep_their_distance():
    """Two months at 88 and 90 against 90: -1 to date; the rest at 89: mean 89; spread √(10 * (1 + 10/2)) / 12."""
    actual, plan = year(88, 90), [90] * 12
    assert year_to_date("score", actual, plan)[:2] == (89, 90)
    value, low, high = year_end_forecast("score", actual, plan, spread=1.5)
    half = Z * 1.5 * np.sqrt(10 * (1 + 10 / 2)) / 12
    assert (value, low, high) == pytest.approx((89, 89 - half, 89 + half))
    assert required_run_rate("score", 90, actual) == pytest.approx((12 * 90 - 178) / 10)


def test_shares_are_weighted_by_their_trials():
    """40 of 100 and 10 of 50: 50 / 150. 1000 trials to come at 0.4 - 1/15 each."""
    actual, sizes, plan = year(0.4, 0.2), [100, 50] + [100] * 10, [0.4] * 12
    so_far, planned, trials = year_to_date("share", actual, plan, sizes=sizes)
    assert (so_far, planned, trials) == pytest.approx((1 / 3, 0.4, 150))
    value, low, high = year_end_forecast("share", actual, plan, spread=1.0, sizes=sizes)
    half = Z * np.sqrt((1 / 3) * (2 / 3) * 1000 * (1 + 1000 / 150)) / 1150
    assert (value, low, high) == pytest.approx((1 / 3, 1 / 3 - half, 1 / 3 + half))
    assert required_run_rate("share", 0.4, actual, sizes=sizes) == pytest.approx((0.4 * 1150 - 50) / 1000)


def test_a_month_without_data_is_not_held_against_the_plan():
    actual = year(10, NAN, 10)
    assert year_to_date("count", actual, [10] * 12)[:2] == (20, 20)
    assert required_run_rate("count", 120, actual) == pytest.approx(10)  # the month may still be reported


@pytest.mark.parametrize("kind", ["count", "share", "score"])
def test_a_year_that_is_over_needs_no_pace_and_one_without_data_has_no_forecast(kind):
    full, sizes = [0.5] * 12, [10.0] * 12
    assert np.isnan(required_run_rate(kind, 1, full, sizes=sizes))
    value, low, high = year_end_forecast(kind, full, full, spread=1.0, sizes=sizes)
    assert value == pytest.approx(6.0 if kind == "count" else 0.5) and low == pytest.approx(high)
    assert np.isnan(year_end_forecast(kind, [NAN] * 12, full, spread=1.0, sizes=sizes)).all()
    assert np.isnan(year_to_date(kind, [NAN] * 12, full, sizes=sizes)).all()


def test_an_allowance_used_up_is_below_zero():
    assert required_run_rate("count", 10, year(8, 7)) == pytest.approx(-0.5)
