"""Regression to the mean by hand, and how often an action on the worst of twelve equal items seems to work."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.surveys.action_controls import action_effect, left_alone
from csanalysis.metrics.surveys.rectification import action_effects

DAY = pd.Timestamp


def test_the_line_through_items_left_alone():
    """Lows -2, -1, 0, 1, 2 gained 2, 1, 0, -1, -1.5 or so: slope -0.9, mean 0.1; at -2 expected 1.9."""
    low, change = np.array([-2.0, -1, 0, 1, 2]), np.array([2.0, 1, 0, -1, -1.5])
    expected, effect, below, above, chance = action_effect(low, change, own_low=-2, own_change=2.4)
    assert expected == pytest.approx(0.1 + 0.9 * 2) and effect == pytest.approx(0.5)
    rest = change - (0.1 - 0.9 * low)
    error = np.sqrt((rest**2).sum() / 3 * (1 + 1 / 5 + 4 / 10))
    assert (below, above) == pytest.approx((0.5 - 3.182446 * error, 0.5 + 3.182446 * error))
    assert chance == pytest.approx(2 * stats.t.sf(0.5 / error, 3))


@pytest.mark.parametrize(
    ("low", "change", "own"),
    [
        ([0, 1, 2, 3], [0, 0, 0, 0], 1.0),
        ([1, 1, 1, 1, 1], [0, 1, 2, 3, 4], 1.0),
        ([0, 1, 2, 3, 4], [1] * 5, np.nan),
    ],
    ids=["four items", "all as low", "own unknown"],
)
def test_nothing_to_compare_with(low, change, own):
    found = action_effect(np.array(low, float), np.array(change, float), own_low=own, own_change=1.0)
    assert np.isnan(found).all()


def test_items_that_something_was_done_about_are_no_controls():
    actions = pd.DataFrame(
        {
            "item_code": ["1", "2", "3"],
            "start_date": [DAY("2025-03-01"), DAY("2025-06-01"), DAY("2020-01-01")],
            "done_date": [DAY("2025-04-01"), pd.NaT, DAY("2020-02-01")],
        }
    )
    where = pd.DataFrame({"programme": "css", "item_code": ["1", "2", "3", "4"]})
    rows = actions.merge(where, on="item_code").iloc[:1]
    assert left_alone(rows, actions, where, months=6)["item_code"].tolist() == ["3", "4"]


def worst_of_twelve(seed):
    """Whether an action on the item that scored least in six months, twelve being equal, seems to work."""
    random, days = np.random.default_rng(seed), pd.date_range("2023-01-01", "2025-06-30")
    date = np.repeat(days[random.integers(0, len(days), 900)], 12)
    responses = pd.DataFrame(
        {
            "survey_date": date, "programme": "css", "source": "oem",
            "item_code": np.tile([f"{item}" for item in range(12)], 900), "score": random.normal(9, 1, 10_800),
            "response_id": np.repeat(np.arange(900), 12), "max_score": 10.0,
        }
    )  # fmt: skip
    before = responses[responses["survey_date"].between("2024-06-01", "2024-11-30")]
    worst = before.groupby("item_code")["score"].mean().idxmin()
    actions = pd.DataFrame(
        {
            "action_id": ["a"], "item_code": [worst], "start_date": [DAY("2024-12-01")],
            "done_date": [DAY("2024-12-20")], "due_date": [DAY("2024-12-31")],
        }
    )  # fmt: skip
    found = action_effects(actions, responses, as_of=DAY("2025-06-30"))
    return bool((found["action_q_value"]["value"] <= 0.05).any()), bool(
        (found["action_change"]["low"] > 0).any()
    )


def test_an_action_on_the_worst_of_equal_items_seldom_seems_to_work():
    claimed, bare = np.mean([worst_of_twelve(seed) for seed in range(100)], axis=0)
    assert claimed <= 0.10  # 5 expected at most
    assert bare > claimed
