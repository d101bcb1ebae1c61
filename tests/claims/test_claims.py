"""No sentence claims a cause or a difference without a test behind it, and every test is there."""

from importlib import import_module

import pytest

from csanalysis.catalogue import METRICS
from tests.calibration.table import registered
from tests.claims.detecting import claims
from tests.claims.page import page
from tests.claims.reading import catalogue, page_path, sentences

SAID, HELD = sentences(), catalogue()


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("{a}高于{b}。", ""),
        ("", "{a} is higher than {b}."),
        ("提醒带来{visits}次进厂。", ""),
        ("", "Reminders brought {visits} visits."),
        ("比{before}下降{points}个百分点。", ""),
        ("", "It fell by {points} points."),
        ("", "The weakest step is {process}."),
        ("各组差异不显著。", ""),
        ("", "The stores do not differ."),
    ],
)
def test_words_of_causes_and_differences_are_noticed(zh, en):
    assert claims(zh, en)


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("{year}共安排{events}项活动。", "The calendar of {year} holds {events} events."),
        ("{grade}：{items}项", "{grade}: {items} items"),
    ],
)
def test_a_plain_count_is_no_claim(zh, en):
    assert not claims(zh, en)


def test_no_claim_is_without_a_test():
    bare = [each.key for each in SAID if claims(each.zh, each.en) and not (each.claims or each.describes)]
    assert bare == [], "name the test as `claim:`, or as `describes:` what the sentence is instead"


def test_a_sentence_names_one_test_or_kind_that_there_is():
    unknown = [
        each.key
        for each in SAID
        if (each.claims and each.claims not in HELD["tests"])
        or (each.describes and each.describes not in HELD["describes"])
        or (each.claims and each.describes)
    ]
    assert unknown == []


def test_every_test_and_kind_is_named_by_a_sentence():
    assert {each.claims for each in SAID} - {None} == HELD["tests"].keys()
    assert {each.describes for each in SAID} - {None} == HELD["describes"].keys()


def test_every_test_has_metrics_functions_and_rows_that_there_are():
    rows = {row.subject for row in registered()}
    for name, test in HELD["tests"].items():
        assert test["metrics"] and all(metric in METRICS for metric in test["metrics"]), name
        assert test["functions"], name
        for function in test["functions"]:
            module, _, called = function.rpartition(".")
            assert callable(getattr(import_module(module), called)), function
        assert set(test["tried"]) <= rows, name


def test_every_false_claim_that_is_tried_stands_behind_a_sentence():
    behind = {row for test in HELD["tests"].values() for row in test["tried"]}
    idle = {row.subject for row in registered() if row.kind == "false_claim"} - behind
    assert idle == set(), "add the row to `tried:` of its test in catalogue/claims.yml"


def test_the_page_is_up_to_date():
    assert page_path().read_text(encoding="utf-8") == page(), "run make claims"
