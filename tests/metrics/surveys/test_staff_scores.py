"""What each person scored, by hand; what is done with it is tested in ``test_incentives``."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.surveys.staff_scores import (
    highest_score,
    monthly_staff_scores,
    weekly_staff_scores,
    yearly_staff_scores,
)


@pytest.fixture
def answers(clean_table):
    """Responses from ``(response, day, staff, item, score)``; keywords change all of them."""

    def table(*rows, **more):
        names = ("response_id", "survey_date", "staff", "item_code", "score")
        made = [{"programme": "mot", **dict(zip(names, row, strict=True)), **more} for row in rows]
        return clean_table("survey_responses", made)

    return table


def test_every_person_and_month_apart(answers):
    """A: (10 + 8) / 2 + 6 in January, 5 in February; B: 7. Months since 1970: 55 years of twelve."""
    rows = answers(
        ("1", "2025-01-10", "A", "i1", 10), ("1", "2025-01-10", "A", "i2", 6), ("2", "2025-01-31", "A", "i1", 8),
        ("3", "2025-02-01", "A", "i1", 5), ("4", "2025-01-10", "B", "i1", 7), ("5", "2025-01-10", "C", "i1", 1),
    )  # fmt: skip
    found = monthly_staff_scores(rows, programme="mot", staff=["A", "B"])
    assert found.to_dict("split")["data"] == [["A", 660, 15, 2], ["A", 661, 5, 1], ["B", 660, 7, 1]]


def test_a_year_of_two_responses_has_no_interval_and_one_of_three_has(answers):
    """2025: 18, 20 and 22, half a width of 4.302653 * 2 / sqrt(3)."""
    rows = answers(
        *((f"{n}", "2024-05-01", "A", "i1", 15 + n) for n in (1, 3)),
        *((f"{n}", "2025-05-01", "A", "i1", n) for n in (18, 20, 22)),
    )
    found = yearly_staff_scores(rows, programme="mot", staff=["A"]).set_index("period")
    assert found["value"].to_dict() == {"2024": 17, "2025": 20}
    assert found["denominator"].to_dict() == {"2024": 2, "2025": 3}
    half = 4.3026527 * 2 / 3**0.5
    assert found.loc["2025", ["low", "high"]].tolist() == pytest.approx([20 - half, 20 + half])
    assert found.loc["2024", ["low", "high"]].isna().all()


def test_the_most_points_are_those_of_the_last_year_s_items(answers, clean_table):
    """Last year asked i1 (10, once 5) and i2 (20); the whole, the own survey and others are not counted."""
    names = ("response_id", "survey_date", "item_code", "max_score", "source", "programme")
    rows = [
        ("1", "2025-05-01", "i1", 10, "oem", "mot"), ("2", "2025-05-01", "i1", 5, "oem", "mot"),
        ("1", "2025-05-01", "i2", 20, "oem", "mot"), ("1", "2025-05-01", "total", 100, "oem", "mot"),
        ("3", "2024-05-01", "i3", 40, "oem", "mot"), ("4", "2025-05-01", "i4", 80, "internal", "mot"),
        ("5", "2025-05-01", "i5", 160, "oem", "css"), ("6", "2026-05-01", "i5", None, "oem", "css"),
    ]  # fmt: skip
    table = clean_table(
        "survey_responses", [dict(zip(names, row, strict=True)) | {"score": 1} for row in rows]
    )
    assert highest_score(table, programme="mot") == 30
    assert np.isnan(highest_score(table, programme="css")), "one item's highest score is not known"
    assert np.isnan(highest_score(table, programme="none"))


def test_weeks_of_each_person(clean_table):
    """Weeks since 1970 begin on Mondays: 6 January 2025 is the first day of the 2,872nd after that of 1969-12-29."""
    names = ("check_date", "staff", "items_checked", "items_passed")
    rows = [
        ("2025-01-05", "A", 4, 1), ("2025-01-06", "A", 4, 4), ("2025-01-12", "A", 1, 0), ("2025-01-06", "B", 3, 3),
        ("2025-01-06", "C", 3, 3), ("2025-01-13", "A", 0, 0),
    ]  # fmt: skip
    table = clean_table(
        "process_checks", [dict(zip(names, row, strict=True)) | {"process": "p"} for row in rows]
    )
    found = weekly_staff_scores(table, staff=["A", "B"])
    assert found[["staff", "score", "size"]].to_numpy().tolist() == [
        ["A", 0.25, 4],
        ["A", 0.8, 5],
        ["B", 1, 3],
    ]
    assert found["place"].diff().tolist()[1:] == [1, 0]


def test_nobody(answers, clean_table):
    assert monthly_staff_scores(answers(), programme="mot", staff=["A"]).empty
    assert weekly_staff_scores(clean_table("process_checks"), staff=["A"]).empty
    assert pd.isna(highest_score(answers(), programme="mot"))
