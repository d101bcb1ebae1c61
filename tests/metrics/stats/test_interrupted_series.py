"""A step over a trend: exact where the values are exact, and as statsmodels fits it where they scatter."""

import numpy as np
import pytest
from scipy import stats

from csanalysis.metrics.stats.interrupted_series import _within, interrupted_series


def cases(months, *, each=12, step=0.3, trend=0.12, level=1.0, seed=None, since=None):
    """``each`` cases a month, half after ``since``; without a seed, no scatter."""
    month = np.repeat(np.arange(months), each)
    after = month >= (months // 2 if since is None else since)
    values = level + trend * month / 12 + step * after
    if seed is not None:
        values = values + np.random.default_rng(seed).normal(0, 0.2, len(values))
    return values, month, after


def test_an_exact_step_and_trend_are_found():
    values, month, after = cases(24)
    found = interrupted_series(values, month, after, np.zeros(len(values), int))
    assert (found.step.value, found.trend.value) == pytest.approx((0.3, 0.12))
    assert found.months.tolist() == list(range(24))
    assert found.observed == pytest.approx(found.fitted)
    assert found.fitted[[0, 23]] == pytest.approx([1.0, 1.0 + 0.12 * 23 / 12 + 0.3])
    assert found.without[[0, 11, 12, 23]] == pytest.approx(1 + 0.12 * np.array([0, 11, 12, 23]) / 12)


def test_a_changed_mix_of_strata_is_no_step():
    _, month, after = cases(24)
    place = np.arange(len(month)) % 12
    strata = np.where(place < np.where(after, 3, 9), 0, 1)
    values = np.where(strata == 0, 1.0, 5.0)
    found = interrupted_series(values, month, after, strata)
    assert found.step.value == pytest.approx(0, abs=1e-9)
    # observed months are those at the usual mix of both strata, half and half
    assert found.observed == pytest.approx(np.full(24, 3.0))


def test_limits_by_hand_with_one_stratum():
    """The ordinary least squares of all cases; months scatter as their cases say, or the limits are wider."""
    values, month, after = cases(24, seed=3)
    found = interrupted_series(values, month, after, np.zeros(len(values), int))
    design = np.column_stack([np.ones(len(month)), (month - 11.5) / 12, after])
    slope, _, _, _ = np.linalg.lstsq(design, values, rcond=None)
    rest = values - design @ slope
    variance = (rest**2).sum() / (len(values) - 1)
    by_month = np.bincount(month, rest)
    scatter = max(1.0, (by_month**2 / (12 * variance)).sum() / 21)
    error = np.sqrt(np.linalg.inv(design.T @ design)[2, 2] * variance * scatter)
    reach = stats.t.ppf(0.975, 21) * error
    assert found.step == pytest.approx((slope[2], slope[2] - reach, slope[2] + reach))


def test_months_that_scatter_more_than_their_cases_widen_the_limits():
    values, month, after = cases(24, seed=3)
    shaken = values + np.random.default_rng(5).normal(0, 0.5, 24)[month]
    calm, wide = (
        interrupted_series(each, month, after, np.zeros(len(values), int)).step for each in (values, shaken)
    )
    assert wide.high - wide.low > 2 * (calm.high - calm.low)


def test_a_yearly_wave_is_fitted_from_36_months_on():
    for months, fitted in ((35, False), (36, True)):
        values, month, after = cases(months)
        wave = values + 0.5 * np.sin(2 * np.pi * month / 12) + 0.2 * np.cos(2 * np.pi * month / 12)
        found = interrupted_series(wave, month, after, np.zeros(len(values), int))
        assert (abs(found.step.value - 0.3) < 1e-9) == fitted


@pytest.mark.parametrize(("since", "told"), [(5, False), (6, True), (18, True), (19, False)])
def test_six_months_on_either_side_are_needed(since, told):
    values, month, after = cases(24, since=since)
    found = interrupted_series(values, month, after, np.zeros(len(values), int))
    assert (found is not None) == told


def test_a_month_with_cases_on_both_sides_is_seen_once():
    values, month, _ = cases(24, each=2)
    after = (month > 12) | ((month == 12) & (np.arange(len(month)) % 2 == 1))
    found = interrupted_series(1 + 0.3 * after, month, after, np.zeros(len(values), int))
    assert found.step.value == pytest.approx(0.3)
    assert len(found.months) == 24
    assert found.fitted[12] == pytest.approx(1.15)


def test_what_cannot_be_told_apart_is_not_told():
    """Before and after have no stratum in common: their step is that of the strata."""
    _, month, after = cases(24)
    assert interrupted_series(after * 1.0, month, after, after.astype(int)) is None


@pytest.mark.parametrize(
    ("cases", "first"),
    [(10, 9 / 9), (9, (9 + 58) / (8 + 29))],
    ids=["ten have a variance of their own", "nine take that of all"],
)
def test_a_stratum_of_few_cases_takes_the_variance_of_all(cases, first):
    """Squares of 4 + 5 and of 58; the second stratum has 30 cases, 58 / 29 = 2."""
    found = _within(np.array([[4.0, 5.0], [28.0, 30.0]]), np.array([cases, 30]))
    assert found.tolist() == pytest.approx([first, 2.0])


def test_small_squares_and_single_cases_count_as_they_are():
    """0.5 of 11 cases; nothing of one case, which takes 0.5 / (0 + 10); 3 of two cases."""
    assert _within(np.array([[0.2, 0.3], [0.0, 0.0]]), np.array([11, 1])).tolist() == pytest.approx(
        [0.05, 0.05]
    )
    assert _within(np.array([[3.0]]), np.array([2])).tolist() == [3.0]
