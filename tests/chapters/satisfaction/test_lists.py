import pandas as pd
import pytest

from csanalysis.chapters import satisfaction
from csanalysis.chapters.satisfaction.lists import RECTIFICATION
from csanalysis.display.lists.columns import COLUMNS
from csanalysis.metrics.results import Results

TIERS = {"rebates": [{"programme": "mot", "tiers": [{"min_score": 26.2, "amount": 1000}]}]}


@pytest.fixture
def listed(params_of, survey_tables):
    def made(**changes):
        frames = survey_tables()
        for name, frame in changes.items():
            frames[name] = frame(frames[name]) if callable(frame) else frame
            if frames[name] is None:
                del frames[name]
        if (answers := frames["survey_responses"]) is not None:
            called = answers["item_code"].map({"i1": "waiting time"}).astype(answers["item_name"].dtype)
            frames["survey_responses"] = answers.assign(item_name=called)
        params = params_of(satisfaction=TIERS, language="en")
        return RECTIFICATION.drawn_up(params, frames, satisfaction.measure(params, frames))

    return made


def test_open_actions_and_weak_items_without_one(listed):
    rows = listed()
    assert set(rows.columns) <= set(COLUMNS)
    # Z1 is done, so i1 is weak and alone; Z2 on i2 is overdue.
    assert rows["survey_item"].tolist() == ["i1 waiting time", "i2"]
    assert rows["owner"].tolist() == ["Customer service", "Bob"]
    assert "without an open action" in rows["reason"][0]
    assert "overdue since 1 Apr 2025" in rows["reason"][1]
    assert rows["due_date"].tolist() == [pd.Timestamp("2026-01-30"), pd.Timestamp("2025-04-01")]
    assert rows["worth_rebate"][0] > 0


def test_an_action_without_dates_is_listed_too(listed):
    def undated(actions):
        return actions.assign(due_date=actions["due_date"].mask(actions["due_date"].notna()))

    rows = listed(actions=undated)
    assert "without a due date" in rows.set_index("survey_item").loc["i2", "reason"]


def test_without_actions_the_weak_items_stand_alone(listed):
    assert listed(actions=None)["survey_item"].tolist() == ["i1 waiting time"]


def test_nothing_known(params_of):
    assert RECTIFICATION.drawn_up(params_of(), {}, Results()).empty
