import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from csanalysis.metrics.stats.intervals import intervals_overlap, mean_t, ratio_of_counts, wilson


@pytest.mark.parametrize(("k", "n"), [(81, 263), (0, 10), (10, 10), (1, 1)])
def test_wilson_equals_scipys(k, n):
    low, high = wilson(k, n)
    expected = stats.binomtest(k, n).proportion_ci(method="wilson")
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(
    ("k", "n"),
    [
        pytest.param(0, 0, id="no trials"),
        pytest.param(np.nan, 5, id="unknown successes"),
        pytest.param(3, np.nan, id="unknown trials"),
        pytest.param(6, 5, id="no proportion"),
    ],
)
def test_wilson_is_undefined(k, n):
    assert np.isnan(wilson(k, n)).all()


@given(st.integers(0, 500), st.integers(1, 500))
@example(0, 72)  # the sums of the formula are off by a last digit
@example(13, 13)
def test_wilson_holds_the_share(k, n):
    k = min(k, n)
    low, high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1


def test_ratio_of_counts_on_a_textbook_pair():
    # 41 cases against 15: limits of p = 41/56 are 0.5970 and 0.8417 (Clopper-Pearson), so p / (1 - p).
    low, high = ratio_of_counts(41, 15)
    p = stats.binomtest(41, 56).proportion_ci(method="exact")
    assert float(low) == pytest.approx(p.low / (1 - p.low))
    assert float(high) == pytest.approx(p.high / (1 - p.high))
    assert (p.low, p.high) == pytest.approx((0.5970, 0.8417), abs=5e-5)


def test_ratio_of_counts_may_exceed_one():
    low, high = ratio_of_counts([30], [10])
    assert low[0] > 1
    assert high[0] > 3


def test_ratio_of_nothing_starts_at_zero():
    low, high = ratio_of_counts(0, 4)
    assert float(low) == 0
    # With no first service of 4 sales the upper limit solves (1 - p)^4 = 0.025.
    p = 1 - 0.025 ** (1 / 4)
    assert float(high) == pytest.approx(p / (1 - p))


@pytest.mark.parametrize(("a", "b"), [(3, 0), (0, 0), (np.nan, 4), (4, np.nan)])
def test_ratio_of_counts_is_undefined(a, b):
    assert np.isnan(ratio_of_counts(a, b)).all()


@given(st.integers(0, 400), st.integers(1, 400))
def test_ratio_of_counts_holds_the_ratio_and_turns_over(a, b):
    low, high = ratio_of_counts(a, b)
    assert low <= a / b <= high
    if a:
        other_low, other_high = ratio_of_counts(b, a)
        assert float(low) == pytest.approx(1 / float(other_high))
        assert float(high) == pytest.approx(1 / float(other_low))


def test_mean_t():
    # Mean 2, standard error 1/sqrt(3), t of two degrees of freedom 4.3027.
    assert mean_t(pd.Series([1.0, 2.0, 3.0, np.nan])) == pytest.approx((2 - 2.48414, 2 + 2.48414), abs=1e-5)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [1.0, 2.0, np.nan]])
def test_mean_t_needs_three_values(values):
    assert np.isnan(mean_t(pd.Series(values, dtype=float))).all()


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ((0.1, 0.2), (0.3, 0.4), False),
        ((0.3, 0.4), (0.1, 0.2), False),
        ((0.1, 0.3), (0.3, 0.4), True),
        ((0.3, 0.4), (0.1, 0.3), True),
        ((0.1, 0.5), (0.2, 0.3), True),
        ((np.nan, np.nan), (0.3, 0.4), True),
    ],
    ids=["below", "above", "touching", "touching from above", "inside", "unknown"],
)
def test_intervals_that_have_a_value_in_common_overlap(one, other, overlap):
    ends = ("low", "high")
    assert (
        intervals_overlap(dict(zip(ends, one, strict=True)), dict(zip(ends, other, strict=True))) is overlap
    )
