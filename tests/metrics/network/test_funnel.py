import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.network.funnel import between_store_variance, funnel, told_apart


def stores(numerators, denominators, period="2025"):
    names = [f"s{place}" for place in range(len(numerators))]
    return pd.DataFrame(
        {"period": period, "dealership": names, "numerator": numerators, "denominator": denominators}
    )


def test_limits_by_hand():
    # Two stores, 30 of 100 and 10 of 100: pooled 0.2, asin(sqrt(0.2)) = 0.46365, error 1 / (2 * 10) = 0.05.
    found = funnel(stores([30, 10], [100, 100]), metric="annual_churn_rate", scale="proportion")
    limits = found["network_limits"].iloc[0]
    low, high = (np.sin(0.4636476 + side * 1.959964 * 0.05) ** 2 for side in (-1, 1))
    assert limits["value"] == pytest.approx(0.2)
    assert (limits["low"], limits["high"]) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))
    assert found["network_standing"]["value"].isna().all(), "two stores do not show how much stores differ"


def test_a_larger_store_has_narrower_limits():
    limits = funnel(stores([20, 200, 2000], [100, 1000, 10000]), metric="m", scale="ratio")["network_limits"]
    assert (limits["high"] - limits["low"]).is_monotonic_decreasing


@pytest.mark.parametrize(
    "rates", [stores([], []), stores([1], [2]), stores([np.nan, 1], [0, 2])], ids=["none", "one", "no cases"]
)
def test_fewer_than_two_stores_are_no_group(rates):
    assert funnel(rates, metric="m", scale="proportion") == {}


def test_a_store_without_cases_is_left_out():
    found = funnel(stores([3, 0, 4], [10, 0, 10]), metric="m", scale="proportion")
    assert list(found["network_limits"]["dealership"]) == ["s0", "s2"]


@pytest.mark.parametrize("scale", ["proportion", "ratio"])
@pytest.mark.parametrize("spread", [0.0, 0.05], ids=["no real difference", "ordinary differences"])
def test_at_most_one_like_store_in_fourteen_is_called_different(scale, spread):
    random, share = np.random.default_rng(5), []
    for _ in range(200):
        size = random.integers(40, 2000, 30)
        rate = np.clip(random.normal(0.6, spread, 30), 0.05, 0.95)
        if scale == "proportion":
            rates = stores(random.binomial(size, rate), size)
        else:
            rates = stores(random.poisson(rate * size), random.poisson(size))
        standing = funnel(rates, metric="m", scale=scale)["network_standing"]["value"]
        share.append((standing.abs() > 1.96).mean())
    assert 0.02 < np.mean(share) < 0.072


@pytest.mark.parametrize("size", [60, 3000])
def test_a_store_that_is_far_off_is_found_if_it_is_large(size):
    random, found = np.random.default_rng(8), []
    for _ in range(50):
        sizes = np.append(random.integers(200, 2000, 19), size)
        rate = np.append(np.full(19, 0.3), 0.4)
        standing = funnel(stores(random.binomial(sizes, rate), sizes), metric="m", scale="proportion")
        found.append(standing["network_standing"]["value"].iloc[-1] > 1.96)
    assert np.mean(found) > 0.9 if size == 3000 else np.mean(found) < 0.6


def test_no_spread_where_stores_differ_less_than_chance():
    assert between_store_variance(np.array([0.01, -0.01, 0.005, -0.005] * 3), np.full(12, 0.05)) == 0


def test_spread_beyond_chance_by_hand():
    """Ten stores of two sizes. The outermost standing at either end is pulled to the 10 % quantiles."""
    errors = np.array([0.02] * 5 + [0.04] * 5)
    away = np.array([0.10, -0.06, 0.05, -0.04, 0.02, 0.20, -0.12, 0.08, -0.08, 0.04])
    standing = [5, -3, 2.5, -2, 1, 5, -3, 2, -2, 1]
    # A normal clipped at its 10 % quantiles, +-1.28155, has variance 0.8 - 2*1.28155*0.17550 + 0.2*1.28155**2.
    clipped = 0.8 - 2 * 1.2815516 * 0.1754983 + 0.2 * 1.2815516**2
    pulled = sum(min(max(value, -3), 5) ** 2 for value in standing) / clipped
    weights = [2500] * 5 + [625] * 5
    scale = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    assert between_store_variance(away, errors) == pytest.approx((pulled - 9) / scale, rel=1e-5)


@pytest.mark.parametrize(("number", "known"), [(7, False), (8, True)])
def test_eight_stores_show_how_much_stores_differ(number, known):
    rates = stores([20, 40] * 3 + [30] * (number - 6), [100] * number)
    found = funnel(rates, metric="m", scale="proportion")
    assert found["network_standing"]["value"].notna().all() == known
    limits = found["network_limits"].iloc[0]
    reach = np.arcsin(np.sqrt(limits["high"])) - np.arcsin(np.sqrt(0.3))
    assert (reach > 1.959964 * 0.05 + 1e-6) == known, "only known differences between stores widen the limits"


def test_the_curve_of_limits_runs_over_the_sizes_of_the_stores():
    curve = funnel(stores([30, 100], [100, 1000]), metric="m", scale="proportion")["network_funnel"]
    sizes = curve["cases"].astype(float)
    assert (sizes.min(), sizes.max(), len(sizes)) == (60, 1200, 40)


@pytest.mark.parametrize("scale", ["proportion", "ratio"])
@pytest.mark.parametrize("spread", [0.0, 0.03], ids=["no real difference", "ordinary differences"])
def test_few_groups_of_a_hundred_like_stores_name_one(scale, spread):
    random, named = np.random.default_rng(6), 0
    for _ in range(100):
        size = random.integers(150, 2000, 100)
        rate = np.clip(random.normal(0.6, spread, 100), 0.05, 0.95)
        if scale == "proportion":
            rates = stores(random.binomial(size, rate), size)
        else:
            rates = stores(random.poisson(rate * size), random.poisson(size))
        standing = funnel(rates, metric="m", scale=scale)["network_standing"]
        named += (told_apart(standing)["value"] <= 0.05).any()
    assert named <= 10  # 5 expected at most; 11 or more of them in 1 %


def test_measures_are_one_family():
    """Standings of 2.6 in one measure of two: 0.0093 * 2 alone, 0.0093 * 4 beside two more."""
    one = pd.DataFrame({"period": "2025", "value": [2.6, 0.0], "dealership": ["a", "b"], "metric": "m"})
    both = pd.concat([one, one.assign(value=0.0, metric="n")], ignore_index=True)
    chance = 2 * 0.00466119
    assert told_apart(one)["value"].tolist() == pytest.approx([2 * chance, 1], rel=1e-4)
    assert told_apart(both)["value"].tolist() == pytest.approx([4 * chance, 1, 1, 1], rel=1e-4)


def test_a_store_whose_numerator_is_unknown_is_left_out():
    found = funnel(stores([3, np.nan, 4], [10, 10, 10]), metric="m", scale="proportion")
    assert list(found["network_limits"]["dealership"]) == ["s0", "s2"]


def test_limits_of_a_ratio_by_hand():
    # 30 and 50 over 100: pooled 0.4, square root 0.632456, error sqrt(1.4 / 400) = 0.0591608.
    limits = funnel(stores([30, 50], [100, 100]), metric="m", scale="ratio")["network_limits"].iloc[0]
    low, high = ((0.6324555 + side * 1.959964 * 0.0591608) ** 2 for side in (-1, 1))
    assert (limits["low"], limits["high"]) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))


@pytest.mark.parametrize(
    ("numerators", "scale", "side", "end"),
    [((1, 0), "proportion", "low", 0), ((3, 4), "proportion", "high", 1), ((1, 0), "ratio", "low", 0)],
    ids=["a share below nothing", "a share above all", "a ratio below nothing"],
)
def test_limits_of_very_small_stores_end_where_rates_do(numerators, scale, side, end):
    """Of four cases the limits reach 0.49 to either side of asin(sqrt(1/8)) = 0.36, of sqrt(1/8) = 0.35 by 0.52."""
    limits = funnel(stores(numerators, [4, 4]), metric="m", scale=scale)["network_limits"]
    assert limits[side].tolist() == [pytest.approx(end, abs=1e-12)] * 2


def test_standing_by_hand():
    """Seven stores at 0.3 and one at 0.4 differ less than chance: only the error of 100 cases, 0.05, counts."""
    found = funnel(stores([30] * 7 + [40], [100] * 8), metric="m", scale="proportion")["network_standing"]
    centre = np.arcsin(np.sqrt(250 / 800))
    expected = [(np.arcsin(np.sqrt(rate)) - centre) / 0.05 for rate in (0.3, 0.4)]
    assert found["value"].tolist() == pytest.approx([expected[0]] * 7 + [expected[1]])


def test_more_than_all_of_a_share_counts_as_all_but_a_ratio_may_pass_one():
    def standing(last, scale):
        rates = stores([9] * 7 + [last], [10] * 8)
        return funnel(rates, metric="m", scale=scale)["network_standing"]["value"].iloc[-1]

    # Eight stores of 10 cases; 12 of 10 moves the centre to 75/80 and is itself taken as 1.
    aim = np.arcsin(np.sqrt(75 / 80))
    assert standing(12, "proportion") == pytest.approx((np.pi / 2 - aim) / (1 / (2 * np.sqrt(10))))
    error = np.sqrt((1 + 75 / 80) / 40)
    assert standing(12, "ratio") == pytest.approx((np.sqrt(1.2) - np.sqrt(75 / 80)) / error)


def test_the_curve_is_the_limits_of_stores_of_its_sizes():
    found = funnel(stores([0, 4], [1, 9]), metric="m", scale="proportion")
    curve = found["network_funnel"].set_index("cases")
    assert curve.index[0] == "1", "no store has less than one case"
    row = curve.loc["4"]
    # Pooled 0.4: asin(sqrt(0.4)) = 0.684719; four cases err by 1 / (2 * 2) = 0.25.
    low, high = (np.sin(0.6847192 + side * 1.959964 * 0.25) ** 2 for side in (-1, 1))
    assert (row["value"], row["low"], row["high"]) == pytest.approx((0.4, low, high), abs=1e-6)
