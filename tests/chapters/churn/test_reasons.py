"""Reasons for leaving by age and by model, as the chapter says and shows them."""

import pytest

from csanalysis.chapters.churn.sentences_reasons import about_reasons
from csanalysis.chapters.churn.tables_reasons import reason_shares, reasons_in_full
from csanalysis.metrics.results import Results, tidy

SPAN = "2024/2025"


def results_of(*chances):
    return Results(
        {
            "churn_reason_share": [
                tidy([SPAN] * 2, numerator=[6, 4], denominator=10, reason=["too_dear", "too_far"]),
                tidy(
                    [SPAN] * 4,
                    numerator=[5, 0, 1, 4],
                    denominator=5,
                    low=0.1,
                    high=0.9,
                    vehicle_age=["1", "1", "other", "other"],
                    reason=["too_dear", "too_far"] * 2,
                ),
            ],
            "churn_reason_q_value": tidy([SPAN] * 2, value=list(chances), split=["vehicle_age", "model"]),
        }
    )


@pytest.mark.parametrize(
    ("language", "apart", "alike"),
    [("zh", "各车龄确有不同（q <0.01）", "各车型差异不显著（q 0.36）"),
     ("en", "with the age of the vehicle (q <0.01)", "with the model beyond chance (q 0.36)")],
)  # fmt: skip
def test_what_tells_reasons_apart_is_said_with_its_chance(language, apart, alike):
    said = str(about_reasons(results_of(0.001, 0.36), language=language))
    assert "10" in said and apart in said and alike in said
    other = str(about_reasons(results_of(0.06, float("nan")), language=language))
    assert apart not in other and alike not in other and "0.06" in other


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_group_stands_in_the_tables_with_its_numbers(language):
    results = results_of(0.001, 0.36)
    table = reason_shares(results, "vehicle_age", language=language)
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert [row[1:] for row in cells] == [["20.0%", "80.0%"], ["100.0%", "0.0%"], ["60.0%", "40.0%"]]
    full = reasons_in_full(results, language=language)
    assert [cell.value for row in full.rows for cell in row.cells[2:4]] == [5, 5, 0, 5, 1, 5, 4, 5]


def test_nothing_is_shown_where_nobody_says_why():
    assert about_reasons(Results(), language="en") is None
    assert reason_shares(Results(), "model", language="en") is None
    assert reasons_in_full(Results(), language="en") is None
