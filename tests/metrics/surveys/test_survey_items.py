"""Item scores, regional means and gaps, redone by hand."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.surveys.survey_items import (
    item_gap,
    item_gap_change,
    item_months,
    item_regional_mean,
    item_score,
    item_years,
    valid_responses,
)

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def answers(clean_table):
    """Responses from ``{"2025-01-05": [8, 9]}`` to one item of the service survey."""

    def table(scores, **columns):
        rows = [
            {
                "response_id": f"{day}-{place}",
                "survey_date": day,
                "programme": "mot",
                "item_code": "11.10",
                "score": score,
                **columns,
            }
            for day, day_scores in scores.items()
            for place, score in enumerate(day_scores)
        ]
        return clean_table("survey_responses", rows)

    return table


@pytest.fixture
def bulletin(clean_table):
    """Benchmarks from ``{"2025-01": (regional, own)}`` of the same item."""

    def table(months, item_code="11.10"):
        return clean_table(
            "survey_benchmarks",
            [
                {
                    "month": f"{month}-01",
                    "programme": "mot",
                    "item_code": item_code,
                    "regional_mean": region,
                    "own_score": own,
                }
                for month, (region, own) in months.items()
            ],
        )

    return table


def frames(responses, benchmarks):
    months = item_months(responses, benchmarks)
    return months, item_years(responses, months)


def by_period(frame):
    return frame.set_index("period")["value"]


def test_own_responses_come_before_the_published_score(answers, bulletin):
    months, years = frames(
        answers({"2025-01-05": [8, 9], "2025-02-05": [10]}),
        bulletin(
            {"2025-01": (9, 1), "2025-02": (9, 1), "2025-03": (9, 7), "2024-12": (9, 6), "2024-11": (9, 8)}
        ),
    )
    scores = by_period(item_score(months, years, as_of=AS_OF))
    assert scores["2025-01"] == 8.5
    assert scores["2025-03"] == 7
    # The year has responses, so the published March counts no more: (8 + 9 + 10) / 3.
    assert scores["2025"] == 9
    # A year without any is the mean of its months.
    assert scores["2024"] == 7
    assert scores["2025-04"] is not None and np.isnan(scores["2025-04"])
    assert scores.index[0] == "2024-11"
    assert scores.index[13] == "2025-12"


def test_the_region_weighs_as_the_own_responses_do(answers, bulletin):
    months, years = frames(
        answers({"2025-01-05": [8, 8, 8], "2025-02-05": [8]}),
        bulletin({"2025-01": (9.0, None), "2025-02": (8.0, None), "2025-03": (1.0, None)}),
    )
    # (3 x 9 + 1 x 8) / 4, March without responses counts nothing.
    assert by_period(item_regional_mean(months, years, as_of=AS_OF))["2025"] == 8.75
    assert by_period(item_gap(years))["2025"] == -0.75


@pytest.mark.parametrize(
    "scores", [{}, {"2025-07-05": [8]}], ids=["no responses", "responses in months without a mean"]
)
def test_without_common_months_the_region_is_a_plain_mean(answers, bulletin, scores):
    _, years = frames(answers(scores), bulletin({"2025-01": (9, 8), "2025-02": (8, 8)}))
    assert by_period(item_gap(years))["2025"] == pytest.approx(-0.5)


def test_in_house_calls_and_impossible_scores_are_no_responses(answers, bulletin):
    responses = pd.concat(
        [
            answers({"2025-01-05": [8]}, max_score=10),
            answers({"2025-01-06": [80]}, max_score=10),
            answers({"2025-01-07": [2]}, source="internal"),
        ]
    )
    months, years = frames(valid_responses(responses), bulletin({"2025-01": (9, None)}))
    row = item_score(months, years, as_of=AS_OF).iloc[0]
    assert (row["numerator"], row["denominator"], row["value"]) == (8, 1, 8)


def test_the_whole_programme_is_no_item(answers, bulletin):
    months, years = frames(
        answers({"2025-01-05": [90]}, item_code="total"), bulletin({"2025-01": (9, 8)}, "total")
    )
    assert months.empty and years.empty
    assert item_score(months, years, as_of=AS_OF).empty


def test_the_gap_has_the_interval_of_the_own_mean(answers, bulletin):
    _, years = frames(answers({"2025-01-05": [7, 8, 9]}), bulletin({"2025-01": (9, None)}))
    row = item_gap(years).iloc[0]
    # t(0.975, 2) = 4.303, standard error 1 / sqrt(3).
    assert row["value"] == -1
    assert row["low"] == pytest.approx(-1 - 4.30265 / 3**0.5, abs=1e-4)
    assert row["high"] == pytest.approx(-1 + 4.30265 / 3**0.5, abs=1e-4)


def test_the_gap_moves_from_year_to_year_unless_the_item_was_renamed(answers, bulletin):
    _, years = frames(
        answers({"2024-01-05": [7, 8, 9], "2025-01-05": [8, 9, 10]}),
        bulletin({"2024-01": (9, None), "2025-01": (9.5, None)}),
    )
    change = item_gap_change(years).set_index("period")
    assert np.isnan(change.loc["2024", "value"])
    assert change.loc["2025", "value"] == pytest.approx(0.5)
    assert change.loc["2025", "low"] < 0 < change.loc["2025", "high"]
    renamed = item_gap_change(years, renamed=[("mot", "11.10", 2025)]).set_index("period")
    assert np.isnan(renamed.loc["2025", "value"])


def test_nothing_at_all(clean_table):
    months, years = frames(clean_table("survey_responses"), clean_table("survey_benchmarks"))
    assert item_score(months, years, as_of=AS_OF).empty
    assert item_gap(years).empty
    assert item_gap_change(years).empty


def test_one_response_without_benchmark(answers, clean_table):
    months, years = frames(answers({"2025-11-05": [7]}), clean_table("survey_benchmarks"))
    assert by_period(item_score(months, years, as_of=AS_OF)).to_dict() == {
        "2025-11": 7,
        "2025-12": pytest.approx(np.nan, nan_ok=True),
        "2025": 7,
    }
    assert item_gap(years)["value"].isna().all()
