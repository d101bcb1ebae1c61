"""Relative weights: known cases, and what they do to shares and ranks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.item_importance import item_importance, item_priority, relative_weights

AS_OF = pd.Timestamp("2025-12-31")


def sheets(clean_table, scores, year=2025, source="oem", total=None):
    """Responses from an array (responses, items)."""
    codes = [f"i{place}" for place in range(scores.shape[1])]
    table = pd.DataFrame(scores, columns=codes)
    if total is not None:
        table["total"] = total
    long = (
        table.rename_axis("response_id")
        .reset_index()
        .melt("response_id", var_name="item_code", value_name="score")
    )
    rows = long.assign(
        response_id=source + str(year) + long["response_id"].astype(str),
        programme="mot",
        survey_date=f"{year}-05-01",
        source=source,
    )
    return clean_table("survey_responses", rows.to_dict("records"))


def test_items_that_have_nothing_in_common_weigh_by_their_squared_correlation():
    weights = relative_weights(np.eye(3), np.array([0.6, 0.3, 0.0]))
    np.testing.assert_allclose(weights, [0.8, 0.2, 0.0], atol=1e-12)


def test_two_items_alike_in_all_weigh_the_same():
    weights = relative_weights(np.array([[1, 0.5], [0.5, 1]]), np.array([0.7, 0.7]))
    np.testing.assert_allclose(weights, [0.5, 0.5])


def test_two_items_by_hand():
    # By Johnson (2000): with r12 = 0.6 the roots have entries a = (sqrt(1.6) + sqrt(0.4)) / 2 and b, the difference.
    a, b = (np.sqrt(1.6) + np.sqrt(0.4)) / 2, (np.sqrt(1.6) - np.sqrt(0.4)) / 2
    effects = np.linalg.solve(np.array([[a, b], [b, a]]), [0.8, 0.5])
    expected = np.array([[a**2, b**2], [b**2, a**2]]) @ effects**2
    found = relative_weights(np.array([[1, 0.6], [0.6, 1]]), np.array([0.8, 0.5]))
    np.testing.assert_allclose(found, expected / expected.sum())


@settings(max_examples=30)
@given(arrays(float, (12, 4), elements=st.integers(1, 10).map(float)))
def test_shares_are_no_less_than_nothing_and_add_up(scores):
    items = scores - scores.mean(axis=0)
    total = items.sum(axis=1)
    deviation, whole = items.std(axis=0), total.std()
    if whole < 1e-9 or (deviation < 1e-9).any():
        return
    correlations = items.T @ items / len(items) / np.outer(deviation, deviation)
    weights = relative_weights(correlations, items.T @ total / len(items) / deviation / whole)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)


@pytest.fixture
def answers():
    rng = np.random.default_rng(8)
    return rng.normal(8, [0.4, 1.2, 0.8], (300, 3))


def test_the_item_that_moves_the_total_most_comes_first(clean_table, answers):
    share, rank = item_importance(sheets(clean_table, answers), as_of=AS_OF)
    assert rank.set_index("item_code")["value"].to_dict() == {"i0": 3, "i1": 1, "i2": 2}
    assert share["value"].sum() == pytest.approx(1)
    assert share["period"].unique().tolist() == ["2025/2025"]
    # Independent items weigh by their variance: 0.16, 1.44 and 0.64 of 2.24.
    np.testing.assert_allclose(share["value"], np.array([0.16, 1.44, 0.64]) / 2.24, atol=0.07)
    assert ((share["low"] < share["value"]) & (share["value"] < share["high"])).all()


def test_the_overall_question_is_the_total_where_it_is_asked(clean_table, answers):
    share, _ = item_importance(sheets(clean_table, answers, total=answers[:, 0]), as_of=AS_OF)
    assert share.set_index("item_code")["value"]["i0"] == pytest.approx(1, abs=0.05)
    assert "total" not in set(share["item_code"])


def test_the_same_input_gives_the_same_ranks(clean_table, answers):
    responses = sheets(clean_table, answers)
    first, again = (item_importance(responses, as_of=AS_OF) for _ in range(2))
    pd.testing.assert_frame_equal(first.rank, again.rank)


@pytest.mark.parametrize("size", [1, 29], ids=["one response", "too few"])
def test_too_few_responses_have_no_importance(clean_table, answers, size):
    share, rank = item_importance(sheets(clean_table, answers[:size]), as_of=AS_OF)
    assert len(share) == 3
    assert share["value"].isna().all()
    assert rank["value"].isna().all()


def test_only_complete_own_responses_of_the_last_years_count(clean_table, answers):
    old = sheets(clean_table, answers[::-1], year=2022)
    calls = sheets(clean_table, answers[::-1], source="internal")
    now = sheets(clean_table, answers)
    found = item_importance(pd.concat([old, calls, now.iloc[1:]]), as_of=AS_OF)
    assert found.share["value"].tolist() == item_importance(now.iloc[1:], as_of=AS_OF).share["value"].tolist()


def test_an_item_that_everybody_scores_alike_goes_with_nothing(clean_table, answers):
    answers[:, 0] = 9
    share, _ = item_importance(sheets(clean_table, answers), as_of=AS_OF)
    assert share.set_index("item_code")["value"]["i0"] == pytest.approx(0)


def test_an_item_asked_no_more_is_left_out(clean_table, answers):
    before, now = sheets(clean_table, answers, year=2024), sheets(clean_table, answers[:, :2])
    assert item_importance(pd.concat([before, now]), as_of=AS_OF).share["item_code"].tolist() == ["i0", "i1"]


def test_no_responses(clean_table):
    share, rank = item_importance(clean_table("survey_responses"), as_of=AS_OF)
    assert share.empty and rank.empty


def test_priority_is_points_behind_times_importance():
    gaps = tidy(["2025", "2025", "2024"], value=[-2.0, 1.0, -9.0], programme="mot", item_code=["a", "b", "a"])
    importance = tidy(["2023/2025"] * 2, value=[0.25, 0.1], programme="mot", item_code=["a", "b"])
    found = item_priority(gaps, importance, year=2025)
    assert found[["period", "item_code", "value"]].to_numpy().tolist() == [
        ["2025", "a", 0.5],
        ["2025", "b", -0.1],
    ]


def test_the_first_of_three_years_counts_and_the_one_before_does_not(clean_table, answers):
    """The total is item i0 in 2023 and i1 in 2025: only of both years do both weigh."""
    early = sheets(clean_table, answers, year=2023, total=answers[:, 0])
    late = sheets(clean_table, answers, year=2025, total=answers[:, 1])
    both = pd.concat([early, late], ignore_index=True)
    share = item_importance(both, as_of=AS_OF).share.set_index("item_code")
    assert (
        share["period"].unique().tolist() == ["2023/2025"] and share["value"].loc[["i0", "i1"]].min() > 0.05
    )
    later = item_importance(both, as_of=pd.Timestamp("2026-12-31")).share.set_index("item_code")
    assert later["period"].unique().tolist() == ["2025/2026"]
    assert later["value"].to_dict() == pytest.approx({"i0": 0, "i1": 1, "i2": 0}, abs=0.05)
    of_one_year = item_importance(both, as_of=AS_OF, years=1).share
    assert of_one_year["period"].unique().tolist() == ["2025/2025"]
    pd.testing.assert_series_equal(of_one_year["value"], item_importance(late, as_of=AS_OF).share["value"])


@pytest.mark.parametrize(
    ("size", "items", "known"),
    [(30, 3, True), (32, 11, False), (33, 11, True)],
    ids=["thirty", "under three an item", "three an item"],
)
def test_enough_responses(clean_table, size, items, known):
    scores = np.random.default_rng(4).normal(8, 1, (size, items))
    share, rank = item_importance(sheets(clean_table, scores), as_of=AS_OF)
    assert share["value"].notna().all() == rank["value"].notna().all() == known


def test_a_total_that_never_moves_has_no_importance(clean_table, answers):
    share, _ = item_importance(sheets(clean_table, answers, total=9.0), as_of=AS_OF)
    assert share["value"].isna().all()
