import numpy as np
import pandas as pd
import pytest

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
