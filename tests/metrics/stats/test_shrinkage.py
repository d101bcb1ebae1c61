import numpy as np
import pytest

from csanalysis.metrics.stats.shrinkage import shrunk, shrunk_shares


def test_by_hand():
    # Estimates 0.1 and 0.3, errors 0.1: between them (0.2^2/2 - 0.1^2)/... = 0.01, so half of each deviation stays.
    value, error = shrunk([0.1, 0.3], [0.1, 0.1])
    assert value == pytest.approx([0.15, 0.25])
    # Own variance 0.01 * 0.01 / 0.02 = 0.005, and the mean's 0.02 / 2 = 0.01, a quarter of it.
    assert error == pytest.approx([np.sqrt(0.005 + 0.25 * 0.01)] * 2)


def test_what_differs_by_chance_alone_is_the_mean():
    value, error = shrunk([0.20, 0.22, 0.21], [0.1, 0.1, 0.1])
    assert value == pytest.approx([0.21] * 3)
    assert error == pytest.approx([0.1 / np.sqrt(3)] * 3)


def test_a_small_group_moves_further():
    value, _ = shrunk_shares([50, 5, 300], [100, 10, 1000])
    assert 0.5 - value[0] < 0.5 - value[1]


def test_nothing_known():
    value, error = shrunk([np.nan, 0.3], [0.1, 0.0])
    assert np.isnan(value).all() and np.isnan(error).all()
    assert np.isnan(shrunk_shares([], [])[0]).size == 0


@pytest.mark.parametrize("hits", [[0, 0], [5, 8]], ids=["none", "all"])
def test_without_any_difference_shares_stay(hits):
    value, error = shrunk_shares(hits, [5, 8])
    assert value.tolist() == [hits[0] / 5, hits[1] / 8] and np.isnan(error).all()


def test_an_empty_group_is_the_mean():
    value, _ = shrunk_shares([10, 0], [100, 0])
    assert value[0] == pytest.approx(0.1)
