import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters import calendar
from csanalysis.chapters.calendar.tables import campaigns_expected, campaigns_held, month_pages

EVENTS = [
    {
        "event": "鲜花",
        "festival": "母亲节",
        "size": 30,
        "unit_cost": 6,
        "penalty": 50,
        "owner": "甲",
        "gift": "康乃馨",
    },
    {"event": "检测", "date": "2026-04-28", "days": 5, "size": 200, "budget": 900, "kind": "关爱"},
]


@pytest.fixture
def tables(clean_table, visits_of):
    campaigns = [
        {
            "campaign_id": f"M{n}",
            "name": f"活动{n}",
            "start_date": f"2025-0{n}-01",
            "kind": "关爱",
            "invited": 100,
            "arrived": 10 + n,
            "cost": 500,
            "revenue": 4000.0,
        }
        for n in (1, 2, 3)
    ]
    return {
        "service_visits": visits_of({"A": ["2025-05-03"]}),
        "vehicle_sales": clean_table("vehicle_sales"),
        "campaigns": clean_table("campaigns", campaigns),
    }


@pytest.fixture
def made(params_of, tables):
    params = params_of(calendar=EVENTS)
    year = calendar.planned(params, tables)
    return year, calendar.measure(params, tables, year)


def rows(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_a_page_a_month_with_events_and_its_budget(made):
    year, results = made
    april, may = month_pages(year, results, language="zh")
    assert (april.caption, may.caption) == ("2026年4月活动", "2026年5月活动")
    assert rows(april) == [
        ["4月28日–5月2日", "检测", "", "200", "4月13日 周一", "", "¥900"],
        ["合计", "", "", "", "", "", "¥900"],
    ]
    assert rows(may)[0] == [
        "5月10日 周日",
        "鲜花",
        "礼品：康乃馨（¥6）",
        "30",
        "4月25日 周六",
        "甲（延误扣¥50）",
        "¥180",
    ]
    assert rows(may)[1][1] == "检测" and may.rows[1].kind == "muted"
    assert rows(may)[-1][-1] == "¥180"


def test_every_number_shown_is_in_the_results(made, tables):
    year, results = made
    shown = [*month_pages(year, results, language="en"), campaigns_expected(year, results, language="en")]
    shown.append(campaigns_held(results, tables["campaigns"], 2025, language="en"))
    numbers = [cell for table in shown for cell in table.numbers]
    assert len(numbers) > 30
    for cell in numbers:
        found = results.select(cell.metric, None, period=cell.period, **cell.group)[cell.field].iloc[0]
        assert found == cell.value or (found != found and cell.value is None)


def test_the_months_add_up_to_the_events(made):
    year, results = made
    pages = month_pages(year, results, language="zh")
    totals = sum(page.rows[-1].cells[-1].value for page in pages)
    assert totals == year.events["budget"].sum() == results.value("calendar_budget", 2026)


def test_last_years_campaigns_one_by_one(made, tables):
    _, results = made
    table = campaigns_held(results, tables["campaigns"], 2025, language="zh")
    assert rows(table)[0] == ["活动1", "关爱", "1月1日 周三", "100", "11", "11.0%", "¥45", "¥364", "8.00"]
    assert rows(table)[-1][3:6] == ["300", "36", "12.0%"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_missing_is_said(params_of, tables, language):
    params = params_of()
    del tables["campaigns"]
    year = calendar.planned(params, tables)
    results = calendar.measure(params, tables, year)
    (page,) = month_pages(year, results, language=language)
    assert isinstance(page, Missing) and "csanalysis init" in str(page)
    assert isinstance(campaigns_expected(year, results, language=language), Missing)
    assert "campaigns" in str(campaigns_held(results, None, 2025, language=language))
