import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.surveys.rectification import action_effects, action_states, rectification_actions

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def actions(clean_table):
    def table(*rows):
        return clean_table(
            "actions",
            [{"action_id": f"Z{place}", "item_code": "11.10", **row} for place, row in enumerate(rows)],
        )

    return table


@pytest.fixture
def answers(clean_table):
    def table(scores):
        return clean_table(
            "survey_responses",
            [
                {
                    "response_id": f"{day}{place}",
                    "survey_date": day,
                    "programme": "mot",
                    "item_code": "11.10",
                    "score": score,
                }
                for day, day_scores in scores.items()
                for place, score in enumerate(day_scores)
            ],
        )

    return table


def test_where_each_action_stands(actions):
    table = actions(
        {"due_date": "2025-10-01", "done_date": "2025-10-01"},
        {"due_date": "2025-10-01", "done_date": "2025-10-02"},
        {"due_date": "2025-12-31"},
        {"due_date": "2025-12-30"},
        {},
    )
    assert action_states(table, as_of=AS_OF).tolist() == ["done", "done_late", "open", "overdue", "open"]
    counts = rectification_actions(table, as_of=AS_OF)
    assert dict(zip(counts["progress"], counts["value"], strict=True)) == {
        "done": 1,
        "done_late": 1,
        "open": 2,
        "overdue": 1,
    }


def effects(actions, responses, min_responses=3):
    found = action_effects(actions, responses, as_of=AS_OF, min_responses=min_responses)
    return {name: frame.iloc[0] for name, frame in found.items() if len(frame)}


DATED = {"start_date": "2025-07-01", "due_date": "2025-08-01", "done_date": "2025-07-31"}


def test_before_the_start_and_after_the_end(actions, answers):
    responses = answers(
        {
            "2024-12-31": [1], "2025-01-01": [7, 8], "2025-06-30": [9],
            "2025-07-01": [1], "2025-07-31": [1],
            "2025-08-01": [9, 9], "2025-12-31": [9, 10],
        }
    )  # fmt: skip
    found = effects(actions(DATED), responses)
    assert found["action_before_score"][["numerator", "denominator", "value"]].tolist() == [24, 3, 8]
    assert found["action_after_score"][["numerator", "denominator", "value"]].tolist() == [37, 4, 9.25]
    change = found["action_change"]
    assert change[["action_id", "programme", "item_code"]].tolist() == ["Z0", "mot", "11.10"]
    assert change["value"] == 1.25
    assert change["low"] < 1.25 < change["high"]


def test_too_few_responses_tell_no_change(actions, answers):
    responses = answers({"2025-05-01": [8, 8, 9], "2025-09-01": [9, 9]})
    found = effects(actions(DATED), responses)
    assert found["action_after_score"]["denominator"] == 2
    assert np.isnan(found["action_change"]["value"])


def test_an_open_action_has_no_after(actions, answers):
    found = effects(
        actions({"start_date": "2025-07-01"}), answers({"2025-05-01": [8] * 3, "2025-09-01": [9] * 3})
    )
    assert found["action_before_score"]["value"] == 8
    assert found["action_after_score"]["denominator"] == 0
    assert np.isnan(found["action_after_score"]["value"])


def test_an_item_of_two_programmes_is_told_of_both(actions, answers):
    responses = pd.concat(
        [answers({"2025-05-01": [8]}), answers({"2025-05-01": [6]}).assign(programme="css")]
    )
    before = action_effects(actions(DATED), responses, as_of=AS_OF)["action_before_score"]
    assert dict(zip(before["programme"], before["value"], strict=True)) == {"mot": 8, "css": 6}


def test_nothing_to_tell(actions, answers, clean_table):
    for table, responses in (
        (clean_table("actions"), answers({"2025-05-01": [8]})),
        (actions({"item_code": "of no survey"}), answers({"2025-05-01": [8]})),
        (actions(DATED), clean_table("survey_responses")),
    ):
        assert effects(table, responses) == {}
    assert rectification_actions(clean_table("actions"), as_of=AS_OF)["value"].tolist() == [0, 0, 0, 0]


def test_the_intervals_by_hand(actions, answers):
    """Before 7, 8, 9, after 9, 9, 9, 10: variances 1 / 3 and 1 / 16; t is 4.302653 of 2 and 3.182446 of 3."""
    found = effects(actions(DATED), answers({"2025-05-01": [7, 8, 9], "2025-09-01": [9, 9, 9, 10]}))
    before, after, change = (found[f"action_{name}"] for name in ("before_score", "after_score", "change"))
    half = 4.3026527 / 3**0.5
    assert before[["low", "high"]].tolist() == pytest.approx([8 - half, 8 + half])
    half = 3.1824463 / 4
    assert after[["low", "high"]].tolist() == pytest.approx([9.25 - half, 9.25 + half])
    freedom = (1 / 3 + 1 / 16) ** 2 / ((1 / 3) ** 2 / 2 + (1 / 16) ** 2 / 3)
    half = stats.t.ppf(0.975, freedom) * (1 / 3 + 1 / 16) ** 0.5
    assert change[["low", "high"]].tolist() == pytest.approx([1.25 - half, 1.25 + half])


def test_two_responses_have_a_mean_and_no_interval(actions, answers):
    after = effects(actions(DATED), answers({"2025-09-01": [8, 9]}))["action_after_score"]
    assert after["value"] == 8.5 and np.isnan(after["low"]) and np.isnan(after["high"])
