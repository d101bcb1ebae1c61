import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.surveys.internal_survey import (
    internal_oem_correlation,
    internal_oem_gap,
    internal_score,
    response_totals,
)

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def survey(clean_table):
    """Responses of two items from ``[(day, source, score of i1, score of i2)]``; None leaves an item out."""

    def table(rows, **columns):
        return clean_table(
            "survey_responses",
            [
                {
                    "response_id": f"Q{number}", "survey_date": day, "source": source, "programme": "mot",
                    "item_code": code, "score": score, **columns,
                }
                for number, (day, source, *scores) in enumerate(rows)
                for code, score in zip(("i1", "i2"), scores, strict=True)
                if score is not None
            ],
        )  # fmt: skip

    return table


ROWS = [
    ("2025-01-10", "internal", 9, 9),
    ("2025-01-11", "internal", 10, 10),
    ("2025-02-10", "internal", 10, None),
    ("2025-01-12", "oem", 8, 9),
    ("2025-03-10", "oem", 8, 8),
    ("2025-03-11", "oem", 9, 9),
]


def test_only_complete_responses_are_summed(survey):
    totals = response_totals(survey(ROWS))
    assert totals["total"].tolist() == [18, 20, 17, 16, 18]


def test_items_that_one_survey_leaves_out_are_left_out(survey):
    responses = survey([("2025-01-10", "internal", 9, None), ("2025-01-12", "oem", 8, 9)])
    assert response_totals(responses)["total"].tolist() == [9, 8]


def test_the_own_survey_and_how_much_kinder_it_is(survey):
    totals = response_totals(survey(ROWS))
    scores = internal_score(totals).set_index("period")
    assert scores["value"].to_dict() == {"2025-01": 19, "2025": 19}
    assert scores["denominator"].to_dict() == {"2025-01": 2, "2025": 2}
    gap = internal_oem_gap(totals)
    assert gap[["period", "programme", "value"]].to_numpy().tolist() == [["2025", "mot", 2.0]]


def by_month(own, oem):
    months = [f"2025-{month:02d}-10" for month in range(1, len(own) + 1)]
    return [
        (month, source, score, score)
        for source, scores in (("internal", own), ("oem", oem))
        for month, score in zip(months, scores, strict=True)
    ]


@pytest.mark.parametrize(
    ("own", "oem", "r"),
    [
        ([7, 8, 9, 10], [6, 7, 8, 9], 1),
        ([7, 8, 9, 10], [9, 8, 7, 6], -1),
        ([7, 8, 9], [7, 8, 9], np.nan),
        ([8, 8, 8, 8], [7, 8, 9, 8], np.nan),
    ],
    ids=["together", "against", "three months", "never moves"],
)
def test_do_months_move_together(survey, own, oem, r):
    responses = survey(by_month(own, oem))
    found = internal_oem_correlation(responses, response_totals(responses), as_of=AS_OF).set_index("over")
    assert found.loc["months", "value"] == pytest.approx(r, nan_ok=True)
    assert found.loc["months", "denominator"] == len(own)
    assert found.loc["months", "period"] == "2025/2025"
    # Two items are too few.
    assert np.isnan(found.loc["items", "value"])


def test_items_are_compared_as_shares_of_their_highest_score(clean_table):
    highest, own, oem = [10, 20, 100, 50], [0.9, 0.7, 0.8, 0.6], [0.8, 0.6, 0.7, 0.5]
    responses = clean_table(
        "survey_responses",
        [
            {
                "response_id": source, "survey_date": "2025-05-01", "source": source, "programme": "mot",
                "item_code": f"i{place}", "score": share * highest[place], "max_score": highest[place],
            }
            for source, shares in (("internal", own), ("oem", oem))
            for place, share in enumerate(shares)
        ],
    )  # fmt: skip
    found = internal_oem_correlation(responses, response_totals(responses), as_of=AS_OF).set_index("over")
    assert found.loc["items", "value"] == pytest.approx(1)


@pytest.mark.parametrize("rows", [[], ROWS[:1], ROWS[3:]], ids=["none", "one", "the manufacturer's alone"])
def test_one_survey_alone(survey, rows):
    responses = survey(rows)
    totals = response_totals(responses)
    assert totals.empty
    assert internal_score(totals).empty
    assert internal_oem_gap(totals).empty
    found = internal_oem_correlation(responses, totals, as_of=AS_OF)
    assert found["value"].isna().all()
