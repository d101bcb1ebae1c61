"""The calendar file, opened by a library other than the one that wrote it."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import vobject

from csanalysis.chapters import calendar
from csanalysis.chapters.calendar.ics import write_ics

EVENTS = [
    {
        "event": "端午送粽",
        "festival": "端午节",
        "offset_days": -2,
        "days": 3,
        "kind": "关爱",
        "gift": "粽子；礼盒，一份",
        "size": 120,
        "unit_cost": 20,
        "owner": "甲",
        "penalty": 50,
    },
    {"event": "展厅布置", "month": 2, "activity": "换主题\n挂灯笼", "preparation_days": 0},
    {"event": "Mother's Day, 2nd Sunday", "festival": "母亲节", "audience": "gender=female", "unit_cost": 6},
]


@pytest.fixture
def written(tmp_path, params_of, clean_table, visits_of):
    def write(language="zh", name="a.ics"):
        params = params_of(calendar=EVENTS)
        tables = {"service_visits": visits_of({}), "vehicle_sales": clean_table("vehicle_sales")}
        path = tmp_path / name
        write_ics(
            path,
            calendar.planned(params, tables).events,
            language=language,
            dealership="small",
            title="德州众驰",
            plan_year=2026,
            as_of=pd.Timestamp("2025-12-31"),
        )
        return path

    return write


def opened(path):
    return vobject.readOne(path.read_bytes().decode("utf-8"))


def test_another_library_reads_every_event(written):
    book = opened(written())
    entries = {entry.summary.value: entry for entry in book.vevent_list}
    assert set(entries) == {event["event"] for event in EVENTS}
    dragon_boat = entries["端午送粽"]
    assert (dragon_boat.dtstart.value, dragon_boat.dtend.value) == (date(2026, 6, 17), date(2026, 6, 20))
    assert dragon_boat.categories.value == ["关爱"]
    assert dragon_boat.description.value.splitlines() == [
        "人数：120",
        "礼品：粽子；礼盒，一份",
        "预算：¥2,400",
        "负责人：甲",
        "延误扣罚：¥50",
    ]
    assert entries["展厅布置"].description.value == "换主题\n挂灯笼"


def test_the_reminder_rings_when_preparation_begins(written):
    entries = {entry.summary.value: entry for entry in opened(written()).vevent_list}
    alarm = entries["端午送粽"].valarm
    assert alarm.trigger.value == timedelta(days=-15, hours=9)
    assert alarm.action.value == "DISPLAY" and "端午送粽" in alarm.description.value
    assert not hasattr(entries["展厅布置"], "valarm")  # nothing to prepare


def test_the_same_year_gives_the_same_bytes_and_ids(written):
    first, second = written(name="a.ics"), written(name="b.ics")
    assert first.read_bytes() == second.read_bytes()
    ids = [entry.uid.value for entry in opened(first).vevent_list]
    assert len(set(ids)) == len(EVENTS)
    stamps = {entry.dtstamp.value for entry in opened(first).vevent_list}
    assert stamps == {datetime(2025, 12, 31, tzinfo=UTC)}


def test_lines_are_folded_as_the_standard_asks(written):
    lines = written("en").read_bytes().split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-2] == b"END:VCALENDAR"
    assert "customer-care calendar 2026" in opened(written("en")).contents["x-wr-calname"][0].value
