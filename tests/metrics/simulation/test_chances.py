"""Drawn years against targets, and what a point of a target is worth, on paper."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.simulation import chances
from csanalysis.metrics.simulation.chances import contradictions, point_values, resampled_years, target_met
from csanalysis.metrics.simulation.history import OLDEST
from csanalysis.metrics.simulation.model import STRATA
from csanalysis.metrics.simulation.spreads import Spread
from tests.metrics.simulation.test_flows import NEVER, SURE, model


def worth(store, target, aim, quantity):
    found = point_values(store, {target: aim}, {target: quantity}, plan_year=2026, draws=2)
    assert found["target"].tolist() == [target]
    return found["value"].item()


def half_of_a_hundred_come_in_december():
    """100 vehicles reach twelve months in December, when one in two comes, for 500 yuan."""
    cells = len(STRATA), OLDEST + 1
    stock = np.zeros(cells, dtype="int64")
    stock[0, 1] = 100
    came = np.full(cells, NEVER)
    came[:, 12] = SURE
    return model(stock=stock, came=came)


def test_a_point_of_churn_is_one_vehicle_of_a_hundred():
    assert worth(half_of_a_hundred_come_in_december(), "churn", 0.4, "churn_rate") == pytest.approx(
        500, rel=1e-3
    )


def test_a_hundredth_of_forty_lapses_is_two_fifths_of_a_vehicle():
    assert worth(half_of_a_hundred_come_in_december(), "lapses", 40.0, "lapses") == pytest.approx(
        200, rel=1e-3
    )


def test_a_point_of_success_is_a_hundredth_of_the_items():
    store = model(elsewhere=120.0, proposals=1.0, success=0.4, proposed_amount=300.0)
    assert worth(store, "success", 0.5, "success_rate") == pytest.approx(120 * 0.01 * 300, rel=1e-3)


def test_a_hundredth_of_sixty_first_services_is_three_fifths_of_one():
    first = np.full(OLDEST + 1, NEVER)
    first[3] = SURE
    assert worth(model(sales=120.0, first_came=first), "services", 60.0, "first_services") == pytest.approx(
        0.6 * 200, rel=1e-3
    )


def test_where_the_lever_moves_nothing_no_point_has_a_price():
    assert np.isnan(worth(model(), "lapses", 40.0, "lapses"))


def test_targets_that_seldom_come_but_never_together_are_marked():
    draws = np.arange(100)
    hits = {"a": draws < 10, "b": draws >= 90, "c": (draws >= 80) & (draws < 89)}
    # Ten and ten of a hundred: together once if unrelated; ten and nine less often than that.
    pairs = contradictions(hits, plan_year=2026)
    assert pairs[["target", "against"]].to_numpy().tolist() == [["a", "b"]]
    assert pairs[["numerator", "denominator"]].to_numpy()[0] == pytest.approx([0, 0.01])


def test_targets_that_help_each_other_are_marked_and_one_that_is_never_met_is_not():
    met = np.arange(10) < 5
    pairs = contradictions({"a": met, "b": met, "never": met & ~met}, plan_year=2026)
    assert pairs[["target", "against", "value"]].to_numpy().tolist() == [["a", "b", 2.0]]


@pytest.mark.parametrize(
    ("target", "short", "met"),
    [(3.0, 1e-9, True), (3.0, 1e-8, False), (0.2, 5e-10, True), (0.2, 2e-9, False), (1e6, 5e-4, True), (-1e6, 5e-4, True)],
)  # fmt: skip
def test_a_rounding_error_misses_no_target(target, short, met):
    assert target_met(np.array([target - short]), target, better="higher").item() is met
    assert target_met(np.array([target + short]), target, better="lower").item() is met


def months(values, **columns):
    return pd.DataFrame({"numerator": np.nan, "denominator": np.nan, "value": values} | columns)


@pytest.fixture
def as_drawn(monkeypatch):
    """Years as the months give them, before they are widened to how far whole years lie apart."""
    monkeypatch.setattr(chances, "_widened", lambda drawn, months, rng: drawn)


@pytest.mark.parametrize(("scale", "times"), [(2.0, 2), (0.5, 1)], ids=["years lie farther apart", "closer"])
def test_years_are_widened_about_their_mean_and_never_narrowed(monkeypatch, scale, times):
    drawn = np.array([9.0, 11.0])  # one from their mean
    sure = Spread(0.0, scale, 1e15)  # a t distribution of so many degrees of freedom is a normal one
    monkeypatch.setattr(chances, "next_year", lambda months: (0.0, sure))
    found = chances._widened(drawn, np.zeros(24), np.random.default_rng(1))
    assert found == pytest.approx([10 - times, 10 + times], rel=1e-6)


def test_a_year_is_four_blocks_of_three_months(as_drawn):
    # Months worth 0 to 11: a block from month s is 3 s + 3, so a year lies between 12 and 120.
    drawn = resampled_years(months(np.arange(12.0)), draws=50_000, seed=1) * 12
    assert (drawn.min(), drawn.max()) == pytest.approx((12, 120))
    assert drawn % 3 == pytest.approx(0)


def test_only_the_last_24_months_are_drawn(as_drawn):
    values = np.r_[[100.0], np.arange(24.0)]
    drawn = resampled_years(months(values), draws=20_000, seed=1)
    assert drawn.max() <= 22
    assert drawn.min() < 2  # the oldest of them is drawn


def test_counts_are_summed_before_they_are_divided(as_drawn):
    # One month in two has 1 of 1, the other 0 of 3: six of each kind, or one more or less by the block.
    counts = months(np.tile([1.0, 0.0], 6), numerator=np.tile([1.0, 0], 6), denominator=np.tile([1.0, 3], 6))
    drawn = set(resampled_years(counts, draws=500, seed=1).round(9))
    # A block holds two of the one and one of the other: n of twelve of the first kind, 4 to 8.
    assert drawn == {round(n / (n + 3 * (12 - n)), 9) for n in range(4, 9)}


def test_counts_of_nothing_give_no_value():
    nothing = months([0.0] * 12, numerator=[0.0] * 12, denominator=[0.0] * 12)
    assert np.isnan(resampled_years(nothing, draws=2, seed=1)).all()
