"""Events of the calendar: their days, and what is said where they cannot be held."""

from datetime import date

import pytest

from csanalysis.errors import ParamsError
from csanalysis.params import CalendarEvent, read_params
from csanalysis.params.calendar import default_events, event_problems

GOOD = """\
dealership: {id: dezhou}
plan_year: 2026
sources: {vehicle_sales: sales.xlsx, service_visits: ro.csv}
calendar:
  - {event: 母亲节鲜花, festival: 母亲节, audience: "进店客户, 性别=女", gift: 康乃馨, unit_cost: 6}
"""


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        ({"festival": "母亲节"}, "2026-05-10", "2026-05-10"),
        ({"festival": "端午节", "offset_days": -2, "days": 3}, "2026-06-17", "2026-06-19"),
        ({"date": "2026-05-09"}, "2026-05-09", "2026-05-09"),
        ({"date": "2026-05-09", "end": "2026-05-20"}, "2026-05-09", "2026-05-20"),
        ({"month": 2}, "2026-02-01", "2026-02-28"),
        ({"month": 3, "end_month": 6}, "2026-03-01", "2026-06-30"),
        ({"month": 3, "day": 8, "days": 2}, "2026-03-08", "2026-03-09"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else value,
)
def test_an_event_has_its_days(when, start, end):
    span = CalendarEvent(event="x", **when).span_in(2026)
    assert span == (date.fromisoformat(start), date.fromisoformat(end))


def test_preparation_begins_15_days_before_unless_said_otherwise():
    assert CalendarEvent(event="x", month=3).preparation_days == 15
    assert CalendarEvent(event="x", month=3, preparation_days=0).preparation_days == 0


def read(tmp_path, events):
    path = tmp_path / "store.yml"
    path.write_text(GOOD + events, encoding="utf-8")
    return read_params(path)


@pytest.mark.parametrize(
    ("event", "expected"),
    {
        "unknown festival": (
            "{event: x, festival: 端五节}",
            "calendar.1.festival '端五节' is no festival; did you mean 端午节?",
        ),
        "30 February": (
            "{event: x, month: 2, day: 30}",
            "calendar.1.day 30 is no day of 2026-02, which has 28",
        ),
        "no such date": (
            "{event: x, date: '2026-02-30'}",
            "calendar.1.date '2026-02-30' is not a date; write it as '2025-12-31'",
        ),
        "after the plan year": (
            "{event: x, date: '2027-01-05'}",
            "calendar.1.date begins on 2027-01-05, outside plan_year 2026; move it into the year",
        ),
        "ends after it": (
            "{event: x, month: 12, day: 25, days: 20}",
            "calendar.1.days ends on 2027-01-13, after plan_year 2026; end it by 2026-12-31",
        ),
        "ends before it begins": (
            "{event: x, date: '2026-05-09', end: '2026-05-08'}",
            "calendar.1.end ends on 2026-05-08, before it begins on 2026-05-09",
        ),
        "negative budget": (
            "{event: x, month: 3, budget: -5}",
            "calendar.1.budget should be greater than or equal to 0, not -5",
        ),
        "no date": ("{event: x}", "calendar.1 has no date; give one of date, festival, month"),
        "two dates": (
            "{event: x, month: 3, festival: 中秋}",
            "calendar.1 names both festival and month; keep one of them",
        ),
        "unknown key": (
            "{event: x, month: 3, bugdet: 5}",
            "calendar.1.bugdet is not a known key; did you mean budget?",
        ),
        "unknown audience": (
            "{event: x, month: 3, audience: gendre=f}",
            "calendar.1.audience 'gendre' is no audience rule; did you mean gender?",
        ),
        "no name": ("{month: 3}", "calendar.1.event must be given"),
        "twice": (
            "{event: 母亲节鲜花, date: '2026-05-10'}",
            "calendar.1.event '母亲节鲜花' stands twice on 2026-05-10; keep one of them",
        ),
    }.values(),
    ids=lambda value: value if isinstance(value, str) and value.startswith("calendar") else "event",
)
def test_one_problem_is_one_line_with_its_place(tmp_path, event, expected):
    with pytest.raises(ParamsError) as caught:
        read(tmp_path, f"  - {event}\n")
    assert caught.value.problems == [f"{tmp_path / 'store.yml'}:6: {expected}"]


def test_a_calendar_is_a_list_a_path_or_nothing(tmp_path):
    (event,) = read(tmp_path, "").calendar
    assert (event.event, event.unit_cost, event.owner) == ("母亲节鲜花", 6, None)
    path = tmp_path / "path.yml"
    head = GOOD.split("calendar")[0]
    path.write_text(head + "calendar: year.xlsx\n", encoding="utf-8")
    assert read_params(path).calendar == "year.xlsx"
    path.write_text(head + "calendar: 5\n", encoding="utf-8")
    with pytest.raises(ParamsError, match="4: calendar should be a valid string, not 5"):
        read_params(path)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_default_year_can_be_held_in_any_year(language):
    events = default_events(language)
    assert len(events) > 20
    for year in range(2024, 2041):
        assert event_problems(events, year) == []
