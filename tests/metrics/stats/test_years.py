"""How months and years scatter, worked out by hand."""

import numpy as np
import pytest

from csanalysis.metrics.stats.years import (
    PRIOR_LIKENESS,
    PRIOR_YEARS,
    USUAL,
    change,
    change_freedom,
    freedom_of_sum,
    likeness_matrix,
    mean_variance,
    scatter,
)


def test_months_in_turn_are_not_alike():
    """+1 and -1 in turn: correlation of neighbours -1, taken as 0; variance 12 / 11."""
    found = scatter([[1, -1] * 6])
    assert found.likeness == 0 and found.sigma == pytest.approx(np.sqrt(12 / 11))
    assert found.freedom == 11


def test_halves_of_a_year_are_alike():
    """Six months at 1, six at -1: neighbours agree 10 times of 11, so 9/11 found, less one year of prior."""
    found = scatter([[1] * 6 + [-1] * 6])
    mended = (9 / 11 + 1 / 12) / (9 / 12)
    assert found.likeness == pytest.approx((mended + PRIOR_LIKENESS) / 2)
    hidden = mean_variance(12, found.likeness)
    assert found.sigma == pytest.approx(np.sqrt(12 / 11 * (11 / 12) / (1 - hidden)))
    square = found.likeness**2
    assert found.freedom == pytest.approx(11 * (1 - square) / (1 + square))


def test_three_pairs_are_the_fewest_that_tell_a_likeness():
    """Two at 1, two at -1: 1/3 found in a third of a year; of three months the prior alone is taken."""
    mended = (1 / 3 + 1 / 12) / (9 / 12)
    assert scatter([[1, 1, -1, -1]]).likeness == pytest.approx((mended / 3 + PRIOR_LIKENESS) / (4 / 3))
    assert scatter([[1, 1, -2]]).likeness == PRIOR_LIKENESS


@pytest.mark.parametrize("errors", [[[np.nan] * 12], [[0.0] + [np.nan] * 11], np.empty((0, 12))])
def test_one_month_has_no_scatter(errors):
    assert np.isnan(scatter(errors).sigma)


def test_a_mean_of_months_that_hang_together():
    """Two months of correlation 0.5: (1 + 1 + 0.5 + 0.5) / 4; unlike ones 1 / n."""
    assert mean_variance(2, 0.5) == pytest.approx(0.75)
    assert mean_variance(12, 0.0) == pytest.approx(1 / 12)
    assert likeness_matrix(0.5, 3).tolist() == [[1, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 1]]


def test_changes_between_years_and_what_is_usual():
    """Changes 3 and -1; months of scatter 2, unlike: usual 4 * (2 / 12 + 2 * 0.1²)."""
    usual = 4 * (2 / 12 + 2 * USUAL**2)
    found = change([10, 13, 12], sigma=2, likeness=0)
    assert found.scale == pytest.approx(np.sqrt((PRIOR_YEARS * usual + 9 + 1) / (PRIOR_YEARS + 2)))
    assert found.freedom == change_freedom(2) == PRIOR_YEARS + 2
    assert change([10], sigma=2, likeness=0).scale == pytest.approx(np.sqrt(usual))


def test_a_trend_that_is_followed_is_no_change():
    """Changes 3 and 1: their mean 2 is the trend, ±1 is left of them, and one of them is used up."""
    found = change([10, 13, 14], sigma=0, likeness=0, trend=True)
    assert found.scale == pytest.approx(np.sqrt((1 + 1) / (PRIOR_YEARS + 1)))
    assert found.freedom == PRIOR_YEARS + 1


def test_freedom_of_two_variances():
    """Alike with 10 each: (1 + 1)² / (1 / 10 + 1 / 10) = 20; the one that dominates counts."""
    assert freedom_of_sum(1, 10, 1, 10) == pytest.approx(20)
    assert freedom_of_sum(100, 4, 0, 10) == pytest.approx(4)
    assert freedom_of_sum(0, 4, 0, 10) == np.inf
