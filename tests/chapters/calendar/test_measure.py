import pandas as pd
import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters import calendar

EVENTS = [
    {
        "event": "鲜花",
        "festival": "母亲节",
        "audience": "性别=女",
        "unit_cost": 6,
        "owner": "甲",
        "kind": "礼品",
    },
    {
        "event": "检测",
        "date": "2026-05-09",
        "days": 3,
        "size": 200,
        "budget": 900,
        "owner": "甲",
        "kind": "关爱",
    },
    {"event": "交车礼", "month": 3, "end_month": 4, "audience": "handovers", "unit_cost": 25},
]


@pytest.fixture
def tables(clean_table, visits_of):
    campaigns = [
        {
            "campaign_id": f"M{year}{n}",
            "name": "x",
            "start_date": f"{year}-0{n}-01",
            "kind": "关爱",
            "invited": 100,
            "arrived": 10 + n,
            "cost": 500,
            "revenue": 4000.0 + 10 * n,
        }
        for year in (2023, 2024, 2025)
        for n in (1, 2)
    ]
    return {
        "service_visits": visits_of({"A": ["2025-05-03"]}),
        "vehicle_sales": clean_table("vehicle_sales", [{"vin": "A", "sale_date": "2024-05-10"}]),
        "customers": clean_table(
            "customers", [{"customer_id": "1", "gender": "女"}, {"customer_id": "2", "gender": "男"}]
        ),
        "campaigns": clean_table("campaigns", campaigns),
        "sales_targets": clean_table(
            "sales_targets", [{"month": f"2026-{m:02d}-01", "units": 10} for m in range(1, 13)]
        ),
        "staff": clean_table("staff", [{"staff": "乙"}]),
    }


def test_numbers_by_hand(params_of, tables):
    results = calendar.measure(params_of(calendar=EVENTS), tables)
    assert results.value("event_audience", "2026-05-10", event="鲜花") == 1
    assert results.value("event_budget", "2026-03-01", event="交车礼") == 20 * 25
    assert results.value("calendar_budget", "2026-04") == 250
    assert results.value("calendar_budget", 2026) == 6 + 900 + 500
    assert results.value("calendar_budget", 2026, kind="关爱") == 900
    assert results.value("calendar_events", "2026-05", owner="甲") == 2
    assert results.value("calendar_clashes", 2026) == 1  # 甲 has two events on 10 May
    assert results.value("calendar_gaps", 2026, gap="unknown_owner") == 2
    assert results.value("campaign_arrival_rate", "2023/2025", kind="关爱") == pytest.approx(69 / 600)
    assert results.value("campaign_cost_per_arrival", 2025) == pytest.approx(1000 / 23)
    assert results.value("campaign_expected_arrivals", 2026) == pytest.approx(200 * 69 / 600)
    assert results.value("campaign_expected_revenue", "2026-05-09", event="检测") == pytest.approx(
        200 * 24090 / 600
    )
    assert (
        results.value("campaign_expected_arrivals", "2026-05-10", event="鲜花") is None
    )  # no such campaign before


def test_the_year_budget_is_the_sum_of_the_events(params_of, tables):
    results = calendar.measure(params_of(calendar=EVENTS), tables)
    single = results.select("event_budget", "date", "event")["value"].sum()
    assert results.value("calendar_budget", 2026) == single
    assert results.select("calendar_budget", "month")["value"].sum() == single


def test_days_and_warnings(params_of, tables):
    year = calendar.planned(params_of(calendar=EVENTS), tables)
    days = year.events.set_index("event")
    assert days.loc["检测", "preparation"] == pd.Timestamp("2026-04-24")
    assert year.gaps["no_owner"].tolist() == [True, False, False]
    assert (days["lacking"] == "").all()


def test_an_audience_that_the_data_lack_is_shown_and_not_counted(params_of, tables):
    del tables["customers"]
    params = params_of(calendar=EVENTS)
    year = calendar.planned(params, tables)
    assert year.events.set_index("event").loc["鲜花", "lacking"] == "customers.gender"
    results = calendar.measure(params, tables, year)
    assert results.value("event_budget", "2026-05-10", event="鲜花") is None
    assert results.value("calendar_gaps", 2026, gap="no_audience") == 1


@pytest.mark.parametrize("calendar_given", [None, []], ids=["none", "empty"])
def test_without_a_calendar_past_campaigns_remain(params_of, tables, calendar_given):
    results = calendar.measure(params_of(calendar=calendar_given), tables)
    assert results.names == [
        "campaign_arrival_rate",
        "campaign_cost_per_arrival",
        "campaign_revenue_per_arrival",
        "campaign_return_on_cost",
        "campaign_dispersion",
    ]


def test_with_the_required_tables_alone(params_of, tables):
    few = {name: tables[name].iloc[:0] for name in ("service_visits", "vehicle_sales")}
    results = calendar.measure(params_of(calendar=EVENTS), few)
    assert results.value("calendar_budget", 2026) == 900
    assert "campaign_arrival_rate" not in results.names
    assert calendar.measure(params_of(), few).names == []


@pytest.mark.parametrize("rows", [0, 1])
def test_few_campaigns(params_of, tables, rows):
    tables["campaigns"] = tables["campaigns"].iloc[:rows]
    results = calendar.measure(params_of(calendar=EVENTS), tables)
    assert results.value("campaign_expected_arrivals", 2026) == (pytest.approx(200 * 0.11) if rows else None)


def test_every_number_is_in_the_catalogue(params_of, tables):
    assert set(calendar.measure(params_of(calendar=EVENTS), tables).names) <= set(METRICS)
