from datetime import date

import pytest

from csanalysis.chapters import meeting as satisfaction_meeting
from csanalysis.chapters import satisfaction
from csanalysis.errors import NotebookError


@pytest.fixture
def meeting(params_of, survey_tables):
    def prepared(period=None, **params):
        return satisfaction_meeting.prepare(params_of(**params), survey_tables(), period=period)

    return prepared


@pytest.mark.parametrize(
    ("period", "last", "kind"),
    [
        ("2025-11", date(2025, 11, 30), "month"),
        ("2025-W48", date(2025, 11, 30), "week"),
        ("2026-W01", date(2025, 12, 31), "week"),
    ],
    ids=["a month", "a week", "a week that is not over"],
)
def test_everything_is_as_of_the_end_of_the_period(meeting, period, last, kind):
    found = meeting(period)
    assert (found.params.as_of, found.kind) == (last, kind)
    assert found.tables["survey_responses"]["survey_date"].max().date() <= last
    assert (
        found.results.select("item_score", "month", programme="mot", item_code="i1")["period"].iloc[-1]
        == f"{last:%Y-%m}"
    )


@pytest.mark.parametrize(
    ("as_of", "month"), [("2025-12-31", "2025-12"), ("2025-12-30", "2025-11"), ("2025-03-01", "2025-02")]
)
def test_without_a_period_the_last_month_that_is_over(meeting, as_of, month):
    assert meeting(as_of=as_of).period == month


def test_an_action_done_later_is_still_open_then(meeting):
    assert meeting("2025-03").results.value("rectification_actions", "2025-03-31", progress="done") == 1
    february = meeting("2025-02")
    assert february.results.value("rectification_actions", "2025-02-28", progress="open") == 2
    # Done within the period, it is still talked about; later no more.
    assert meeting("2025-03").actions["action_id"].tolist() == ["Z1", "Z2"]
    assert meeting("2025-04").actions["action_id"].tolist() == ["Z2"]


def test_the_numbers_are_those_of_the_chapter_at_that_date(meeting, params_of, survey_tables):
    pack = meeting("2025-12").results
    whole = satisfaction.measure(params_of(), survey_tables())
    assert pack.value("weak_item", 2025, programme="mot", item_code="i1") == 1
    assert pack.value("item_gap", 2025, programme="mot", item_code="i1") == whole.value(
        "item_gap", 2025, programme="mot", item_code="i1"
    )


def test_what_came_in_within_a_week(meeting):
    # Of November's responses, dated from the 5th to the 19th, two lie in the week from the 17th.
    pack = meeting("2025-W47")
    assert pack.results.select("score_of_period", "week", programme="mot", source="internal")[
        "denominator"
    ].tolist() == [3]
    assert pack.results.select("score_of_period", "week", programme="mot", source="oem").empty
    assert pack.results.select("item_score", "week", "item_code", programme="mot").empty
    assert (
        meeting("2025-W46").results.value("item_score", "2025-W46", programme="mot", item_code="i1")
        is not None
    )


def test_the_months_beside_it(meeting):
    assert meeting("2025-W01").months == ["2024-01", "2024-12", "2025-01"]


@pytest.mark.parametrize("period", ["2025", "2025-13", "2025-W54", "2025-11-03", "next week", "2026-02"])
def test_a_period_that_is_none_is_refused(meeting, period):
    with pytest.raises(NotebookError, match="period"):
        meeting(period)


def test_no_tables(params_of):
    found = satisfaction_meeting.prepare(params_of(), {}, period="2025-11")
    assert len(found.results) == 0
    assert found.actions is None
