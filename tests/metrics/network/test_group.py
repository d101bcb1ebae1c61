import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.network import practice
from csanalysis.metrics.network.group import group_rate, group_total, quartiles
from csanalysis.metrics.network.practice import best_quarter, practice_differences
from csanalysis.metrics.stats.intervals import ratio_of_counts, wilson


def test_the_groups_rate_is_pooled_not_averaged():
    rates = pd.DataFrame(
        {"period": ["2025"] * 3, "numerator": [10, 1, np.nan], "denominator": [100, 2, np.nan]}
    )
    row = group_rate(rates, scale="proportion").iloc[0]
    assert (row["numerator"], row["denominator"], row["value"]) == (11, 102, pytest.approx(11 / 102))


def test_each_regions_rate_and_total_are_those_of_its_own_stores():
    rows = pd.DataFrame(
        {"period": ["2025"] * 4, "region": ["N", "N", "S", np.nan], "numerator": [10, 1, 3, 9]}
        | {"denominator": [100, 2, 4, 9], "value": [1, 2, np.nan, 4]}
    )
    rates = group_rate(rows, scale="proportion", by=["region"])
    assert rates[["region", "numerator", "denominator"]].to_numpy().tolist() == [["N", 11, 102], ["S", 3, 4]]
    totals = group_total(rows, by=["region"]).set_index("region")["value"]
    assert list(totals.index) == ["N", "S"] and totals["N"] == 3 and np.isnan(totals["S"])


def test_a_total_with_an_unknown_part_is_unknown():
    counts = pd.DataFrame({"period": ["2024", "2024", "2025", "2025"], "value": [1, 2, 3, np.nan]})
    totals = group_total(counts).set_index("period")["value"]
    assert totals["2024"] == 3 and np.isnan(totals["2025"])


def test_quartiles_need_four_stores():
    values = pd.DataFrame({"period": ["2024"] * 3 + ["2025"] * 5, "value": [1, 2, 3, 10, 20, 30, 40, 50]})
    found = quartiles(values).set_index("quartile")
    assert set(found["period"]) == {"2025"}
    assert found["value"].to_dict() == {"25": 20, "50": 30, "75": 40}
    assert (found["denominator"] == 5).all()


def scores(value, item="1", month="2025-03"):
    return pd.DataFrame({"month": [month], "programme": "css", "item_code": item, "value": [value]})


STORES = [f"s{place}" for place in range(12)]


@pytest.mark.parametrize(
    ("better", "best"), [("higher", ["s11", "s10", "s9"]), ("lower", ["s0", "s1", "s2"])]
)
def test_the_best_quarter_is_on_the_better_side(better, best):
    assert best_quarter(pd.Series(range(12), index=STORES, dtype=float), better=better) == best


def test_few_stores_have_no_best_quarter():
    assert best_quarter(pd.Series([1.0, 2, 3], index=STORES[:3]), better="higher") == []


def test_a_practice_that_goes_with_being_best_is_found_and_noise_is_not():
    random = np.random.default_rng(2)
    best = STORES[:3]
    practices = {
        "contact_coverage_rate/post_sale": pd.Series(
            [0.9, 0.92, 0.91] + [0.6 + 0.01 * n for n in range(9)], index=STORES
        ),
        "recovery_rate/A": pd.Series(random.normal(0.3, 0.05, 12), index=STORES),
        "late_entry_rate": pd.Series(np.nan, index=STORES),
    }
    found = practice_differences(practices, best, metric="annual_churn_rate", period="2025")
    assert list(found["practice"]) == ["contact_coverage_rate/post_sale"]
    assert found["value"].iloc[0] == pytest.approx(0.91 - 0.64)
    assert found["low"].iloc[0] < 0.27 < found["high"].iloc[0]


@pytest.mark.parametrize("shift", [0.0, 0.03, 0.05])
def test_over_many_stores_chance_is_what_shuffling_them_gives(monkeypatch, shift):
    values = np.random.default_rng(4).beta(2, 5, 240)
    inside = np.arange(240) < 60
    values[inside] += shift
    quick = practice._chance(values, inside)
    monkeypatch.setattr(practice, "MANY", 240)
    assert quick == pytest.approx(practice._chance(values, inside), abs=0.02)


def test_noise_alone_is_seldom_called_a_practice():
    random, held = np.random.default_rng(3), 0
    for _ in range(40):
        practices = {f"p{n}": pd.Series(random.normal(size=24), index=range(24)) for n in range(8)}
        held += len(practice_differences(practices, [0, 1, 2, 3, 4, 5], metric="m", period="2025")) > 0
    assert held <= 8


@pytest.mark.parametrize(("scale", "interval"), [("proportion", wilson), ("ratio", ratio_of_counts)])
def test_the_interval_is_that_of_the_rate_s_kind(scale, interval):
    rates = pd.DataFrame({"period": ["2025"] * 2, "numerator": [10, 20], "denominator": [100, 50]})
    row = group_rate(rates, scale=scale).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(interval(30, 150))


def test_four_stores_have_quartiles_and_three_have_none():
    values = pd.DataFrame({"period": ["2024"] * 4 + ["2025"] * 3, "value": [1, 2, 3, 4, 1, 2, 3]})
    assert quartiles(values)["period"].tolist() == ["2024"] * 3


def test_a_practice_that_all_share_or_few_have_is_not_compared():
    names = [f"s{n}" for n in range(8)]
    same = pd.Series(0.5, index=names)
    few = pd.Series([1.0, 0.9, 0.1, 0.1, 0.1], index=names[:5])
    found = practice_differences({"same": same, "few": few}, names[:2], metric="m", period="2025")
    assert found.empty and {"metric", "practice"} <= set(found)


def test_eight_stores_have_a_best_quarter_of_two_and_those_of_no_standing_do_not_count():
    standing = pd.Series([1.0, 5, 2, 8, 3, 4, 6, 7, np.nan], index=STORES[:9])
    assert best_quarter(standing, better="higher") == ["s3", "s7"]
    assert best_quarter(standing.iloc[1:], better="higher") == [], "seven are too few"


SIX = STORES[:6]


@pytest.mark.parametrize(
    ("rates", "others", "held"),
    [
        ([0.9, 0.8, 0.1, 0.2, 0.1, 0.2], {}, True),
        ([0.9, 0.8, 0.8, 0.1, 0.1, 0.1], {}, False),
        ([0.9, 0.8, 0.1, 0.2, 0.1, 0.2], {"other": [0.5, 0.1, 0.3, 0.2, 0.4, 0.3]}, False),
    ],
    ids=["1 of 15 pairs", "2 of 15 pairs", "1 of 15, but of two practices"],
)
def test_how_seldom_chance_makes_such_a_difference(rates, others, held):
    """Two of six stores are the best: of 15 pairs, how many differ as much? 1/15 is below 0.1, 2/15 is not.

    Of two practices of which one shows nothing, the other's 1/15 counts twice.
    """
    practices = {name: pd.Series(row, index=SIX) for name, row in {"p": rates, **others}.items()}
    found = practice_differences(practices, SIX[:2], metric="m", period="2025")
    assert found["practice"].tolist() == ["p"] * held


def test_the_interval_of_a_difference_by_hand():
    """Welch: variances 1e-4 / 3 and 7.5e-4 / 9, together 1.1667e-4, with 9.561 degrees of freedom."""
    rates = pd.Series([0.9, 0.92, 0.91] + [0.6 + 0.01 * n for n in range(9)], index=STORES)
    row = practice_differences({"p": rates}, STORES[:3], metric="m", period="2025").iloc[0]
    variance = 1e-4 / 3 + 7.5e-4 / 9
    freedom = variance**2 / ((1e-4 / 3) ** 2 / 2 + (7.5e-4 / 9) ** 2 / 8)
    half = stats.t.ppf(0.975, freedom) * np.sqrt(variance)
    assert freedom == pytest.approx(9.561, abs=1e-3)
    assert (row["low"], row["high"]) == pytest.approx((0.27 - half, 0.27 + half))


def test_a_store_that_gives_but_one_number_is_left_out_of_the_groups_rate():
    rates = pd.DataFrame(
        {"period": ["2024", "2025", "2025"], "numerator": [1, 10, np.nan], "denominator": [4, 100, 50]}
    )
    found = group_rate(rates, scale="proportion")
    assert found[["period", "numerator", "denominator"]].to_numpy().tolist() == [
        ["2024", 1, 4],
        ["2025", 10, 100],
    ]


def test_quartiles_between_two_stores_by_hand():
    """Of four stores the quartiles lie at 0.75, 1.5 and 2.25 steps from the lowest; an unknown one has no voice."""
    values = pd.DataFrame({"period": "2025", "value": [40, 10, np.nan, 20, 30]})
    found = quartiles(values).set_index("quartile")
    assert found["value"].to_dict() == {"25": 17.5, "50": 25, "75": 32.5}
    assert found["denominator"].tolist() == [4] * 3


def test_quartiles_number_their_rows_once():
    values = pd.DataFrame({"period": "2025", "value": [1, 2, 3, 4]})
    assert quartiles(values).index.tolist() == [0, 1, 2]
