"""Simulated stores: an effect of grading is found where there is one, and hardly ever where there is none.

A store proposes some 150 items a month, the volume of the smaller demonstration stores, 12 months before and
12 after the day; the published effect is 30 % more successes.
"""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.stats.standardisation import Estimate
from csanalysis.metrics.upsell.effect import effect_verdict, success_series, upsell_success_change

STORES, MONTHS, ITEMS = 200, 12, 150
SINCE, AS_OF = pd.Timestamp("2025-01-01"), pd.Timestamp("2025-12-31")
GRADES, RATES = pd.Index(["A", "B", "C"]), np.array([0.60, 0.40, 0.22])
ITEM_NAMES = pd.Index(["brakes", "battery", "tyres", "filter"])


def store(
    random: np.random.Generator,
    *,
    gain: float = 1.0,
    trend: float = 0.0,
    drift: float = 0.0,
    wave: float = 0.0,
) -> pd.DataFrame:
    """Cases of one store.

    ``gain`` multiplies the chances from the day on, ``trend`` is added to them a year, ``drift`` makes so
    much more of the items grade A (below 0: grade C) from the day on, ``wave`` is the height of a yearly one.
    """
    count = random.poisson(ITEMS * 2 * MONTHS)
    month = random.integers(0, 2 * MONTHS, count)
    date = (np.datetime64("2024-01") + month).astype("datetime64[D]") + random.integers(0, 28, count)
    after = month >= MONTHS
    grade = 2 - np.digitize(random.random(count) + drift * after, [0.35, 0.7])
    item = random.integers(0, len(ITEM_NAMES), count)
    turn = 2 * np.pi * (month / 12 + random.random())
    chance = RATES[grade] + 0.03 * (item - 1.5) + trend * month / 12 + wave * np.sin(turn)
    accepted = random.random(count) < np.clip(chance * np.where(after, gain, 1), 0, 1)
    return pd.DataFrame(
        {
            "date": date.astype("datetime64[s]"),
            "grade": pd.Categorical.from_codes(grade, GRADES),
            "item": pd.Categorical.from_codes(item, ITEM_NAMES),
            "accepted": accepted,
        }
    )


def said(cases: pd.DataFrame) -> str:
    change = upsell_success_change(cases, graded_since=SINCE, as_of=AS_OF, measure="standardised")
    series = success_series(cases, graded_since=SINCE)
    assert series is not None
    return effect_verdict(Estimate(*change[["value", "low", "high"]].iloc[0]), series.step)


def share_of(verdicts: set[str], seed: int, **store_is: float) -> float:
    random = np.random.default_rng(seed)
    found = [said(store(random, **store_is)) for _ in range(STORES)]
    return sum(word in verdicts for word in found) / STORES


@pytest.mark.slow
@pytest.mark.parametrize(
    "store_is",
    [{}, {"trend": 0.10}, {"trend": -0.06, "drift": 0.15}, {"wave": 0.04}],
    ids=["nothing changes", "rates rose all along", "falling, but more items of grade A", "a yearly wave"],
)
def test_no_effect_is_claimed_where_grading_does_nothing(store_is):
    assert share_of({"helped", "hurt"}, 11, **store_is) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("store_is", [{}, {"drift": -0.20}], ids=["same mix", "more items of grade C"])
def test_the_published_effect_is_found(store_is):
    assert share_of({"helped"}, 12, gain=1.3, **store_is) >= 0.80
