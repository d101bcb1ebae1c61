"""The tables of surveys, targets and meetings: every number is the one in the results."""

from datetime import date

import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters import meeting as satisfaction_meeting
from csanalysis.chapters import process, satisfaction
from csanalysis.chapters.meeting import tables as meeting_tables
from csanalysis.chapters.process import tables as process_tables
from csanalysis.chapters.satisfaction import tables as satisfaction_tables
from csanalysis.chapters.satisfaction import tables_items as satisfaction_tables_items
from csanalysis.chapters.satisfaction import tables_rectification as satisfaction_tables_rectification
from csanalysis.chapters.satisfaction import tables_targets as satisfaction_tables_targets
from csanalysis.metrics.results import Results

PAY = {
    "rebates": [
        {"programme": "mot", "tiers": [{"min_score": 27, "amount": 1000}, {"min_score": 26, "amount": 400}]}
    ],
    "incentives": [{"role": "service_advisor", "measure": "mot", "bands": [{"min": 0, "amount": 10}]}],
}
NAMES = {"mot": {"i1": "waiting time"}}
DAY = date(2025, 12, 31)


@pytest.fixture(scope="module")
def store(params_of, survey_tables):
    frames = survey_tables()
    params = params_of(satisfaction=PAY)
    return frames, satisfaction.measure(params, frames) + process.measure(params, frames)


def made(results, actions, language):
    """One of each kind."""
    plan, asked = {"plan_year": 2026, "language": language}, {"language": language, "names": NAMES}
    return {
        "standing": satisfaction_tables.standing(results, [2024, 2025], language=language),
        "own_survey": satisfaction_tables.own_survey(results, [2024, 2025], language=language),
        "survey_agreement": satisfaction_tables.survey_agreement(results, language=language),
        "weak_points": satisfaction_tables_items.weak_points(results, 2025, **asked),
        "priorities": satisfaction_tables_items.priorities(results, 2025, **asked),
        "rectification": satisfaction_tables_rectification.rectification(
            results, actions, as_of=DAY, **asked
        ),
        "action_effects": satisfaction_tables_rectification.action_effects(
            results, actions, as_of=DAY, **asked
        ),
        "score_targets": satisfaction_tables_targets.score_targets(results, **plan),
        "item_improvement": satisfaction_tables_targets.item_improvement(results, names=NAMES, **plan),
        "rebate_tiers": satisfaction_tables_targets.rebate_tiers(results, **plan),
        "incentive_budget": process_tables.incentive_budget(results, **plan),
        "survey_oddities": satisfaction_tables_items.survey_oddities(results, DAY, **asked),
        "meeting_items": meeting_tables.meeting_items(
            results, actions, period="2025-12", year=2025, as_of=DAY, **asked
        ),
    }


KINDS = [
    "standing", "own_survey", "survey_agreement", "weak_points", "priorities", "action_effects", "score_targets",
    "item_improvement", "rebate_tiers", "incentive_budget", "meeting_items",
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_is_the_one_in_the_results(store, language):
    frames, results = store
    shown = made(results, frames["actions"], language)
    wrong = []
    for kind in KINDS:
        numbers = list(shown[kind].numbers)
        assert numbers, kind
        for number in numbers:
            row = results.select(number.metric, None, period=number.period, **number.group)
            assert len(row) == 1, (kind, number)
            found = row[number.field].iloc[0]
            if not ((number.value is None and found != found) or number.value == found):
                wrong.append((kind, number, found))
        assert all(len(row.cells) == len(shown[kind].columns) for row in shown[kind].rows), kind
    assert wrong == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_table_is_left_without_words(store, language):
    frames, results = store
    for table in made(results, frames["actions"], language).values():
        if not isinstance(table, Missing):
            assert table.caption and "{" not in table.caption
            assert all(column.label for column in table.columns)


def test_the_weak_item_comes_first_and_is_called_by_its_name(store):
    table = made(store[1], None, "en")["weak_points"]
    assert [row.kind for row in table.rows] == ["total", "body", "body", "body"]
    assert table.rows[1].cells[0].text == "i1 waiting time"
    assert table.rows[1].cells[-1].text == "weak"
    assert [row.cells[-1].text for row in table.rows[2:]] == ["", ""]


def test_items_with_few_responses_are_muted(store):
    table = satisfaction_tables_items.weak_points(store[1], 2025, language="en", names={}, min_responses=1000)
    assert [row.kind for row in table.rows] == ["total", "muted", "muted", "muted"]


def test_actions_say_how_far_they_are(store):
    frames, results = store
    found = made(results, frames["actions"], "en")
    assert [row.cells[-1].text for row in found["rectification"].rows] == ["Done in time", "Overdue"]
    assert len(found["action_effects"].rows) == 1


def test_too_few_responses_are_said_in_place_of_a_score(params_of, survey_tables):
    frames = survey_tables()
    frames["actions"]["done_date"] = frames["actions"]["done_date"].mask(
        lambda dates: dates.notna(), "2025-12-10"
    )
    results = satisfaction.measure(params_of(), frames)
    table = satisfaction_tables_rectification.action_effects(
        results, frames["actions"], as_of=DAY, language="en", names={}
    )
    cell = table.rows[0].cells[4]
    assert cell.text == f"too few ({cell.value:.0f})"
    assert cell.field == "denominator"


def test_mystery_shoppers_stand_apart(store, clean_table, params_of):
    rows = [
        {"month": "2025-12-01", "programme": name, "item_code": "total", "regional_mean": 80, "own_score": 85}
        for name in ("css", "神秘客户")
    ]
    tiers = [{"programme": "神秘客户", "tiers": [{"min_score": 90, "amount": 0}]}]
    results = satisfaction.measure(
        params_of(satisfaction={"rebates": tiers}),
        {"survey_benchmarks": clean_table("survey_benchmarks", rows)},
    )
    plain, mystery = (
        satisfaction_tables_targets.score_targets(results, plan_year=2026, language="en", mystery=apart)
        for apart in (False, True)
    )
    assert len(plain.rows) == len(mystery.rows) == 1
    assert mystery.rows[0].cells[2].value == 90
    assert "mystery" in str(
        satisfaction_tables_targets.score_targets(store[1], plan_year=2026, language="en", mystery=True)
    )


def test_oddities_name_what_they_are_about(params_of, survey_tables):
    frames = survey_tables()
    frames["survey_responses"].loc[0, "score"] = 99.0
    frames["survey_benchmarks"].loc[3, "rank"] = 99
    results = satisfaction.measure(params_of(), frames)
    table = satisfaction_tables_items.survey_oddities(results, DAY, language="en", names=NAMES)
    assert [row.cells[2].text for row in table.rows] == ["i1 waiting time", "Jan 2024"]
    assert [row.cells[3].value for row in table.rows] == [1, 1]


def test_nothing_odd_is_said(store):
    assert "Nothing odd" in str(made(store[1], None, "en")["survey_oddities"])


def test_no_weak_item_is_said(params_of, survey_tables):
    frames = survey_tables()
    frames["survey_benchmarks"]["regional_mean"] = 1.0
    results = satisfaction.measure(params_of(), frames)
    assert "No item is weak" in str(
        meeting_tables.meeting_items(
            results, None, period="2025-12", year=2025, as_of=DAY, language="en", names={}
        )
    )
    assert "No item is behind" in str(
        satisfaction_tables_items.priorities(results, 2025, language="en", names={})
    )


@pytest.mark.parametrize(
    ("period", "year", "words"),
    [("2025-02", 2024, "Ann, 2025-04-01, Open"), ("2025-03", 2025, "Ann, 2025-04-01, Done in time")],
    ids=["last year's weak items in the first quarter", "this year's from its end on"],
)
def test_the_meeting_names_who_is_at_work(params_of, survey_tables, period, year, words):
    meeting = satisfaction_meeting.prepare(params_of(), survey_tables(), period=period)
    assert meeting.year == year
    table = meeting_tables.meeting_items(
        meeting.results,
        meeting.actions,
        period=period,
        year=year,
        as_of=meeting.params.as_of,
        language="en",
        names=NAMES,
    )
    assert table.rows[0].cells[-1].text == words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_numbers_every_table_says_what_would_give_them(language):
    for table in made(Results(), None, language).values():
        assert isinstance(table, Missing)
        assert (
            "survey_" in str(table)
            or "actions" in str(table)
            or "staff" in str(table)
            or "operators" in str(table)
        )
