import numpy as np
import pytest
from scipy.special import expit, logit

from csanalysis.metrics.stats.logistic import fit_logistic, hats, logistic_chance


def constant(count):
    return np.ones((count, 1))


def test_the_constant_alone_is_the_odds_of_the_mean():
    came = np.array([True] * 30 + [False] * 70)
    assert fit_logistic(constant(100), came)[0] == pytest.approx(logit(0.3), abs=1e-4)


def test_two_groups_by_hand():
    """20 of 100 came without, 60 of 100 with: odds 1/4 and 3/2, so their ratio is 6."""
    group = np.repeat([0.0, 1.0], 100)
    came = np.concatenate([np.arange(100) < 20, np.arange(100) < 60])
    features = np.column_stack([np.ones(200), group])
    free = fit_logistic(features, came, penalty=1e-9)
    assert np.exp(free[1]) == pytest.approx(6, rel=1e-3)
    assert logistic_chance(features[[0, -1]], free) == pytest.approx([0.2, 0.6], abs=1e-3)
    held = fit_logistic(features, came, penalty=50)
    assert 0 < held[1] < free[1]
    assert logistic_chance(features, held).mean() == pytest.approx(0.4, abs=1e-3), "the mean is not held back"


def test_the_loss_is_least_where_it_says():
    random = np.random.default_rng(1)
    features = np.column_stack([np.ones(1000), random.normal(size=(1000, 3))])
    came = random.random(1000) < expit(features @ [-1, 1, 0, -0.5])
    found = fit_logistic(features, came, penalty=2)
    slope = features.T @ (expit(features @ found) - came) + np.array([0, 2, 2, 2]) * found
    assert np.abs(slope).max() < 0.01
    assert found == pytest.approx([-1, 1, 0, -0.5], abs=0.25)
    again = random.permutation(1000)
    assert fit_logistic(features[again], came[again], penalty=2) == pytest.approx(found, abs=1e-6)


def test_one_row():
    assert logistic_chance(constant(1), fit_logistic(constant(1), np.array([True])))[0] > 0.5


def test_hats_by_hand():
    weights = hats(np.array([0.0, 1.5, 3.0, 9.0, -1.0, np.nan]), (0.0, 1.0, 3.0))
    assert weights.tolist() == [[1, 0, 0], [0, 0.75, 0.25], [0, 0, 1], [0, 0, 1], [1, 0, 0], [0, 0, 0]]
    assert hats(np.zeros(0), (0.0, 1.0)).shape == (0, 2)
