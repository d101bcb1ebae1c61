import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.surveys.internal_survey import (
    internal_oem_correlation,
    internal_oem_gap,
    internal_score,
    response_totals,
    score_between,
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


def test_intervals_of_the_own_survey_and_of_the_gap(survey):
    """Own 18, 19, 20 and the manufacturer's 16, 17, 18: deviations of 1 each.

    Student's t is 4.302653 of 2 degrees of freedom and 2.776445 of Welch's 4; the errors are 1 / sqrt(3) and
    sqrt(2 / 3).
    """
    own = [("2025-01-10", "internal", 9, score) for score in (9, 10, 11)]
    oem = [("2025-01-10", "oem", 8, score) for score in (8, 9, 10)]
    totals = response_totals(survey(own + oem))
    half = 4.3026527 / 3**0.5
    scores = internal_score(totals)
    assert scores[["low", "high"]].to_numpy().tolist() == [pytest.approx([19 - half, 19 + half])] * 2
    assert scores.index.tolist() == [0, 1]
    half = 2.7764451 * (2 / 3) ** 0.5
    gap = internal_oem_gap(totals)
    assert gap[["value", "low", "high"]].to_numpy().tolist() == [pytest.approx([2, 2 - half, 2 + half])]
    two = response_totals(survey(own[:2] + oem))
    assert internal_score(two)["low"].isna().all() and internal_oem_gap(two)["low"].isna().all()


def test_the_interval_of_a_correlation_by_hand(survey):
    """Months 7, 8, 9, 10 and 6, 8, 7, 9: r = 4 / 5, and Fisher's z of four months errs by 1."""
    responses = survey(by_month([7, 8, 9, 10], [6, 8, 7, 9]))
    found = internal_oem_correlation(responses, response_totals(responses), as_of=AS_OF).set_index("over")
    low, high = (np.tanh(np.arctanh(0.8) + side * 1.959964) for side in (-1, 1))
    assert found.loc["months", ["value", "low", "high"]].tolist() == pytest.approx([0.8, low, high])


def test_months_and_items_of_the_last_three_years_alone(clean_table):
    """2023 agrees in four months and four items; December 2022 does not and lies outside.

    Nor does the answer to the whole count as an item.
    """

    def sheet(day, source, scores):
        return [
            {
                "response_id": day + source, "survey_date": day, "source": source, "programme": "mot",
                "item_code": item, "score": score,
            }
            for item, score in scores.items()
        ]  # fmt: skip

    rows = []
    for month, more in enumerate((0, 1, 2, 3), start=1):
        for source, less in (("internal", 0), ("oem", 1)):
            scores = {f"i{n}": 10 * n + more - less for n in (1, 2, 3, 4)} | {"total": 90 if less else 1}
            rows += sheet(f"2023-0{month}-01", source, scores)
    rows += sheet("2022-12-31", "internal", {"i1": 90, "i2": 0, "i3": 0, "i4": 0})
    rows += sheet("2022-12-31", "oem", {"i1": 0, "i2": 0, "i3": 0, "i4": 900})
    responses = clean_table("survey_responses", [row | {"max_score": 100} for row in rows])
    totals = response_totals(responses)
    found = internal_oem_correlation(responses, totals, as_of=AS_OF).set_index("over")
    assert found["denominator"].to_dict() == {"months": 4, "items": 4}
    assert found["value"].to_dict() == pytest.approx({"months": 1, "items": 1})
    assert found["period"].tolist() == ["2023/2025"] * 2
    longer = internal_oem_correlation(responses, totals, as_of=AS_OF, years=4).set_index("over")
    assert longer["period"].tolist() == ["2022/2025"] * 2 and longer.loc["months", "denominator"] == 5


def test_a_stretch_of_days_from_its_first_to_its_last(survey):
    """i1: (9 + 7) / 2 of the first and the last day; i2: 5. The days around it and the whole are left out."""
    responses = survey(
        [
            ("2025-01-05", "oem", 1, 1),
            ("2025-01-06", "oem", 9, 5),
            ("2025-01-12", "oem", 7, None),
            ("2025-01-13", "oem", 1, 1),
            ("2025-01-08", "internal", 10, 10),
        ]
    )
    whole = responses.iloc[[2]].assign(item_code="total", score=99.0)
    first, last = pd.Timestamp("2025-01-06"), pd.Timestamp("2025-01-12")
    found = score_between(pd.concat([responses, whole]), first, last, period="2025-W02")
    assert found[["period", "source", "denominator", "value"]].to_numpy().tolist() == [
        ["2025-W02", "internal", 1, 20],
        ["2025-W02", "oem", 2, 13],
    ]


def test_the_gap_of_surveys_of_unlike_sizes(survey):
    """Own 18, 20, 22 (variance 4, of three) and 16, 17, 17, 18 (variance 2/3, of four): Welch by hand."""
    own = [("2025-01-10", "internal", 9, score) for score in (9, 11, 13)]
    oem = [("2025-01-10", "oem", 8, score) for score in (8, 9, 9, 10)]
    gap = internal_oem_gap(response_totals(survey(own + oem))).iloc[0]
    first, second = 4 / 3, 2 / 3 / 4
    freedom = (first + second) ** 2 / (first**2 / 2 + second**2 / 3)
    half = stats.t.ppf(0.975, freedom) * 1.5**0.5
    assert (gap["value"], gap["low"], gap["high"]) == pytest.approx((3, 3 - half, 3 + half))
