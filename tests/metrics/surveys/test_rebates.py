"""Rebates by score: steps, chances and what to expect."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.rebates import (
    item_rebate_gain,
    likely_scores,
    rebate_amount,
    rebate_chances,
    rebate_expected_in_all,
    rebate_step_cost,
    tier_label,
)

AS_OF = pd.Timestamp("2025-12-31")
EIGHT = {"css": [(900 + 10 * step, 102_500.0 * (step + 1)) for step in range(8)]}
TIERS = {"css": [(960, 820_000), (940, 717_500)]}


def scores_of(values, programme="css"):
    months = [f"2025-{month:02d}" for month in range(1, 13)][: len(values)]
    return tidy(months, value=values, programme=programme)


@pytest.mark.parametrize(("score", "label"), [(960, "960"), (960.0, "960"), (71.5, "71.5")])
def test_a_tier_is_named_by_its_least_score(score, label):
    assert tier_label(score) == label


def test_820000_over_eight_steps_costs_102500_a_step():
    amounts = rebate_amount(EIGHT, plan_year=2026)
    assert amounts["value"].iloc[0] == 820_000
    assert amounts["tier"].tolist() == ["970", "960", "950", "940", "930", "920", "910", "900"]
    assert rebate_step_cost(EIGHT, plan_year=2026)["value"].tolist() == [102_500] * 8


def test_a_step_down_from_the_lowest_tier_costs_all_of_it():
    costs = rebate_step_cost(TIERS, plan_year=2026)
    assert dict(zip(costs["tier"], costs["value"], strict=True)) == {"960": 102_500, "940": 717_500}


@pytest.mark.parametrize(
    ("score", "chances"),
    [(960, [1, 0, 0]), (959.9, [0, 1, 0]), (940, [0, 1, 0]), (939, [0, 0, 1])],
    ids=["on the tier", "just below", "on the lowest", "below all"],
)
def test_level_months_leave_no_doubt(score, chances):
    found = rebate_chances(TIERS, likely_scores(scores_of([score] * 12), as_of=AS_OF), plan_year=2026)
    assert [*found.tier["value"], *found.none["value"]] == chances
    assert found.expected["value"].iloc[0] == float(np.dot(chances, [820_000, 717_500, 0]))


def test_chances_add_up_and_give_the_expected_amount():
    rng = np.random.default_rng(4)
    found = rebate_chances(
        TIERS, likely_scores(scores_of(rng.normal(945, 20, 12)), as_of=AS_OF), plan_year=2026
    )
    chances = [*found.tier["value"], *found.none["value"]]
    assert sum(chances) == pytest.approx(1)
    assert min(chances) > 0
    assert found.expected["value"].iloc[0] == pytest.approx(np.dot(chances, [820_000, 717_500, 0]))


def test_one_year_leans_on_what_is_usual():
    """Months of ±50: two such years of 12 months lie 50 * sqrt(12 / 11 * 2 / 12) = 21.3 apart, and years differ."""
    drawn = likely_scores(scores_of(np.array([900.0, 1000.0] * 6)), as_of=AS_OF)["css"]
    alike = stats.t.ppf(0.9, 11) * np.sqrt(50**2 * 12 / 11 * 2 / 12)
    assert np.median(drawn) == pytest.approx(950)
    assert 950 + alike < drawn[8999] < 950 + 2 * alike
    assert drawn[999] == pytest.approx(1900 - drawn[9000], abs=0.5)


def test_years_that_differ_widen_what_the_next_may_bring():
    """Level months at 900, 960, 930: changes of 60 and -30, and nothing else to go by."""
    values = np.repeat([900.0, 960.0, 930.0], 12)
    months = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)]
    drawn = likely_scores(tidy(months, value=values, programme="css"), as_of=AS_OF)["css"]
    assert np.median(drawn) == pytest.approx(930)
    reach = stats.t.ppf(0.89995, 2) * np.sqrt((60**2 + 30**2) / 2)
    assert drawn[8999] == pytest.approx(930 + reach, rel=1e-4)


def test_items_show_how_far_years_differ():
    """One year of the programme alone tells nothing of it; years of its items that lie apart widen the range."""
    rng = np.random.default_rng(5)
    programme = scores_of(rng.normal(945, 10, 12))
    months = [f"{year}-{month:02d}" for year in (2022, 2023, 2024, 2025) for month in range(1, 13)]

    def items(apart):
        years = np.repeat([0.0, apart, -apart, 0.0], 12)
        return pd.concat(
            tidy(months, value=9 + years + rng.normal(0, 0.2, 48), programme="css", item_code=f"{code}")
            for code in range(6)
        )

    alone, level, apart = (
        np.diff(np.quantile(likely_scores(programme, as_of=AS_OF, items=given)["css"], [0.1, 0.9]))[0]
        for given in (None, items(0.0), items(0.6))
    )
    assert level < alone < apart


def test_always_the_same_numbers_whatever_else_there_is():
    scores = scores_of([930, 950, 970])
    alone = likely_scores(scores, as_of=AS_OF)["css"]
    other = pd.concat([scores_of([90] * 6, "mot"), scores])
    np.testing.assert_array_equal(alone, likely_scores(other, as_of=AS_OF)["css"])


@pytest.mark.parametrize(
    "scores",
    [scores_of([950, 950]), scores_of([]), scores_of([np.nan] * 12)],
    ids=["two months", "none", "unknown"],
)
def test_too_few_months_give_no_chance(scores):
    found = rebate_chances(TIERS, likely_scores(scores, as_of=AS_OF), plan_year=2026)
    assert found.tier["value"].isna().all()
    assert found.expected["value"].isna().all()
    assert rebate_expected_in_all(found.expected)["value"].isna().all()


def test_only_the_last_twelve_months_count():
    old = tidy(["2024-12"] * 3, value=[0, 0, 0], programme="css")
    assert likely_scores(old, as_of=AS_OF) == {}


@pytest.mark.parametrize(
    ("sure", "low", "high"), [(990, np.nan, np.nan), (900, 717_500, 820_000)], ids=["all but sure", "not so"]
)
def test_an_expected_amount_lies_in_its_interval_or_has_none(sure, low, high):
    likely = {"css": np.repeat([970.0, 950.0], [sure, 1000 - sure])}
    (found,) = rebate_chances(TIERS, likely, plan_year=2026).expected.to_dict("records")
    assert found["value"] == pytest.approx(717_500 + 102_500 * sure / 1000)
    assert [found["low"], found["high"]] == pytest.approx([low, high], nan_ok=True)


def test_programmes_are_expected_together():
    tiers = {"css": [(1, 100.0)], "mot": [(1, 30.0)]}
    likely = likely_scores(pd.concat([scores_of([5] * 3), scores_of([5] * 3, "mot")]), as_of=AS_OF)
    expected = rebate_chances(tiers, likely, plan_year=2026).expected
    assert rebate_expected_in_all(expected)[["period", "value"]].to_numpy().tolist() == [["2026", 130.0]]


def test_no_tiers_at_all():
    found = rebate_chances({}, {}, plan_year=2026)
    assert found.tier.empty and found.expected.empty
    assert rebate_expected_in_all(found.expected).empty
    assert rebate_amount({}, plan_year=2026).empty


@pytest.mark.parametrize(("score", "amount"), [(960, 820_000), (940, 717_500), (900, 0)])
def test_level_months_have_an_interval_of_one_amount(score, amount):
    likely = likely_scores(scores_of([score] * 3), as_of=AS_OF.replace(month=3, day=31))
    expected = rebate_chances(TIERS, likely, plan_year=2026).expected
    assert expected[["value", "low", "high"]].to_numpy().tolist() == [[amount] * 3]


def test_what_one_item_would_gain():
    """Drawn 935, 945, 955, 965: 0, 717,500, 717,500, 820,000. Five points more lift 935 and 955 by a tier each."""
    gaps = tidy(
        ["2025", "2025", "2024", "2025", "2025"],
        value=[-5.0, 1.0, -9.0, -9.0, -1.0],
        programme=["css", "css", "css", "mot", "bare"],
        item_code=["a", "b", "a", "c", "d"],
    )
    found = item_rebate_gain(
        TIERS | {"bare": [(1, 5.0)]},
        {"css": np.array([935.0, 945, 955, 965])},
        gaps,
        year=2025,
        plan_year=2026,
    )
    assert found[["period", "programme", "item_code"]].to_numpy().tolist() == [
        ["2026", "css", "a"],
        ["2026", "bare", "d"],
    ]
    assert found["value"].tolist() == pytest.approx([(717_500 + 102_500) / 4, np.nan], nan_ok=True)
