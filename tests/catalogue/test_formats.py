import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.catalogue import UNDEFINED, format_period, format_value
from csanalysis.catalogue.formats import format_interval


@pytest.mark.parametrize(
    ("value", "format", "written"),
    [
        (0.7168, "percent", "71.7%"),
        (1.2965, "percent", "129.7%"),
        (0.7165, "percent", "71.7%"),
        (0.0, "percent", "0.0%"),
        (-0.00001, "percent", "0.0%"),
        (1234, "count", "1,234"),
        (12.5, "count", "12.5"),
        (58.55, "count", "58.6"),
        (127500, "amount", "¥127,500"),
        (-1280.5, "amount", "-¥1,281"),
        (935.0, "score", "935.0"),
        (4.527, "score", "4.53"),
        (5.1, "ratio", "5.10"),
        (12.0, "days", "12"),
        (0.032, "points", "+3.2"),
        (-0.032, "points", "-3.2"),
        (0.285 - 0.275, "points", "+1.0"),
        (0.0, "points", "0.0"),
    ],
)
def test_numbers_are_written_by_their_format(value, format, written):
    assert [format_value(value, format, language) for language in ("zh", "en")] == [written] * 2


def test_undefined_is_not_zero():
    formats = ("percent", "count", "amount", "score", "ratio", "days", "points")
    shown = {
        (value, format): format_value(value, format, "en") for value in (None, math.nan) for format in formats
    }
    assert {key: text for key, text in shown.items() if text != UNDEFINED} == {}


def test_decimals_can_be_asked_for():
    assert format_value(0.7168, "percent", "zh", decimals=0) == "72%"
    assert format_value(4.86, "count", "en", decimals=1) == "4.9"


def test_an_interval_says_its_unit_once():
    assert format_interval(0.62, 0.82, "percent", "en") == ("62.0", "82.0%")
    assert format_interval(10, 12, "count", "en") == ("10", "12")


@given(st.integers(-(10**9), 10**9))
def test_a_count_can_be_read_back(value):
    assert int(format_value(value, "count", "en").replace(",", "")) == value


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2025", "2025年", "2025"),
        ("2025-03", "2025年3月", "Mar 2025"),
        ("2025-W07", "2025年第7周", "2025 week 7"),
        ("2023/2025", "2023–2025年", "2023–2025"),
        ("2025/2025", "2025年", "2025"),
        ("2025-12-31", "2025年12月31日", "31 Dec 2025"),
    ],
    ids=["year", "month", "week", "span", "span-of-one", "date"],
)
def test_periods_are_written_in_both_languages(period, zh, en):
    assert (format_period(period, "zh"), format_period(period, "en")) == (zh, en)


def test_a_short_month_leaves_the_year_out():
    assert (format_period("2025-03", "zh", short=True), format_period("2025-03", "en", short=True)) == (
        "3月",
        "Mar",
    )
