"""What the survey numbers say, in both languages, and what is not said."""

from datetime import date

import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters import meeting as satisfaction_meeting
from csanalysis.chapters import process, satisfaction
from csanalysis.chapters.meeting import sentences as meeting_sentences
from csanalysis.chapters.process import sentences as process_sentences
from csanalysis.chapters.satisfaction import sentences as satisfaction_sentences
from csanalysis.chapters.satisfaction import sentences_targets as satisfaction_sentences_targets
from csanalysis.metrics.results import Results, tidy

PAY = {
    "rebates": [{"programme": "mot", "tiers": [{"min_score": 27, "amount": 1000}, {"min_score": 26, "amount": 400}]}],
    "incentives": [
        {
            "role": "service_advisor", "measure": "mot", "bands": [{"min": 0, "amount": 10}],
            "streaks": [{"at_least": 0, "periods": 24, "flag": "another post"}],
        }
    ],
}  # fmt: skip
NAMES = {"mot": {"i1": "waiting time", "i2": "price"}}
DAY = date(2025, 12, 31)


@pytest.fixture(scope="module")
def store(params_of, survey_tables):
    params, frames = params_of(satisfaction=PAY), survey_tables()
    return frames["actions"], satisfaction.measure(params, frames) + process.measure(params, frames)


def said(results, actions, language):
    asked = {"language": language, "names": NAMES}
    return {
        "standing": satisfaction_sentences.about_standing(results, year=2025, language=language),
        "own_survey": satisfaction_sentences.about_own_survey(results, year=2025, language=language),
        "weak_items": satisfaction_sentences.about_weak_items(results, year=2025, **asked),
        "rectification": satisfaction_sentences.about_rectification(
            results, actions=actions, year=2025, as_of=DAY, **asked
        ),
        "score_targets": satisfaction_sentences_targets.about_score_targets(results, plan_year=2026, **asked),
        "rebates": satisfaction_sentences_targets.about_rebates(results, plan_year=2026, language=language),
        "process": process_sentences.about_process(results, year=2025, language=language),
        "incentives": process_sentences.about_incentives(results, plan_year=2026, language=language),
        "to_decide": meeting_sentences.to_decide(results, actions, year=2025, as_of=DAY, **asked),
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_is_said_with_its_numbers(store, language):
    actions, results = store
    for prose in said(results, actions, language).values():
        assert not isinstance(prose, Missing)
        assert "{" not in str(prose) and "None" not in str(prose) and "nan" not in str(prose)


def test_the_findings(store):
    actions, results = store
    found = {name: str(prose) for name, prose in said(results, actions, "en").items()}
    assert "**one is weak**" in found["weak_items"]
    assert "i1 waiting time" in found["weak_items"]
    assert "1 overdue" in found["rectification"]
    # i1's action is done, so nobody works on it now.
    assert "Weak items without an open action: i1 waiting time." in found["rectification"]
    assert "80.0% (Bob)" in found["process"] and "100.0% (Ann)" in found["process"]
    assert "another post" in found["incentives"]
    assert "**Overdue**: i2 price, Bob" in found["to_decide"]
    assert "**Weak item that nobody works on**: i1 waiting time" in found["to_decide"]


@pytest.mark.parametrize(
    ("months", "items", "words"),
    [
        ((0.9, 0.6, 0.98), (0.9, 0.6, 0.98), ["tells much of", "can be used to find"]),
        ((0.5, 0.1, 0.8), (0.5, 0.1, 0.8), ["take it as a hint", "agree roughly"]),
        ((0.5, -0.1, 0.8), (0.1, -0.4, 0.5), ["nothing shows", "do not agree"]),
    ],
    ids=["strong", "some", "may be chance"],
)
def test_what_a_correlation_is_called(months, items, words):
    gap = tidy(["2025"], value=[1.0], low=[0.5], high=[1.5], programme="mot")
    values = dict(zip(("value", "low", "high"), zip(months, items, strict=True), strict=True))
    pairs = tidy(["2023/2025"] * 2, **values, programme="mot", over=["months", "items"])
    prose = str(
        satisfaction_sentences.about_own_survey(
            Results({"internal_oem_gap": gap, "internal_oem_correlation": pairs}), year=2025, language="en"
        )
    )
    assert all(word in prose for word in words)


@pytest.mark.parametrize(
    ("gap", "words"),
    [((1.0, 0.5, 1.5), "cannot be read"), ((-1.0, -1.5, -0.5), "below"), ((0.2, -0.5, 0.9), "holds 0")],
    ids=["kinder", "stricter", "unsure"],
)
def test_how_the_own_survey_compares(gap, words):
    frame = tidy(
        ["2025"], **dict(zip(("value", "low", "high"), ([x] for x in gap), strict=True)), programme="mot"
    )
    results = Results({"internal_oem_gap": frame})
    assert words in str(satisfaction_sentences.about_own_survey(results, year=2025, language="en"))


def test_no_weak_item_is_good_news():
    weak = tidy(["2025"] * 2, value=0, programme="mot", item_code=["i1", "i2"])
    results = Results({"weak_item": weak, "item_q_value": weak.assign(value=0.5)})
    assert "**none is weak**" in str(
        satisfaction_sentences.about_weak_items(results, year=2025, language="en", names={})
    )
    assert "every weak item has an owner" in str(
        meeting_sentences.to_decide(results, None, year=2025, as_of=DAY, language="en", names={})
    )


@pytest.mark.parametrize("period", ["2025-02", "2025-W07"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_meeting_says_which_it_is(params_of, survey_tables, period, language):
    meeting = satisfaction_meeting.prepare(params_of(), survey_tables(), period=period)
    prose = str(
        meeting_sentences.about_meeting(
            meeting.results, period=period, as_of=meeting.params.as_of, language=language
        )
    )
    kind = {"month": ("全员月例会", "Monthly"), "week": ("管理层周例会", "Weekly")}[meeting.kind]
    assert kind[language == "en"] in prose
    assert "90.0%" in prose


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_numbers_each_says_what_is_missing(language):
    assert all(isinstance(prose, Missing) for prose in said(Results(), None, language).values())
