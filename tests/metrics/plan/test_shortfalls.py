"""Who lies behind the store beyond chance, and by how much."""

import pandas as pd
import pytest

from csanalysis.metrics.plan.shortfalls import score_shortfalls, shortfalls


def rows(**people):
    return pd.DataFrame(
        {
            "period": "2025",
            "staff": list(people),
            "numerator": [float(hits) for hits, _ in people.values()],
            "denominator": [float(trials) for _, trials in people.values()],
        }
    )


def test_cases_short_of_the_stores_share():
    found = shortfalls(rows(Ann=(50, 100), Ben=(78, 100)), 0.8, better="higher", by="staff", measure="m")
    assert list(found["staff"]) == ["Ann"]
    assert list(found["value"]) == pytest.approx([30.0])  # 0.8 × 100 − 50
    assert list(found["denominator"]) == [100.0]
    assert list(found["measure"]) == ["m"]


def test_where_lower_is_better_too_many_are_told():
    found = shortfalls(rows(Ann=(30, 100), Ben=(9, 100)), 0.1, better="lower", by="staff")
    assert list(found["staff"]) == ["Ann"]
    assert list(found["value"]) == pytest.approx([20.0])  # 30 − 0.1 × 100


def test_a_few_cases_are_chance():
    assert shortfalls(rows(Ann=(3, 5), Ben=(4, 5)), 0.8, better="higher", by="staff").empty


def test_each_may_have_a_share_of_their_own_to_be_expected():
    people = rows(Ann=(50, 100), Ben=(50, 100))
    found = shortfalls(people, pd.Series([0.5, 0.8]), better="higher", by="staff")
    assert list(found["staff"]) == ["Ben"]


def test_nobody_is_nobody():
    assert shortfalls(rows(), 0.5, better="higher", by="staff").empty
    assert score_shortfalls(scores(), by="staff").empty


def scores(**people):
    frame = pd.DataFrame({"period": "2025", "staff": list(people)})
    return frame.assign(
        value=[float(score) for score, _ in people.values()],
        denominator=10.0,
        low=[score - reach for score, reach in people.values()],
        high=[score + reach for score, reach in people.values()],
    )


def test_points_below_the_mean_of_the_others():
    found = score_shortfalls(scores(Ann=(80, 2), Ben=(90, 2), Cat=(92, 2)), by="staff", programme="css")
    assert list(found["staff"]) == ["Ann"]
    assert list(found["value"]) == pytest.approx([11.0])  # (90 + 92) / 2 − 80
    assert list(found["programme"]) == ["css"]


def test_scores_within_their_intervals_are_alike():
    assert score_shortfalls(scores(Ann=(88, 5), Ben=(90, 5), Cat=(91, 5)), by="staff").empty


def test_one_person_alone_is_compared_with_nobody():
    assert score_shortfalls(scores(Ann=(80, 2)), by="staff").empty


@pytest.mark.parametrize(("score", "told"), [(88.6, []), (88.2, ["Ann"])])
def test_the_others_mean_is_as_sure_as_their_responses_make_it(score, told):
    """Errors 0.51, 0.51 and 20.4 of 100, 100 and 1 responses: the others' mean has √(51² + 20.4²) / 101 = 0.54."""
    people = pd.DataFrame(
        {
            "period": "2025",
            "staff": ["Ann", "Ben", "Cem"],
            "value": [score, 90.0, 90.0],
            "denominator": [100.0, 100.0, 1.0],
            "low": [score - 1, 89.0, 50.0],
            "high": [score + 1, 91.0, 130.0],
        }
    )
    assert list(score_shortfalls(people, by="staff")["staff"]) == told
