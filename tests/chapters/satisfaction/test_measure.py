import numpy as np
import pandas as pd
import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters import satisfaction

TIERS = {
    "rebates": [
        {"programme": "mot", "tiers": [{"min_score": 27, "amount": 1000}, {"min_score": 26, "amount": 400}]}
    ]
}
ITEM = {"programme": "mot", "item_code": "i1"}


@pytest.fixture
def tables(survey_tables):
    return survey_tables()


@pytest.fixture
def results(params_of, tables):
    return satisfaction.measure(params_of(satisfaction=TIERS), tables)


def test_every_metric_of_the_chapter_is_there(results):
    assert {
        "item_score", "item_gap", "weak_item", "programme_score", "programme_rank", "rebate_amount",
        "rebate_step_cost", "rebate_tier_chance", "rebate_expected",
    } <= set(results.names)  # fmt: skip
    assert set(results.names) <= set(METRICS)


def test_scores_gaps_and_the_weak_item(results, tables):
    responses = tables["survey_responses"]
    own = responses[(responses["source"] == "oem") & (responses["item_code"] == "i1")]
    of_year = own[own["survey_date"].dt.year == 2025]["score"]
    assert results.value("item_score", 2025, **ITEM) == pytest.approx(of_year.mean())
    assert results.value("item_gap", 2025, **ITEM) == pytest.approx(of_year.mean() - 8.9)
    weak = results.select("weak_item", "year", "item_code", programme="mot")
    assert weak.loc[weak["value"] == 1, "item_code"].unique().tolist() == ["i1"]
    assert len(weak) == 6
    assert results.value("item_priority", 2025, **ITEM) > 0


def test_scores_ranks_and_what_the_tiers_pay(results, tables):
    whole = tables["survey_benchmarks"].query("item_code == 'total' and month >= '2025-01-01'")
    assert results.value("programme_score", 2025, programme="mot") == pytest.approx(whole["own_score"].mean())
    assert results.value("programme_rank", 2025, programme="mot") == pytest.approx(
        whole["rank"].astype(float).mean()
    )
    assert results.value("rebate_amount", 2026, programme="mot", tier="27") == 1000
    assert results.value("rebate_step_cost", 2026, programme="mot", tier="27") == 600
    assert results.value("rebate_step_cost", 2026, programme="mot", tier="26") == 400
    chances = results.select("rebate_tier_chance", "year", "tier", programme="mot").set_index("tier")["value"]
    expected = results.value("rebate_expected", 2026, programme="mot")
    assert expected == pytest.approx(chances["27"] * 1000 + chances["26"] * 400)
    assert results.value("rebate_expected", 2026) == pytest.approx(expected)
    # Every gap closed lifts each likely year by the points behind.
    assert results.value("rebate_expected", 2026, scenario="close_gaps") >= expected


def test_targets_follow_the_tiers(results):
    score = results.value("programme_score", 2025, programme="mot")
    target = results.value("programme_score_target", 2026, programme="mot")
    assert target == (27 if score >= 26 else 26)
    gained = results.select("item_improvement", "year", "item_code", programme="mot")["value"].sum()
    missing = results.value("points_beyond_region", 2026, programme="mot")
    assert gained + missing == pytest.approx(target - score)


def test_the_same_input_gives_the_same_numbers(params_of, results, survey_tables):
    again = satisfaction.measure(params_of(satisfaction=TIERS), survey_tables())
    pd.testing.assert_frame_equal(results.frame, again.frame)


def test_no_table_is_changed(params_of, tables, survey_tables):
    satisfaction.measure(params_of(satisfaction=TIERS), tables)
    for name, before in survey_tables().items():
        pd.testing.assert_frame_equal(tables[name], before)


def test_the_year_as_far_as_it_is_over(params_of, tables):
    tables = {
        "survey_responses": tables["survey_responses"].query("survey_date <= '2025-06-30'"),
        "survey_benchmarks": tables["survey_benchmarks"].query("month <= '2025-06-30'"),
    }
    results = satisfaction.measure(params_of(as_of="2025-06-30"), tables)
    months = results.select("item_score", "month", **ITEM)
    assert months["period"].iloc[-1] == "2025-06"
    assert results.value("weak_item", 2025, **ITEM) == 1


def test_scores_over_the_highest_do_not_count(params_of, tables, results):
    tables["survey_responses"].loc[0, "score"] = 99.0
    with_error = satisfaction.measure(params_of(), tables)
    day = "2025-12-31"
    assert with_error.value("satisfaction_warnings", day, warning="score_over_max", programme="mot") == 1
    assert with_error.value("item_score", "2024-01", **ITEM) < 11
    assert results.value("satisfaction_warnings", day, warning="score_over_max", programme="mot") is None


@pytest.mark.parametrize(
    "missing",
    [
        ["survey_responses"], ["survey_benchmarks"], ["actions"], ["survey_responses", "survey_benchmarks"],
        ["survey_responses", "survey_benchmarks", "process_checks", "staff", "actions"],
    ],
    ids=" and ".join,
)  # fmt: skip
def test_missing_tables_leave_the_rest_whole(params_of, tables, missing):
    for name in missing:
        del tables[name]
    results = satisfaction.measure(params_of(satisfaction=TIERS), tables)
    assert ("item_score" in results.names) is not ({"survey_responses", "survey_benchmarks"} <= set(missing))
    # What tiers pay needs no data.
    assert results.value("rebate_amount", 2026, programme="mot", tier="27") == 1000
    if "survey_benchmarks" in missing and "survey_responses" not in missing:
        assert results.select("weak_item", "year", "programme", "item_code")["value"].isna().all()
        assert (
            results.value("satisfaction_warnings", "2025-12-31", warning="no_benchmark", programme="mot") == 3
        )


@pytest.mark.parametrize("rows", [0, 1], ids=["empty", "one row"])
def test_hardly_any_data(params_of, tables, rows):
    results = satisfaction.measure(
        params_of(satisfaction=TIERS), {name: frame.head(rows) for name, frame in tables.items()}
    )
    chance = results.select("rebate_tier_chance", "year", "tier", programme="mot")["value"]
    assert chance.isna().all()
    assert not np.isinf(results.frame["value"].to_numpy(float)).any()


def test_a_programme_with_only_its_total(params_of, clean_table):
    rows = [
        {
            "month": f"2025-{month:02d}-01",
            "programme": "css",
            "item_code": "total",
            "regional_mean": 930,
            "own_score": 940,
        }
        for month in range(1, 13)
    ]
    results = satisfaction.measure(params_of(), {"survey_benchmarks": clean_table("survey_benchmarks", rows)})
    assert results.value("programme_score", 2025, programme="css") == 940
    assert results.value("programme_score_target", 2026, programme="css") == 940
    assert results.value("satisfaction_warnings", "2025-12-31", warning="total_only", programme="css") == 1
    assert "weak_item" not in results.names
