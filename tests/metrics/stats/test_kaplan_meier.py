"""The Kaplan-Meier estimate, redone by hand."""

import numpy as np
import pytest

from csanalysis.metrics.stats.kaplan_meier import kaplan_meier


def test_shares_by_hand():
    """Five waits: over after 1 and 3, censored at 2 and 4, over after 5."""
    share, _, _ = kaplan_meier([1, 2, 3, 4, 5], [True, False, True, False, True], [0, 1, 2, 3, 4.5, 5])
    still = [1, 4 / 5, 4 / 5, 4 / 5 * 2 / 3, 4 / 5 * 2 / 3, 0]
    assert share == pytest.approx([1 - part for part in still])


def test_who_is_censored_at_a_time_is_at_risk_at_that_time():
    share, _, _ = kaplan_meier([2, 2], [True, False], [2])
    assert share == pytest.approx([0.5])


def test_bounds_are_greenwoods_on_the_log_log_scale():
    waited, over = np.arange(1, 11), np.array([True] * 4 + [False] * 6)
    (share,), (low,), (high,) = kaplan_meier(waited, over, [4])
    still = 0.6
    error = np.sqrt(1 / (10 * 9) + 1 / (9 * 8) + 1 / (8 * 7) + 1 / (7 * 6)) / abs(np.log(still))
    assert share == pytest.approx(0.4)
    bounds = [1 - still ** np.exp(sign * 1.959964 * error) for sign in (-1, 1)]
    assert (low, high) == pytest.approx(tuple(bounds), abs=1e-6)


def test_beyond_the_longest_wait_nothing_is_known_and_ends_have_no_bounds():
    share, low, high = kaplan_meier([1, 2, 3], [True, True, False], [0.5, 2, 3, 3.01])
    assert share == pytest.approx([0, 2 / 3, 2 / 3, np.nan], nan_ok=True)
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, False, False, True]


def test_nobody_waits_or_all_times_are_later():
    for waited, over in (([], []), ([1.0], [True])):
        curve = kaplan_meier(waited, over, [2, 3])
        assert [np.isnan(part).all() and len(part) == 2 for part in curve] == [True] * 3
