"""Before and after: by hand, for bad data, and against a trend that was there all along."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.stats.interrupted_series import interrupted_series
from csanalysis.metrics.stats.standardisation import NOTHING, Estimate
from csanalysis.metrics.upsell.effect import (
    effect_verdict,
    relative_change,
    series_months,
    series_step,
    success_before,
    success_series,
    upsell_success_change,
    upsell_success_sides,
)
from csanalysis.metrics.upsell.revenue import revenue_per_visit_change, revenue_series

AS_OF, SINCE = pd.Timestamp("2025-12-31"), pd.Timestamp("2025-07-01")


def cases_of(*groups) -> pd.DataFrame:
    """Cases from ``(date, grade, item, proposed, accepted)``."""
    rows = [
        {"date": pd.Timestamp(date), "grade": grade, "item": item, "accepted": number < accepted}
        for date, grade, item, proposed, accepted in groups
        for number in range(proposed)
    ]
    return pd.DataFrame(rows).astype({"grade": "category", "item": "category", "date": "datetime64[s]"})


# A falls from 60 to 50 %, C from 30 to 20 %; but afterwards there are more of A.
HIDDEN = cases_of(
    ("2025-03-01", "A", "x", 20, 12), ("2025-03-01", "C", "y", 80, 24),
    ("2025-08-01", "A", "x", 80, 40), ("2025-07-01", "C", "y", 20, 4),
)  # fmt: skip


def change(cases, **options):
    return upsell_success_change(cases, graded_since=SINCE, as_of=AS_OF, **options)


def test_each_side_has_its_items_and_their_share():
    sides = upsell_success_sides(HIDDEN, graded_since=SINCE, as_of=AS_OF).set_index("when")
    assert sides.loc["before", ["numerator", "denominator", "value"]].tolist() == [36, 100, 0.36]
    assert sides.loc["after", ["numerator", "denominator", "value"]].tolist() == [44, 100, 0.44]
    graded = upsell_success_sides(HIDDEN, graded_since=SINCE, as_of=AS_OF, by_grade=True)
    assert graded.set_index(["when", "grade"]).at[("after", "C"), "value"] == 0.2
    assert upsell_success_sides(HIDDEN, graded_since=None, as_of=AS_OF).empty
    assert upsell_success_sides(HIDDEN.head(0), graded_since=SINCE, as_of=AS_OF).empty


def test_crude_and_standardised_disagree():
    crude, same_mix = change(HIDDEN)["value"].item(), change(HIDDEN, measure="standardised")["value"].item()
    assert crude == pytest.approx(0.44 - 0.36)
    assert same_mix == pytest.approx(-0.10)
    assert change(HIDDEN, measure="odds_ratio")["value"].item() < 1


def test_by_grade():
    found = change(HIDDEN, by_grade=True).set_index("grade")["value"]
    assert found["A"] == pytest.approx(-0.1) and found["C"] == pytest.approx(-0.1) and np.isnan(found["B"])


def test_a_change_relative_to_what_there_was():
    before = success_before(HIDDEN, graded_since=SINCE)
    assert before == pytest.approx(0.36)
    assert relative_change(change(HIDDEN), before)["value"].item() == pytest.approx(0.08 / 0.36)
    assert np.isnan(success_before(HIDDEN, graded_since=None))


@pytest.mark.parametrize("measure", ["crude", "standardised", "odds_ratio"])
@pytest.mark.parametrize(
    "cases",
    [HIDDEN.iloc[:0], HIDDEN.iloc[:1], HIDDEN[HIDDEN["date"] < SINCE]],
    ids=["none", "one", "all before"],
)
def test_nothing_to_compare(cases, measure):
    for by_grade in (False, True):
        found = change(cases, measure=measure, by_grade=by_grade)
        assert found["value"].isna().all() and len(found) == (3 if by_grade else 1)


def test_nobody_says_when_grading_began():
    assert np.isnan(upsell_success_change(HIDDEN, graded_since=None, as_of=AS_OF)["value"].item())
    assert success_series(HIDDEN, graded_since=None) is None


def monthly(level, step, trend, months=24, seed=0, size=200):
    """Amounts of months 0, 1, …; the step falls in the middle."""
    random = np.random.default_rng(seed)
    month = np.repeat(np.arange(months), size)
    after = month >= months // 2
    return level + step * after + trend * month / 12 + random.normal(0, 1, len(month)), month, after


def test_a_step_on_a_trend_is_found_and_told_from_it():
    values, month, after = monthly(10, 0.5, 2)
    found = interrupted_series(values, month, after, np.zeros(len(values), dtype=int))
    assert found.step.low < 0.5 < found.step.high and found.step.low > 0
    assert found.trend.low < 2 < found.trend.high
    assert found.fitted[-1] - found.without[-1] == pytest.approx(found.step.value)
    assert found.fitted[0] == found.without[0]


def test_the_step_is_that_of_least_squares():
    values, month, after = monthly(10, 0.5, 2)
    strata = (np.arange(len(values)) % 3 == 0).astype(int)
    found = interrupted_series(values + 5 * strata, month, after, strata)
    design = np.column_stack([1 - strata, strata, month / 12, after])
    slopes = np.linalg.lstsq(design, values + 5 * strata, rcond=None)[0]
    assert (found.trend.value, found.step.value) == pytest.approx((slopes[2], slopes[3]))


def test_a_change_of_the_mix_is_no_step():
    random = np.random.default_rng(2)
    month = np.repeat(np.arange(24), 100)
    after = month >= 12
    strata = (random.random(len(month)) < np.where(after, 0.8, 0.2)).astype(int)
    found = interrupted_series(strata * 10 + random.normal(0, 1, len(month)), month, after, strata)
    assert found.step.low < 0 < found.step.high
    assert found.observed == pytest.approx(found.fitted, abs=0.5)


def test_limits_hold_the_step_in_95_of_100_series():
    held = 0
    for seed in range(400):
        values, month, after = monthly(0, 1, 1, seed=seed, size=5)
        found = interrupted_series(values, month, after, np.zeros(len(values), dtype=int))
        held += found.step.low <= 1 <= found.step.high
    assert 0.93 <= held / 400 <= 0.99


@pytest.mark.parametrize("months", [2, 10], ids=["a month a side", "five months a side"])
def test_too_few_months_to_tell(months):
    values, month, after = monthly(10, 5, 0, months=months)
    assert interrupted_series(values, month, after, np.zeros(len(values), dtype=int)) is None
    assert np.isnan(series_step(None, as_of=AS_OF)["value"].item())
    assert series_months(None).empty


@pytest.mark.parametrize(
    ("same_mix", "step", "said"),
    [
        ((0.1, 0.05, 0.15), (0.08, 0.01, 0.15), "helped"),
        ((-0.1, -0.15, -0.05), (-0.08, -0.15, -0.01), "hurt"),
        ((0.1, 0.05, 0.15), (0.01, -0.05, 0.07), "trend"),
        ((0.1, 0.05, 0.15), (-0.1, -0.2, -0.05), "trend"),
        ((0.01, -0.05, 0.06), (0.1, 0.02, 0.2), "masked"),
        ((0.01, -0.05, 0.06), (0.0, -0.1, 0.1), "none"),
        ((0.1, 0.05, 0.15), NOTHING, "unknown"),
    ],
)  # fmt: skip
def test_an_effect_is_claimed_only_where_both_say_so(same_mix, step, said):
    assert effect_verdict(Estimate(*same_mix), Estimate(*step)) == said


class TestRevenue:
    def visits(self, visits_of, months=24):
        days = pd.date_range("2024-07-03", periods=months, freq="MS").strftime("%Y-%m-%d")
        visits = visits_of({"V": days, "W": days})
        visits["total_amount"] = 1000.0
        visits.loc[visits["vin"] == "W", ["service_type", "total_amount"]] = ["accident", 3000.0]
        visits.loc[visits["visit_date"] >= SINCE, "total_amount"] += 200
        return visits

    def test_by_hand(self, visits_of):
        visits = self.visits(visits_of)
        # Afterwards without half of the accidents: the crude mean falls although every type rose.
        gone = (
            (visits["service_type"] == "accident") & (visits["visit_date"] >= SINCE) & (visits.index % 2 == 0)
        )
        visits = visits[~gone].reset_index(drop=True)
        crude = revenue_per_visit_change(visits, graded_since=SINCE, as_of=AS_OF)
        same_mix = revenue_per_visit_change(visits, graded_since=SINCE, as_of=AS_OF, standardised=True)
        assert crude["value"].item() < 0
        assert same_mix[["value", "low", "high"]].iloc[0].tolist() == pytest.approx([200, 200, 200])
        assert revenue_series(visits, graded_since=SINCE).step.value == pytest.approx(200)

    def test_the_same_draws_every_time(self, visits_of):
        visits = self.visits(visits_of)
        visits["total_amount"] += np.arange(len(visits)) % 7
        once, again = (revenue_per_visit_change(visits, graded_since=SINCE, as_of=AS_OF) for _ in range(2))
        pd.testing.assert_frame_equal(once, again)
        assert once["low"].item() < once["value"].item() < once["high"].item()

    def test_few_months_have_no_limits(self, visits_of):
        visits = self.visits(visits_of).query("visit_date >= '2025-04-01' and visit_date < '2025-10-01'")
        found = revenue_per_visit_change(visits, graded_since=SINCE, as_of=AS_OF)
        assert found["value"].item() == pytest.approx(200) and np.isnan(found["low"].item())

    def test_no_visits(self, visits_of):
        visits = self.visits(visits_of).iloc[:0]
        assert np.isnan(revenue_per_visit_change(visits, graded_since=SINCE, as_of=AS_OF)["value"].item())
        assert revenue_series(visits, graded_since=SINCE) is None
