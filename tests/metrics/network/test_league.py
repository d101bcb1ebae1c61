import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.network.calibration import range_calibration
from csanalysis.metrics.network.league import measures_league

Z = 1.959964


def effects(values, errors, tried="calls"):
    values, errors = np.asarray(values, float), np.asarray(errors, float)
    names = [f"s{place:02d}" for place in range(len(values))]
    return pd.DataFrame(
        {
            "dealership": names,
            "tried": tried,
            "value": values,
            "low": values - Z * errors,
            "high": values + Z * errors,
        }
    )


def test_effects_of_like_stores_by_hand():
    """Eight stores of error 0.04, half at 0.08 and half at 0.12: they scatter less than chance, so t = 0.

    Mean 0.1; error 0.04 / sqrt(8), not made smaller by the small scatter; seven degrees of freedom.
    """
    found = measures_league(effects([0.08, 0.12] * 4, [0.04] * 8), period="2025")
    row = found["network_measure_effect"].iloc[0]
    half = stats.t.ppf(0.975, 7) * 0.04 / np.sqrt(8)
    assert row[["value", "low", "high", "denominator"]].tolist() == pytest.approx(
        [0.1, 0.1 - half, 0.1 + half, 8], rel=1e-5
    )
    # Of 256 ways to draw eight signs two have them all alike.
    assert found["network_measure_q_value"]["value"].item() == pytest.approx(2 / 256, abs=0.003)


def test_stores_that_scatter_beyond_what_is_told_of_them_widen_the_interval_by_hand():
    """Four stores show 0.1 with error 0.1, four 1.0 with error 0.3: weights 100 and 100/9, mean 0.19.

    Squares 400 x 0.0081 + 44.4 x 0.6561 = 32.4, of which chance gives 7; between stores 25.4 / 353.3 = 0.07189.
    """
    found = measures_league(effects([0.1] * 4 + [1.0] * 4, [0.1] * 4 + [0.3] * 4), period="2025")
    near, far = 1 / (0.01 + 25.4 / (4000 / 9 - 820 / 9)), 1 / (0.09 + 25.4 / (4000 / 9 - 820 / 9))
    mean = (0.1 * near + far) / (near + far)
    scatter = 4 * (near * (mean - 0.1) ** 2 + far * (1 - mean) ** 2) / 7
    assert (mean, scatter) == pytest.approx((0.402322, 1.898717), rel=1e-5)
    half = stats.t.ppf(0.975, 7) * np.sqrt(scatter / (4 * (near + far)))
    row = found["network_measure_effect"].iloc[0]
    assert row[["value", "low", "high"]].tolist() == pytest.approx([mean, mean - half, mean + half], rel=1e-5)


@pytest.mark.parametrize(
    ("values", "errors", "chance"),
    [
        # Eight of one weight, six above and two below: |sum| >= 4 of eight signs, 2 x (28 + 8 + 1) / 256.
        ([0.1] * 6 + [-0.1] * 2, [0.04] * 8, 74 / 256),
        # They scatter less than their errors; pulls 0.1 / 0.01 = 10 and +-0.5, together 10.5. With the first's
        # sign the other seven must give 0.5 or more: half of all draws.
        ([0.1] + [0.5] * 4 + [-0.5] * 3, [0.1] + [1.0] * 7, 1 / 2),
        # They scatter more: (0.25 - 0.01) / 0.1^4 = 2400 over 10007 is 0.23983, the others' squares are their
        # errors'. Pulls 0.5 / 0.24983 = 2.0013 and +-1 / 1.23983 = 0.80656, together 2.8079. With the first's
        # sign the other seven, added up, must be 1 or more, or -7: 65 of 128.
        ([0.5] + [1.0] * 4 + [-1.0] * 3, [0.1] + [1.0] * 7, 65 / 128),
        # Too many to draw: 220 above, 180 below, so z = 40 / sqrt(400) = 2.
        ([0.1] * 220 + [-0.1] * 180, [0.1] * 400, 0.0455),
    ],
    ids=["signs", "weights", "weights and spread", "many"],
)
def test_the_chance_of_a_mean_by_hand(values, errors, chance):
    found = measures_league(effects(values, errors), period="2025")["network_measure_q_value"]
    assert found["value"].item() == pytest.approx(chance, abs=0.015)


def test_what_no_draw_reaches_has_the_chance_of_one_more_draw():
    """Forty stores all above nil: 2 of 2^40 draws. Of 9,999 none, and the store's own counts as one."""
    found = measures_league(effects([0.1] * 40, [0.04] * 40), period="2025")["network_measure_q_value"]
    assert found["value"].item() == 1 / 10_000


def test_stores_that_show_it_by_themselves_have_the_sign_of_the_whole():
    found = measures_league(effects([0.3, 0.3, 0.3, 0.1, 0.1, 0.1, 0.1, -0.4], [0.05] * 8), period="2025")
    row = found["network_measure_stores"].iloc[0]
    # z of 0.3 is 6, of 0.1 is 2 (0.0455, q 0.0455 of eight clear ones), of -0.4 is 8 on the other side.
    assert (row["numerator"], row["denominator"]) == (7, 8)


def test_too_few_stores_and_effects_without_an_interval_say_nothing():
    found = measures_league(effects([0.1] * 7 + [0.2], [0.05] * 7 + [np.nan]), period="2025")
    assert all(frame.empty for frame in found.values())
    assert measures_league(effects([], []), period="2025")["network_measure_effect"].empty


def test_among_measures_that_do_nothing_seldom_is_one_proven():
    random, wrong = np.random.default_rng(6), 0
    for _ in range(60):
        of = []
        for tried in "abcdef":
            errors = random.uniform(0.02, 0.2, 12)
            spread = random.choice([0.0, 0.05])  # stores differ around nil
            of.append(effects(random.normal(random.normal(0, spread, 12), errors), errors, tried))
        found = measures_league(pd.concat(of, ignore_index=True), period="2025")
        wrong += (found["network_measure_q_value"]["value"] <= 0.05).any()
    assert wrong <= 8, "of 60 groups at most 5 %, and what chance adds to that"


def test_ranges_by_hand():
    told = pd.DataFrame(
        {"dealership": list("abcd"), "quantity": "visits", "low": [1, 1, 1, np.nan], "high": [3, 3, 3, 3]}
    )
    came = pd.DataFrame({"dealership": list("abcd"), "quantity": "visits", "value": [2, 0, 3, 2]})
    found = range_calibration(told, came, period="2025")
    held = found["network_range_held"].iloc[0]
    assert held[["numerator", "denominator"]].tolist() == [2, 3]
    missed = found["network_range_missed"].set_index("beyond")["numerator"]
    assert missed.to_dict() == {"below": 1, "above": 0}
    assert range_calibration(told.iloc[:0], came, period="2025")["network_range_held"].empty
