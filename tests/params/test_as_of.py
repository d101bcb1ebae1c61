"""The last day counted: dates, and words that move with the calendar."""

from datetime import date

import pytest

from csanalysis.errors import ParamsError
from csanalysis.messages import BadValueError, said
from csanalysis.params import read_params
from csanalysis.params.as_of import WORDS, as_of_given, checked_day, day_of, given_as_of

PARAMS = """
dealership: {{id: small}}
plan_year: {year}
as_of: {as_of}
sources: {{vehicle_sales: sales.csv, service_visits: visits.csv}}
"""


@pytest.mark.parametrize(
    ("today", "days"),
    [
        ("2026-01-01", ["2026-01-01", "2025-12-31", "2025-12-31", "2025-12-31"]),
        ("2026-03-31", ["2026-03-31", "2026-03-30", "2026-02-28", "2025-12-31"]),
        ("2026-04-01", ["2026-04-01", "2026-03-31", "2026-03-31", "2026-03-31"]),
        ("2024-03-01", ["2024-03-01", "2024-02-29", "2024-02-29", "2023-12-31"]),
        ("2026-11-30", ["2026-11-30", "2026-11-29", "2026-10-31", "2026-09-30"]),
    ],
)
def test_words_are_days(today, days):
    assert [day_of(word, today=date.fromisoformat(today)).isoformat() for word in WORDS] == days


def _read(tmp_path, as_of, year):
    file = tmp_path / "small.yml"
    file.write_text(PARAMS.format(as_of=as_of, year=year), encoding="utf-8")
    return read_params(file)


def test_a_params_file_may_say_today(tmp_path):
    today = date.today()
    assert _read(tmp_path, "today", today.year).as_of == today
    assert _read(tmp_path, '"2025-06-30"', 2026).as_of == date(2025, 6, 30)


def test_a_word_that_lies_after_the_plan_year_is_refused(tmp_path):
    with pytest.raises(ParamsError, match="lies after plan_year"):
        _read(tmp_path, "today", date.today().year - 1)


@pytest.mark.parametrize("word", ["lastmonth", "'2025-13-01'", "gestern"])
def test_anything_else_is_refused_in_both_languages(tmp_path, word):
    with pytest.raises(ParamsError) as caught:
        _read(tmp_path, word, 2026)
    line = caught.value.problems[0]
    assert word.strip("'") in line and "last_month" in line and "small.yml:4" in line
    assert "不是日期" in said(line, "zh")


def test_the_day_that_a_command_gives_takes_the_place_of_the_file_s(tmp_path):
    with as_of_given("2025-03-31"):
        assert given_as_of() == "2025-03-31"
        assert _read(tmp_path, '"2025-06-30"', 2026).as_of == date(2025, 3, 31)
        with as_of_given("2025-02-28"), as_of_given(None):
            assert _read(tmp_path, "today", 2026).as_of == date(2025, 2, 28)
        assert given_as_of() == "2025-03-31"
    assert given_as_of() is None and _read(tmp_path, '"2025-06-30"', 2026).as_of == date(2025, 6, 30)


def test_a_word_given_stands_for_a_day_unless_it_is_to_move():
    assert checked_day("today", moving=False) == date.today().isoformat()
    assert checked_day("today", moving=True) == "today"
    assert checked_day("2025-12-31", moving=True) == "2025-12-31"
    with pytest.raises(BadValueError) as caught:
        checked_day("tomorrowish", moving=False)
    assert "last_quarter" in caught.value.message and "不是日期" in caught.value.message.zh
