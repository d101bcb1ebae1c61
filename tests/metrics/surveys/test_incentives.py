"""Pay by score: the bands and streaks of 《2011年客服关系年度工作规划》, and what they pay."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.surveys.incentives import (
    PROCESS,
    band_amounts,
    incentive_budget,
    incentive_rows,
    rows_in_year,
    staff_flag,
    staff_incentive,
    staff_score,
    streak_completed,
)
from csanalysis.metrics.surveys.staff_scores import (
    monthly_staff_scores,
    weekly_staff_scores,
    yearly_staff_scores,
)

CONSULTANTS = [(1000, 500), (980, 300), (920, 0), (850, -100), (750, -200), (0, -300)]
ADVISORS = [(120, 200), (100, 100), (90, 0), (85, -300), (0, -1000)]
COMPLIANCE = [(0.95, 200), (0.90, 0), (0.81, -600), (0, -850)]


@pytest.mark.parametrize(
    ("bands", "score", "amount"),
    [
        (CONSULTANTS, 1000, 500),
        (CONSULTANTS, 999, 300),
        (CONSULTANTS, 980, 300),
        (CONSULTANTS, 979.99, 0),
        (CONSULTANTS, 920, 0),
        (CONSULTANTS, 919, -100),
        (CONSULTANTS, 850, -100),
        (CONSULTANTS, 849, -200),
        (CONSULTANTS, 750, -200),
        (CONSULTANTS, 749, -300),
        (ADVISORS, 120, 200),
        (ADVISORS, 119, 100),
        (ADVISORS, 100, 100),
        (ADVISORS, 99, 0),
        (ADVISORS, 90, 0),
        (ADVISORS, 89, -300),
        (ADVISORS, 85, -300),
        (ADVISORS, 84.9, -1000),
        (COMPLIANCE, 0.95, 200),
        (COMPLIANCE, 0.94, 0),
        (COMPLIANCE, 0.89, -600),
        (COMPLIANCE, 0.8, -850),
        ([(90, 50)], 89, 0),
    ],
)
def test_the_highest_band_reached_pays(bands, score, amount):
    assert band_amounts([score], bands).tolist() == [amount]


def test_no_score_has_no_amount():
    assert np.isnan(band_amounts([np.nan], ADVISORS)).all()


@given(st.permutations(CONSULTANTS), st.floats(0, 1000))
def test_the_order_of_the_bands_does_not_matter(bands, score):
    assert band_amounts([score], bands) == band_amounts([score], CONSULTANTS)


def scores_of(scores, staff="A", start=100):
    """One person's scores in consecutive periods; None is a period without."""
    places = [start + place for place, score in enumerate(scores) if score is not None]
    known = [float(score) for score in scores if score is not None]
    return pd.DataFrame({"staff": staff, "place": places, "score": known, "size": 10.0})


@pytest.mark.parametrize(
    ("scores", "whole"),
    [
        pytest.param([120, 120, 120], [False, False, True], id="three full months"),
        pytest.param([120] * 7, [False, False, True] * 2 + [False], id="again after six"),
        pytest.param([120, 120, 119, 120], [False] * 4, id="a lower one breaks"),
        pytest.param([120, 120, None, 120, 120, 120], [False] * 4 + [True], id="a gap breaks"),
        pytest.param([119, 120, 120, 120], [False] * 3 + [True], id="starts after a lower one"),
        pytest.param([], [], id="nobody"),
    ],
)
def test_streaks_count_consecutive_periods(scores, whole):
    assert streak_completed(scores_of(scores), {"at_least": 120, "periods": 3}).tolist() == whole


def test_streaks_do_not_run_on_to_the_next_person():
    both = pd.concat([scores_of([120, 120], "A"), scores_of([120], "B", start=102)], ignore_index=True)
    assert not streak_completed(both, {"at_least": 120, "periods": 3}).any()


def test_streaks_keep_the_order_of_the_rows():
    rows = scores_of([1, 120, 120]).iloc[::-1]
    assert streak_completed(rows, {"at_least": 120, "periods": 2}).to_dict() == {2: True, 1: False, 0: False}


def applied(scores, bands=ADVISORS, measure="mot", streaks=()):
    return incentive_rows(
        scores_of(scores, start=660), measure=measure, role="service_advisor", bands=bands, streaks=streaks
    )


def test_three_full_months_bring_the_quarters_bonus():
    rows = applied([120, 120, 120], streaks=[{"at_least": 120, "periods": 3, "amount": 1000}])
    paid = staff_incentive(rows).set_index("period")["value"]
    assert paid.to_dict() == {"2025-01": 200, "2025-02": 200, "2025-03": 1200}


def test_two_months_below_the_floor_mean_demotion():
    rows = applied(
        [749, 760, 749, 700], CONSULTANTS, "css", [{"below": 750, "periods": 2, "flag": "demotion"}]
    )
    assert staff_incentive(rows)["value"].tolist() == [-300, -200, -300, -300]
    flags = staff_flag(rows)
    assert flags[["period", "staff", "flag", "value"]].to_numpy().tolist() == [
        ["2025-04", "A", "demotion", 1.0]
    ]


def test_a_period_without_a_score_has_no_amount():
    scores = pd.DataFrame({"staff": list("AAB"), "place": [0, 2, 1], "score": [120.0] * 3, "size": [1] * 3})
    rows = incentive_rows(scores, measure="mot", role="r", bands=[(100, 50.0)])
    found = staff_incentive(rows).set_index(["period", "staff"])["value"]
    assert found.unstack().notna().to_numpy().tolist() == [[True, False], [False, True], [True, False]]


def test_amounts_of_several_measures_add_up():
    rows = pd.concat([applied([120]), applied([84], measure="css")])
    assert staff_incentive(rows)["value"].tolist() == [-800]
    split = staff_incentive(rows, by_measure=True)
    assert dict(zip(split["measure"], split["value"], strict=True)) == {"mot": 200, "css": -1000}


def test_a_persons_month_is_the_sum_of_the_items_means(clean_table):
    def answer(response, item, score, **more):
        return {
            "response_id": response, "survey_date": "2025-01-10", "programme": "mot", "item_code": item,
            "score": score, "staff": "A", **more,
        }  # fmt: skip

    responses = clean_table(
        "survey_responses",
        [
            answer("1", "i1", 10), answer("2", "i1", 7), answer("1", "i2", 9), answer("1", "total", 95),
            answer("3", "i1", 1, source="internal"), answer("4", "i1", 1, programme="css"),
            answer("5", "i1", 1, staff="B"), answer("6", "i1", 1, staff=None),
        ],
    )  # fmt: skip
    scores = monthly_staff_scores(responses, programme="mot", staff=["A"])
    assert scores.to_dict("records") == [{"staff": "A", "place": 660, "score": 17.5, "size": 2}]
    only_total = responses[responses["item_code"] == "total"]
    assert monthly_staff_scores(only_total, programme="mot", staff=["A"])["score"].tolist() == [95]


def test_a_persons_week_is_passed_over_checked(clean_table):
    checks = clean_table(
        "process_checks",
        [
            {
                "check_date": "2024-12-30",
                "staff": "A",
                "process": "p",
                "items_checked": 10,
                "items_passed": 9,
            },
            {
                "check_date": "2025-01-05",
                "staff": "A",
                "process": "q",
                "items_checked": 10,
                "items_passed": 10,
            },
            {"check_date": "2025-01-06", "staff": "A", "process": "p", "items_checked": 0, "items_passed": 0},
            {"check_date": "2025-01-06", "staff": "B", "process": "p", "items_checked": 5, "items_passed": 5},
        ],
    )
    rows = incentive_rows(
        weekly_staff_scores(checks, staff=["A"]), measure=PROCESS, role="r", bands=COMPLIANCE
    )
    assert rows[["period", "score", "amount"]].to_numpy().tolist() == [["2025-W01", 0.95, 200]]
    assert rows_in_year(rows, 2025).equals(rows)


def test_rounding_keeps_a_score_in_its_band(clean_table):
    scores = [0.1, 0.2, 0.3, 89.4]
    responses = clean_table(
        "survey_responses",
        [
            {
                "response_id": "1",
                "survey_date": "2025-01-10",
                "programme": "mot",
                "item_code": f"i{n}",
                "score": s,
                "staff": "A",
            }
            for n, s in enumerate(scores)
        ],
    )
    assert band_amounts(monthly_staff_scores(responses, programme="mot", staff=["A"])["score"], ADVISORS) == [
        0
    ]


def test_the_budget_keeps_paid_and_deducted_apart():
    budget = incentive_budget(applied([120, 80, 95]), scenario="last_year", plan_year=2026)
    assert budget["net"]["value"].tolist() == [-800]
    assert budget["part"]["value"].tolist() == [200, -1000]
    assert budget["rule"][["role", "measure", "value"]].to_numpy().tolist() == [
        ["service_advisor", "mot", -800]
    ]


def test_a_budget_without_scores_is_unknown():
    nothing = incentive_budget(applied([]), scenario="last_year", plan_year=2026)
    assert nothing["net"]["value"].isna().all()
    unknown = incentive_budget(applied([np.nan, 120]), scenario="target", plan_year=2026)
    assert unknown["net"]["value"].isna().all()


def test_staff_scores_leave_compliance_to_its_own_metric():
    assert staff_score(applied([0.9], COMPLIANCE, PROCESS)).empty
    assert staff_score(applied([118]))[
        ["period", "staff", "programme", "denominator", "value"]
    ].to_numpy().tolist() == [["2025-01", "A", "mot", 10, 118]]


def test_a_year_has_the_interval_of_its_responses(clean_table):
    responses = clean_table(
        "survey_responses",
        [
            {
                "response_id": f"{n}",
                "survey_date": f"2025-0{n}-10",
                "programme": "mot",
                "item_code": code,
                "score": score,
                "staff": "A",
            }
            for n, scores in enumerate([(8, 9), (9, 9), (10, 9)], start=1)
            for code, score in zip(("i1", "i2"), scores, strict=True)
        ],
    )
    (row,) = yearly_staff_scores(responses, programme="mot", staff=["A"]).to_dict("records")
    assert (row["period"], row["staff"], row["denominator"], row["value"]) == ("2025", "A", 3, 18)
    # Totals 17, 18, 19: t(0.975, 2) = 4.303, standard error 1 / sqrt(3).
    assert row["high"] == pytest.approx(18 + 4.30265 / 3**0.5, abs=1e-4)
    assert yearly_staff_scores(responses, programme="css", staff=["A"]).empty
