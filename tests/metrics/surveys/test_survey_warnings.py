"""Odd survey data: each kind is named and counted."""

import pandas as pd
import pytest

from csanalysis.metrics.surveys.survey_warnings import (
    item_names,
    one_person_months,
    renamed_items,
    satisfaction_warnings,
)

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def answers(clean_table):
    def table(*rows):
        return clean_table(
            "survey_responses",
            [
                {
                    "response_id": str(place), "survey_date": "2025-03-05", "programme": "mot", "item_code": "i1",
                    "score": 8, "max_score": 10, **row,
                }
                for place, row in enumerate(rows)
            ],
        )  # fmt: skip

    return table


@pytest.fixture
def bulletin(clean_table):
    def table(*rows):
        return clean_table(
            "survey_benchmarks",
            [
                {"month": "2025-03-01", "programme": "mot", "item_code": "i1", "regional_mean": 8, **row}
                for row in rows
            ],
        )

    return table


def warned(responses, benchmarks):
    found = satisfaction_warnings(responses, benchmarks, as_of=AS_OF)[0]
    return {(row["warning"], row["programme"]): row["value"] for row in found.to_dict("records")}


def test_sound_tables_have_no_warning(answers, bulletin):
    assert warned(answers({}), bulletin({}, {"item_code": "total", "rank": 3, "store_count": 39})) == {}


def test_scores_over_the_highest(answers, bulletin):
    responses = answers({"score": 11}, {"score": 10}, {"score": 99, "max_score": None})
    assert warned(responses, bulletin({})) == {("score_over_max", "mot"): 1}


def test_an_item_that_changed_its_name(answers, bulletin):
    responses = answers(
        {"survey_date": "2024-05-01", "item_name": "等待时间"},
        {"item_name": "等待时间 "},
        {"item_code": "i2", "survey_date": "2023-05-01", "item_name": "a"},
        {"item_code": "i2", "survey_date": "2024-05-01"},
        {"item_code": "i2", "item_name": "b"},
    )
    renamed = renamed_items(responses)
    assert renamed[["item_code", "year", "before", "name"]].to_numpy().tolist() == [["i2", 2025, "a", "b"]]
    assert warned(responses, bulletin({}, {"item_code": "i2"})) == {("item_renamed", "mot"): 1}
    assert item_names(responses) == {"mot": {"i1": "等待时间", "i2": "b"}}


@pytest.mark.parametrize("rank", [40, 0])
def test_a_rank_beyond_the_stores(answers, bulletin, rank):
    benchmarks = bulletin({}, {"item_code": "total", "rank": rank, "store_count": 39})
    assert warned(answers({}), benchmarks) == {("rank_beyond_stores", "mot"): 1}


def test_a_programme_with_only_its_total(answers, bulletin):
    benchmarks = bulletin({}, {"programme": "css", "item_code": "total"})
    assert warned(answers({}), benchmarks) == {("total_only", "css"): 1}


@pytest.mark.parametrize(
    ("staff", "months"),
    [
        ("AABC", 1),
        ("AABCD", 0),
        ("AAB", 0),
        (["A", "A", "B", "C", None, None], 1),
    ],
    ids=["half of the month", "less", "only two people work there", "unnamed responses do not count"],
)
def test_one_person_with_half_of_a_month(answers, bulletin, staff, months):
    responses = answers(*({"staff": name} for name in staff))
    assert warned(responses, bulletin({})).get(("one_person_half", "mot"), 0) == months
    if months:
        assert one_person_months(responses)[["month", "staff", "share"]].to_numpy().tolist() == [
            ["2025-03", "A", 0.5]
        ]


def test_no_benchmark_at_all(answers, clean_table):
    responses = answers({}, {"item_code": "i2"}, {"item_code": "i3", "source": "internal"})
    assert warned(responses, clean_table("survey_benchmarks")) == {("no_benchmark", "mot"): 2}


def test_nothing(clean_table):
    assert warned(clean_table("survey_responses"), clean_table("survey_benchmarks")) == {}


def test_the_items_and_months_are_named(answers, bulletin):
    responses = answers(
        {"score": 11}, {"score": 12}, {"score": 11, "item_code": "i2"}, *({"staff": name} for name in "AABC")
    )
    benchmarks = bulletin({}, {"item_code": "i2"}, {"item_code": "total", "rank": 40, "store_count": 39})
    by_programme, by_item, by_month = satisfaction_warnings(responses, benchmarks, as_of=AS_OF)
    assert by_programme["value"].tolist() == [3, 1, 1]
    assert by_item[["period", "warning", "item_code", "value"]].to_numpy().tolist() == [
        ["2025-12-31", "score_over_max", "i1", 2],
        ["2025-12-31", "score_over_max", "i2", 1],
    ]
    assert by_month[["period", "warning", "value"]].to_numpy().tolist() == [
        ["2025-03", "rank_beyond_stores", 1],
        ["2025-03", "one_person_half", 1],
    ]
