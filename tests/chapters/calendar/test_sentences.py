import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters import calendar
from csanalysis.chapters.calendar.sentences import about_calendar, about_campaigns, about_clashes, about_gaps

EVENTS = [
    {"event": "鲜花", "festival": "母亲节", "audience": "性别=女", "unit_cost": 6, "owner": "甲"},
    {
        "event": "检测",
        "date": "2026-05-09",
        "days": 3,
        "size": 200,
        "budget": 900,
        "owner": "甲",
        "kind": "关爱",
    },
    {"event": "讲座", "month": 11, "day": 8, "size": 20},
]


@pytest.fixture
def made(params_of, clean_table, visits_of):
    def make(**params):
        campaigns = [
            {
                "campaign_id": f"{kind}{n}",
                "name": "x",
                "start_date": f"2025-0{n}-01",
                "kind": kind,
                "invited": 100,
                "arrived": arrived + n,
                "cost": 500,
                "revenue": 4000.0,
            }
            for kind, arrived in (("关爱", 10), ("促销", 40))
            for n in (1, 2, 3)
        ]
        tables = {
            "service_visits": visits_of({"A": ["2025-05-03"]}),
            "vehicle_sales": clean_table("vehicle_sales"),
            "campaigns": clean_table("campaigns", campaigns),
        }
        given = params_of(**{"calendar": EVENTS, **params})
        year = calendar.planned(given, tables)
        return year, calendar.measure(given, tables, year)

    return make


def test_the_year_in_two_languages(made):
    year, results = made()
    assert "共安排**3**项活动" in str(about_calendar(year, results, language="zh"))
    said = str(about_calendar(year, results, language="en"))
    assert "**3** events" in said and "¥900" in said and "甲 has most in hand" in said


def test_clashes_name_both_events_and_the_reason(made):
    year, results = made()
    said = str(about_clashes(year, results, language="zh"))
    assert "“检测”与“鲜花”" in said and "都由甲负责" in said and "2026年5月10日" in said
    alone, numbers = made(calendar=EVENTS[2:])
    assert "（0对）" in str(about_clashes(alone, numbers, language="zh"))


def test_gaps_name_the_events_and_the_columns_that_are_lacking(made):
    year, _ = made()
    said = str(about_gaps(year, language="en"))
    assert "**No owner**: 讲座" in said
    assert "The audience of “鲜花” needs customers.gender" in said
    whole, _ = made(calendar=[{**EVENTS[1]}])
    assert "Every event has an owner" in str(about_gaps(whole, language="en"))


def test_past_campaigns_and_what_the_plan_may_bring(made):
    year, results = made()
    said = str(about_campaigns(results, plan_year=year.year, language="zh"))
    assert "“促销”类到店率42.0%，高于“关爱”类的12.0%，差别超出偶然" in said
    assert "预计到店**24**人次" in said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_calendar_is_said_once_and_how_to_make_one(made, language):
    year, results = made(calendar=None)
    for said in (
        about_calendar(year, results, language=language),
        about_clashes(year, results, language=language),
        about_gaps(year, language=language),
    ):
        assert isinstance(said, Missing) and "csanalysis init" in str(said)
