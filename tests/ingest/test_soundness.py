"""What keeps a report from being made of exports, each kind with values of its own, and what is accepted."""

from datetime import date, timedelta

import pytest

from csanalysis.errors import IngestError
from csanalysis.ingest.soundness import findings, judged
from csanalysis.messages import said
from csanalysis.report.gate import accepted_or_refused

SALES_HEAD = ["VIN", "开票日期", "成交价"]
VISITS_HEAD = ["工单号", "VIN", "开单日期", "业务类型", "里程", "总金额"]


def vin(number):
    return f"LFVTEST{number:010}"


def sales(count=48, price=131_000, until=date(2025, 12, 20)):
    """A sale each month, the last at ``until``."""
    return [[vin(n), until - timedelta(days=30 * (count - 1 - n)), price] for n in range(count)]


def visits(count=48, *, of=vin, mileage=5_200, amount=410, until=date(2025, 12, 28)):
    """A first service of each vehicle three months on, and one visit a day in the last year."""
    first = [
        [f"F{n}", of(n), day + timedelta(days=80), "首保", mileage, amount]
        for n, (_, day, _) in enumerate(sales(count))
        if day + timedelta(days=80) <= until
    ]
    daily = [
        [f"D{n}", of(n % count), until - timedelta(days=n), "小修", mileage * 3, amount * 2]
        for n in range(370)
    ]
    return first + daily


@pytest.fixture
def store(dealership):
    def made(sold=None, seen=None, **params):
        dealership.csv("vehicle_sales", [SALES_HEAD, *(sold or sales())])
        dealership.csv("service_visits", [VISITS_HEAD, *(seen or visits())])
        dealership.params |= params
        return dealership.load()

    return made


def found(store):
    return [(finding.check, finding.table) for finding in findings(store)]


def test_sound_exports_pass(store):
    whole = store()
    assert found(whole) == []
    assert accepted_or_refused(whole) == []


def test_rows_lost_beyond_one_in_twenty(store):
    seen = visits()
    for row in seen[: len(seen) // 20 + 1]:
        row[3] = "贴膜"
    (finding,) = findings(store(seen=seen))
    lost = len(seen) // 20 + 1
    assert (finding.check, finding.table) == ("rows_lost", "service_visits")
    assert f"{lost} of {len(seen)} rows" in finding.line and f"service_type unknown: {lost}" in finding.line


def test_one_row_in_twenty_may_be_lost(store):
    seen = visits()
    for row in seen[: len(seen) // 20]:
        row[3] = "贴膜"
    assert found(store(seen=seen)) == []


def test_a_few_rows_are_no_share(store, dealership):
    head = ["工号", "姓名"]
    dealership.csv("staff", [head, *[[f"S{n}", f"员工{n}"] for n in range(9)], ["", ""]])
    assert found(store()) == []


def test_first_services_whose_vehicles_the_ledger_lacks(store):
    def of(number):
        return vin(number if number % 2 else number + 900)

    (finding,) = findings(store(seen=visits(of=of)))
    assert finding.check == "first_services_linked"
    assert "(51%; at least 60%)" in finding.line or "(49%; at least 60%)" in finding.line


def test_repairs_of_vehicles_sold_elsewhere_are_no_fault(store):
    seen = visits()
    for n, row in enumerate(row for row in seen if row[3] == "小修"):
        row[1] = vin(5_000 + n)
    assert found(store(seen=seen)) == []


@pytest.mark.parametrize("count", [499, 500])
def test_a_workshop_without_any_first_service_calls_it_otherwise(store, count):
    end = date(2025, 12, 28)
    seen = [[f"D{n}", vin(n % 48), end - timedelta(days=n), "小修", 9_000, 400] for n in range(count)]
    assert found(store(seen=seen)) == [("first_services_linked", "service_visits")] * (count == 500)


def test_vins_that_one_export_cuts_short(store):
    checks = found(store(sold=[[vin_[-9:], *rest] for vin_, *rest in sales()]))
    assert ("vin_shape", "service_visits") in checks


@pytest.mark.parametrize("days", [15, 16])
def test_visits_that_end_before_as_of(store, days):
    seen = visits(until=date(2025, 12, 31) - timedelta(days=days))
    late = findings(store(seen=seen))
    assert [finding.check for finding in late] == ["export_end"] * (days > 15)
    if late:
        assert 'as_of: "2025-12-15"' in late[0].line and "16 天" in late[0].line.zh


def test_sales_that_come_one_a_month_may_end_in_september(store):
    assert found(store(sold=sales(until=date(2025, 9, 20)))) == []


def test_sales_of_a_busy_store_may_not(store):
    busy = [[vin(n), date(2025, 9, 20) - timedelta(days=4 * n), 99_000] for n in range(48)]
    assert ("export_end", "vehicle_sales") in found(store(sold=busy))


@pytest.mark.parametrize(
    ("sold", "seen", "table", "said_median"),
    [
        (sales(price=13.1), None, "vehicle_sales", "13.1"),
        (None, visits(amount=0.041), "service_visits", "0.082"),
        (None, visits(amount=12_000), "service_visits", "24,000"),
        (None, visits(mileage=52), "service_visits", "156"),
        (None, visits(mileage=5.2), "service_visits", "15.6"),
    ],
    ids=["price in 万元", "amounts in 万元", "the odometer as amount", "the amount as odometer", "千公里"],
)
def test_medians_of_another_unit_or_column(store, sold, seen, table, said_median):
    (finding,) = findings(store(sold=sold, seen=seen))
    assert (finding.check, finding.table) == ("medians", table)
    assert f"is {said_median}, not between" in finding.line


def test_thresholds_of_the_params_count(store):
    gate = {"rows_lost": 0.5, "price": [10, 20], "export_end": 60}
    seen = visits(until=date(2025, 11, 9))
    for row in seen[:40]:
        row[3] = "贴膜"
    assert found(store(sold=sales(price=13.1), seen=seen, gate=gate)) == []


def test_what_is_refused_is_listed_with_a_way_out(store):
    with pytest.raises(IngestError) as error:
        accepted_or_refused(store(sold=sales(price=13.1), seen=visits(until=date(2025, 11, 9))))
    end, median, way_out = error.value.problems
    assert end.startswith("sources.service_visits: the export ends on 2025-11-09, 52 days before")
    assert said(median, "zh").startswith("sources.vehicle_sales：price 的中位数为 13.1")
    assert (
        'accept: [{check: export_end, table: service_visits, reason: "…"}, '
        '{check: medians, table: vehicle_sales, reason: "…"}]'
    ) in way_out


def test_what_is_accepted_is_owned_up_to(store):
    accept = [{"check": "medians", "table": "vehicle_sales", "reason": "台账以万元计"}]
    assert accepted_or_refused(store(sold=sales(price=13.1), accept=accept)) == [
        "新车销售台账：price 的中位数为 13.1，不在 5,000 到 3,000,000 之间；请看列对应是否正确，以及单位"
        "（“unit: 万元”）。接受的理由：台账以万元计"
    ]


def test_an_acceptance_is_of_its_check_and_table_alone(store):
    accept = [
        {"check": "medians", "table": "service_visits", "reason": "a"},
        {"check": "export_end", "reason": "b"},
    ]
    verdict = judged(store(sold=sales(price=13.1), seen=visits(until=date(2025, 11, 9)), accept=accept))
    assert [finding.check for finding in verdict.refused] == ["medians"]
    assert [(finding.check, reason) for finding, reason in verdict.accepted] == [("export_end", "b")]
    assert [entry.table for entry in verdict.needless] == ["service_visits"]
