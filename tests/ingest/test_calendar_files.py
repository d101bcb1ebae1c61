"""A calendar file: both languages, several ways to write a day, every problem with its row."""

import pytest
import xlsxwriter

from csanalysis.ingest.calendar_files import read_calendar
from csanalysis.params.calendar import default_events
from csanalysis.params.calendar_workbook import write_calendar


def workbook(folder, *rows, title=None):
    with xlsxwriter.Workbook(folder / "year.xlsx") as book:
        sheet = book.add_worksheet("活动")
        top = [[title]] if title else []
        for line, row in enumerate([*top, *rows]):
            for place, cell in enumerate(row):
                if cell is not None:
                    sheet.write(line, place, cell)
    return folder


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_written_is_read_back(tmp_path, language):
    events = default_events(language)
    write_calendar(tmp_path / "year.xlsx", events, year=2026, language=language)
    found, (source,), problems = read_calendar("year.xlsx", tmp_path, 2026)
    assert (found, problems) == (events, [])
    assert (source["table"], source["file"], source["rows"]) == ("calendar", "year.xlsx", len(events))


def test_days_are_written_in_many_ways(tmp_path):
    folder = workbook(
        tmp_path,
        ["活动名称", "日期", "月份", "节日", "天数", "礼品单价", "备注"],
        ["一", "2026年5月9日", None, None, 2, "￥6.00", "随便"],
        ["二", "5月9日", None, None, None, "6元", None],
        ["三", None, "3-6月", None, None, None, None],
        [None, None, None, None, None, None, None],
        ["四", None, 3, None, None, None, None],
        ["五", None, None, "端午", None, None, None],
        ["六", None, "2026年7月", None, None, None, None],
        ["七", "中秋节", None, None, None, None, None],
        ["合计", None, None, None, None, 12, None],
        title="2026年活动计划",
    )
    events, _, problems = read_calendar("year.xlsx", folder, 2026)
    assert problems == []
    days = {event.event: tuple(day.isoformat()[5:] for day in event.span_in(2026)) for event in events}
    assert days == {
        "一": ("05-09", "05-10"),
        "二": ("05-09", "05-09"),
        "三": ("03-01", "06-30"),
        "四": ("03-01", "03-31"),
        "五": ("06-19", "06-19"),
        "六": ("07-01", "07-31"),
        "七": ("09-25", "09-25"),
    }
    assert [event.unit_cost for event in events[:2]] == [6.0, 6.0]


def test_every_problem_names_its_row(tmp_path):
    folder = workbook(
        tmp_path,
        ["event", "date", "festival", "month", "budget", "audience"],
        ["a", None, "端五节", None, None, None],
        ["b", "2月30日", None, None, None, None],
        ["c", "2027-01-05", None, None, None, None],
        ["d", None, None, 3, -5, None],
        ["e", None, None, 3, "many", None],
        ["f", None, None, 3, None, "gendre=f"],
        ["g", None, None, "spring", None, None],
        ["h", None, None, None, None, None],
        [None, None, None, 3, 100, None],
    )
    _, _, problems = read_calendar("year.xlsx", folder, 2026)
    assert sorted(problems) == [
        "year.xlsx 活动 row 10: event must be given",
        "year.xlsx 活动 row 2: festival '端五节' is no festival; did you mean 端午节?",
        "year.xlsx 活动 row 3: date '2月30日' is no date; write it as 2026-05-09",
        "year.xlsx 活动 row 4: date begins on 2027-01-05, outside plan_year 2026; move it into the year",
        "year.xlsx 活动 row 5: budget should be greater than or equal to 0, not -5.0",
        "year.xlsx 活动 row 6: budget 'many' is no number; write it in digits",
        "year.xlsx 活动 row 7: audience 'gendre' is no audience rule; did you mean gender?",
        "year.xlsx 活动 row 8: month 'spring' is no month; write 3, or 3-6 for March to June",
        "year.xlsx 活动 row 9: the event has no date; give one of date, festival, month",
    ]


def test_a_file_that_is_no_calendar_says_what_to_do(tmp_path):
    workbook(tmp_path, ["姓名", "电话"], ["a", 1])
    assert read_calendar("year.xlsx", tmp_path, 2026)[2] == [
        "year.xlsx: has no header that names 活动 (event), 节日 (festival), 日期 (date), 月份 (month); "
        "'csanalysis init' writes a calendar to copy"
    ]
    assert read_calendar("yaer.xlsx", tmp_path, 2026)[2] == [
        "yaer.xlsx: no such file; did you mean year.xlsx?"
    ]


def test_the_events_of_a_file_stand_in_the_params_of_the_store(dealership):
    write_calendar(dealership.folder / "year.xlsx", default_events("zh"), year=2026)
    dealership.params["calendar"] = "year.xlsx"
    store = dealership.load()
    assert store.params.calendar == default_events("zh")
    assert store.inputs[-1]["table"] == "calendar"
    dealership.params["calendar"] = "none.xlsx"
    assert dealership.problems() == ["calendar: none.xlsx: no such file; did you mean year.xlsx?"]
