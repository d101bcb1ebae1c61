"""Peers, targets drawn towards them, and sums that hold: worked by hand, and in worlds of known truth."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.network.peers import peers_of, reconciled, shrinkage_backtest, shrunk_to_peers


def stores(rows):
    names = [f"s{place:02d}" for place in range(len(rows))]
    return pd.DataFrame(rows, index=names, columns=["region", "size", "brand"])


def rates(value, cases):
    names = [f"s{place:02d}" for place in range(len(value))]
    return pd.DataFrame({"value": value, "cases": cases}, index=names, dtype=float)


def test_the_closest_kind_of_which_there_are_enough():
    found = peers_of(stores([("N", "A", "x")] * 3 + [("S", "A", "x")] * 2 + [("S", "B", "y")]), fewest=3)
    assert found["kind"].tolist() == ["region_size_brand"] * 3 + ["size_brand"] * 2 + ["group"]
    assert found["peers"].tolist() == [3] * 3 + [5] * 2 + [6]


def test_what_no_store_says_tells_none_apart_and_who_says_nothing_is_nobodys_peer():
    found = peers_of(stores([("N", "", "")] * 3 + [("", "", "")]), fewest=3)
    assert found["kind"].tolist() == ["region"] * 3 + ["group"]
    assert peers_of(stores([("", "", "")] * 2), fewest=2)["kind"].tolist() == ["group"] * 2
    assert peers_of(stores([])).empty


def test_a_rate_is_drawn_by_hand():
    """Eight stores of 100 cases, asin(sqrt) 0.5236 (0.25) and 0.6155 (1/3), four of each; error 1/20.

    No store is outermost alone, so nothing is pulled in but by the ends' own quantiles: all standings are
    +-0.919 around the pooled 0.2917, turned 0.5704.
    """
    given = rates([0.25, 1 / 3] * 4, [100] * 8)
    found = shrunk_to_peers(given, peers_of(stores([("", "", "")] * 8)), scale="proportion")
    assert found["peer"].tolist() == pytest.approx([0.875 / 3] * 8)
    # 8 x 0.919^2 = 6.76 over the clipped variance 0.8302... less 7 is above 0 by little: weight is one number.
    assert found["weight"].nunique() == 1 and 0 <= found["weight"].iloc[0] < 0.3
    weight = found["weight"].iloc[0]
    aim, place = np.arcsin(np.sqrt(0.875 / 3)), np.arcsin(np.sqrt(0.25))
    assert found["value"].iloc[0] == pytest.approx(np.sin(weight * place + (1 - weight) * aim) ** 2)


def test_too_few_peers_draw_nobody_and_a_store_without_cases_is_left_out():
    found = shrunk_to_peers(
        rates([0.2, 0.4, 0.3, 1], [100, 100, 0, 1]), peers_of(stores([("", "", "")] * 4)), scale="proportion"
    )
    assert found["value"].tolist() == [0.2, 0.4, 1] and found["weight"].isna().all()
    assert shrunk_to_peers(rates([], []), peers_of(stores([])), scale="proportion").empty


@pytest.mark.parametrize(
    ("spread", "low", "high"), [(0.0, 0.0, 0.15), (0.1, 0.6, 1.0)], ids=["alike", "apart"]
)
def test_a_small_store_keeps_of_its_own_what_is_not_chance(spread, low, high):
    """Drawn rates lie nearer to the truth than the stores' own, and among like stores nothing of them is kept."""
    random, kept, own_error, drawn_error = np.random.default_rng(3), [], 0.0, 0.0
    for _ in range(40):
        truth = np.clip(random.normal(0.3, spread, 40), 0.05, 0.9)
        size = random.integers(60, 300, 40)
        found = shrunk_to_peers(
            rates(random.binomial(size, truth) / size, size),
            peers_of(stores([("N", "A", "x")] * 40)),
            scale="proportion",
        )
        kept.append(found["weight"].mean())
        own_error += np.abs(found["own"] - truth).sum()
        drawn_error += np.abs(found["value"] - truth).sum()
    assert low <= np.mean(kept) <= high
    assert drawn_error < own_error


def test_what_is_missing_is_shared_out_by_hand():
    """10 x 0.2 + 20 x 0.3 = 8; asked for 9. Pulls 10 x 0.01 = 0.1 and 20 x 0.0025 = 0.05; weighted sum 2.

    So the first moves by 0.05 and the second by 0.025: 10 x 0.25 + 20 x 0.325 = 9.
    """
    assert reconciled([0.2, 0.3], [10, 20], [0.1, 0.05], 9).tolist() == pytest.approx([0.25, 0.325])
    assert reconciled([1, 1], [1, 1], [0, 0], 3).tolist() == [1.5, 1.5]
    assert reconciled([1, 1], [1, 1], [np.nan, 1], 3).tolist() == [1, 2]


def test_errors_of_the_year_before_by_hand():
    before, after = rates([0.2, 0.4] * 4, [100] * 8), rates([0.3] * 8, [100] * 8)
    found = shrinkage_backtest(
        before, after, peers_of(stores([("", "", "")] * 8)), metric="m", period="2025", scale="proportion"
    ).set_index("way")
    assert found["value"]["own"] == pytest.approx(0.1) and found["value"]["peers"] == pytest.approx(0.0)
    assert found["value"]["peers"] < found["value"]["shrunk"] < 0.1
    assert shrinkage_backtest(
        before,
        rates([], []),
        peers_of(stores([("", "", "")] * 8)),
        metric="m",
        period="2025",
        scale="proportion",
    ).empty


@pytest.mark.parametrize(
    ("scale", "errors"),
    [
        # Of 100 cases the error of a share r is sqrt(r (1 - r)) / 10.
        ("proportion", [0.04, 0.04898979]),
        # Pooled 0.3: sqrt(1.3 / 400) = 0.05700877 on the scale of roots, whose slope is 2 sqrt(r).
        ("ratio", [0.05099020, 0.07211103]),
    ],
)
def test_the_error_of_a_rate_that_nobody_draws_by_hand(scale, errors):
    found = shrunk_to_peers(rates([0.2, 0.4], [100, 100]), peers_of(stores([("", "", "")] * 2)), scale=scale)
    assert found["error"].tolist() == pytest.approx(errors)
    assert found["peer"].tolist() == pytest.approx([0.3] * 2) and found["cases"].tolist() == [100, 100]


def test_a_ratio_is_drawn_by_hand():
    """Roots 0.5 and 1 around the pooled one's, sqrt(0.625); each of the eight errs by sqrt(1.625 / 400)."""
    found = shrunk_to_peers(
        rates([0.25, 1.0] * 4, [100] * 8), peers_of(stores([("", "", "")] * 8)), scale="ratio"
    )
    aim, error = np.sqrt(0.625), np.sqrt(1.625 / 400)
    squares = 4 * ((0.5 - aim) ** 2 + (1 - aim) ** 2) / error**2
    # A normal clipped at its 10 % quantiles has variance 0.678654; none of eight lies beyond two like ends.
    between = (squares / 0.678654 - 7) / (7 / error**2)
    weight = between / (between + error**2)
    value = (weight * 0.5 + (1 - weight) * aim) ** 2
    first = found.iloc[0]
    assert first["weight"] == pytest.approx(weight, rel=1e-5) and first["value"] == pytest.approx(value)
    assert first["error"] == pytest.approx(np.sqrt(weight) * error * 2 * np.sqrt(value), rel=1e-5)


def test_stores_are_drawn_towards_those_of_their_own_region():
    """Two regions of eight, of one size and brand: each has its own pooled rate."""
    names = stores([("N", "A", "x")] * 8 + [("S", "A", "x")] * 8)
    found = shrunk_to_peers(
        rates([0.2] * 8 + [0.6] * 8, [100] * 16), peers_of(names, fewest=8), scale="proportion"
    )
    assert found["peer"].tolist() == pytest.approx([0.2] * 8 + [0.6] * 8)
