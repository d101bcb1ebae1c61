import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.surveys.programmes import (
    is_mystery_shopper,
    programme_gap,
    programme_months,
    programme_series,
    valid_benchmarks,
)
from csanalysis.metrics.surveys.survey_items import item_months

AS_OF = pd.Timestamp("2025-04-30")


def row(month, item="total", **columns):
    return {"month": f"{month}-01", "programme": "css", "item_code": item, "regional_mean": 930, **columns}


@pytest.fixture
def measured(clean_table):
    def series(rows, name):
        benchmarks = valid_benchmarks(clean_table("survey_benchmarks", rows))
        months = programme_months(benchmarks, item_months(clean_table("survey_responses"), benchmarks))
        return programme_series(months, name, as_of=AS_OF).set_index("period")["value"]

    return series


def test_months_as_published_and_the_year_as_their_mean(measured):
    rows = [
        row("2025-01", own_score=940, rank=4, store_count=39),
        row("2025-03", own_score=950, rank=7, store_count=39),
    ]
    scores = measured(rows, "programme_score")
    assert list(scores.index) == ["2025-01", "2025-02", "2025-03", "2025-04", "2025"]
    assert scores["2025"] == 945
    assert np.isnan(scores["2025-02"])
    assert measured(rows, "programme_rank")["2025"] == 5.5
    assert measured(rows, "programme_store_count")["2025-03"] == 39


@pytest.mark.parametrize(("rank", "kept"), [(39, 39), (40, np.nan), (0, np.nan)])
def test_a_rank_beyond_the_number_of_stores_is_left_out(measured, rank, kept):
    ranks = measured([row("2025-01", own_score=1, rank=rank, store_count=39)], "programme_rank")
    assert ranks["2025-01"] == pytest.approx(kept, nan_ok=True)


def test_a_total_not_published_is_the_sum_of_the_items(measured):
    rows = [
        row("2025-01", "i1", own_score=8, regional_mean=7), row("2025-01", "i2", own_score=9, regional_mean=7),
        row("2025-02", "i1", own_score=8, regional_mean=7), row("2025-02", "i2", regional_mean=7),
    ]  # fmt: skip
    scores = measured(rows, "programme_score")
    assert scores["2025-01"] == 17
    assert np.isnan(scores["2025-02"])
    assert measured(rows, "programme_regional_mean")["2025-02"] == 14


def test_responses_alone_give_a_programme_its_score(clean_table):
    responses = clean_table(
        "survey_responses",
        [
            {
                "response_id": "1",
                "survey_date": "2025-02-03",
                "programme": "css",
                "item_code": f"i{n}",
                "score": 8,
            }
            for n in range(2)
        ],
    )
    nothing = clean_table("survey_benchmarks")
    months = programme_months(nothing, item_months(responses, nothing))
    assert programme_series(months, "programme_score", as_of=AS_OF)["value"].iloc[0] == 16
    assert programme_series(months, "programme_rank", as_of=AS_OF)["value"].isna().all()


def test_the_gap_to_the_region(clean_table):
    benchmarks = clean_table("survey_benchmarks", [row("2025-04", own_score=925)])
    months = programme_months(benchmarks, item_months(clean_table("survey_responses"), benchmarks))
    frames = [
        programme_series(months, f"programme_{name}", as_of=AS_OF) for name in ("score", "regional_mean")
    ]
    assert programme_gap(*frames)["value"].tolist() == [-5, -5]


def test_nothing(clean_table):
    nothing = clean_table("survey_benchmarks")
    months = programme_months(nothing, item_months(clean_table("survey_responses"), nothing))
    assert programme_series(months, "programme_score", as_of=AS_OF).empty


@pytest.mark.parametrize(
    ("name", "is_one"), [("神秘客户-销售", True), ("Mystery shopper", True), ("css", False)]
)
def test_mystery_shoppers_are_known_by_name(name, is_one):
    assert is_mystery_shopper(name) is is_one


def test_items_of_december_belong_to_their_own_year(measured):
    """Two items in 2024, one of them no more in 2025: each month is held against the items of its year."""
    rows = [
        row("2024-11", "i1", own_score=6, regional_mean=7),
        row("2024-12", "i1", own_score=8, regional_mean=7), row("2024-12", "i2", own_score=9, regional_mean=7),
        row("2025-01", "i1", own_score=5, regional_mean=7),
    ]  # fmt: skip
    scores = measured(rows, "programme_score")
    assert np.isnan(scores["2024-11"]) and scores["2024-12"] == 17 and scores["2025-01"] == 5
    assert scores["2024"] == 17 and scores["2025"] == 5
