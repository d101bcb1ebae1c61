"""Many at once: corrected chances by hand, and how often twelve equal shares are told apart."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.stats.intervals import wilson
from csanalysis.metrics.stats.many import chance_of_extremes, clearly_above, extremes_differ, q_values

NAN = np.nan


def test_q_values_by_hand():
    """Four tested: 0.01 * 4 / 1, 0.02 * 4 / 2, 0.04 * 4 / 3, 0.5 * 4 / 4; a larger chance has no smaller q."""
    assert q_values([0.02, NAN, 0.01, 0.5, 0.04]) == pytest.approx(
        [0.04, NAN, 0.04, 0.5, 0.16 / 3], nan_ok=True
    )
    assert np.isnan(q_values([NAN])).all() and len(q_values([])) == 0


def test_two_shares_are_an_ordinary_test():
    """30 and 50 of 100: pooled 0.4, error of the difference √(0.24 * 2 / 100), z = 0.2 / 0.0693 = 2.887."""
    z = 0.2 / np.sqrt(0.4 * 0.6 * 2 / 100)
    assert chance_of_extremes([30, 50], [100, 100]) == pytest.approx(2 * stats.norm.sf(z), rel=1e-3)
    assert chance_of_extremes([0, 30, 50], [0, 100, 100]) == chance_of_extremes([30, 50], [100, 100])


@pytest.mark.parametrize(
    ("part", "whole"), [([3], [5]), ([], []), ([0, 0], [5, 5]), ([5, 5], [5, 5]), ([1, NAN, 0], [2, 4, 0])]
)
def test_nothing_to_tell_apart(part, whole):
    assert np.isnan(chance_of_extremes(part, whole))
    assert not extremes_differ(pd.DataFrame({"numerator": part, "denominator": whole}, dtype=float))


def test_twelve_equal_shares_are_seldom_told_apart():
    random, told, bare = np.random.default_rng(2), 0, 0
    for _ in range(300):
        hits = random.binomial(200, 0.5, 12)
        low, high = wilson(hits, np.full(12, 200))
        told += chance_of_extremes(hits, np.full(12, 200)) <= 0.05
        bare += low[hits.argmax()] > high[hits.argmin()]
    assert told / 300 < 0.075 < 0.1 < bare / 300


def test_one_that_is_far_off_is_told_apart():
    assert chance_of_extremes([100] * 11 + [140], [200] * 12) < 0.05


def test_shares_clearly_above_the_whole_by_hand():
    """8 of 8 at a half: 1 / 256; 6 of 8: (28 + 8 + 1) / 256 = 0.14; q = 3 / 256 = 0.012, then 0.22."""
    rows = pd.DataFrame({"numerator": [6, 8, 3, 0], "denominator": [8, 8, 8, 0]}, index=["a", "b", "c", "d"])
    assert clearly_above(rows, 0.5).to_dict() == {"a": False, "b": True, "c": False, "d": False}
    assert clearly_above(rows.iloc[:0], 0.5).empty
    doubtful = pd.DataFrame({"numerator": [7, 3], "denominator": [8, 8]})  # q = 2 * 9 / 256 = 0.07
    assert not clearly_above(doubtful, 0.5).any()


def test_one_of_many_equal_reasons_is_seldom_set_apart():
    """At q 5 % any of twelve equal shares is called above the whole in at most 5 % of cases."""
    random, found = np.random.default_rng(4), 0
    for _ in range(400):
        rows = pd.DataFrame({"numerator": random.binomial(80, 0.3, size=12), "denominator": 80})
        found += clearly_above(rows, 0.3).any()
    assert found <= 30  # 20 at most are expected; 31 or more in 1 %


def test_shares_that_scatter_more_than_chance_have_to_lie_farther_apart():
    """30 and 50 of 100, scattered four times as widely: half as many standard errors."""
    z = 0.2 / np.sqrt(0.4 * 0.6 * 2 / 100) / 2
    assert chance_of_extremes([30, 50], [100, 100], dispersion=4.0) == pytest.approx(
        2 * stats.norm.sf(z), rel=1e-3
    )
    few = chance_of_extremes([30, 50], [100, 100], dispersion=4.0, freedom=4)
    assert few == pytest.approx(2 * stats.t.sf(z, 4), rel=1e-3)
    assert np.isnan(chance_of_extremes([30, 50], [100, 100], dispersion=np.nan))
