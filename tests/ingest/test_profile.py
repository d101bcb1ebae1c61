"""The profile: rows by month, links, numbers, distinct problems and YAML to paste."""

import io
from datetime import date, timedelta

import pandas as pd
import pytest
import yaml
from rich.console import Console

from csanalysis.ingest import check
from csanalysis.ingest.profile.links import links
from csanalysis.ingest.profile.months import months_of_rows
from csanalysis.ingest.profile.numbers import numbers
from csanalysis.ingest.profile.sections import bars
from csanalysis.ingest.summary import rich_summary
from csanalysis.params import read_params

AS_OF = date(2025, 12, 31)


def days(**rows_of_month):
    """So many rows on the 10th of each month, by ``m2025_03=4``."""
    return pd.Series(
        [
            pd.Timestamp(f"{name[1:].replace('_', '-')}-10")
            for name, count in rows_of_month.items()
            for _ in range(count)
        ]
    )


def level(first, last, rows):
    return {f"m{month.year}_{month.month:02}": rows for month in pd.period_range(first, last, freq="M")}


def test_months_run_to_as_of_and_begin_where_rows_are_dense():
    found = months_of_rows(days(m2024_01=1, **level("2024-06", "2025-11", 20)), AS_OF)
    assert (min(found.counts), max(found.counts), found.counts["2025-12"]) == (
        "2024-01",
        "2025-12",
        0,
    )
    assert found.dense_from == "2024-06"
    assert (found.last_day, found.days_before_as_of) == (date(2025, 11, 10), 51)
    assert found.holes == found.thin == found.breaks == ()


def test_holes_and_thin_months():
    found = months_of_rows(days(**(level("2024-01", "2025-12", 30) | {"m2024_05": 0, "m2025_02": 5})), AS_OF)
    assert (found.holes, found.thin) == (("2024-05",), ("2025-02",))


def test_a_table_of_few_rows_has_no_holes():
    found = months_of_rows(days(m2025_01=2, m2025_04=1, m2025_09=2), AS_OF)
    assert found.holes == found.thin == ()


def test_a_new_level_is_a_break_in_its_month():
    found = months_of_rows(days(**level("2024-01", "2024-12", 20), **level("2025-01", "2025-12", 60)), AS_OF)
    assert found.breaks == ("2025-01",)


def test_a_month_of_a_bulletin_lasts_to_its_end():
    first = pd.Series([pd.Timestamp("2025-11-01"), pd.Timestamp("2025-12-01")])
    assert months_of_rows(first, AS_OF, whole_months=True).days_before_as_of == 0
    assert months_of_rows(first, AS_OF).days_before_as_of == 30


def test_bars():
    assert bars({"2025-01": 80, "2025-02": 0, "2025-03": 1, "2025-04": 40}) == "█·▁▄"


def test_links(clean_table):
    tables = {
        "vehicle_sales": clean_table("vehicle_sales", [{"vin": "A"}, {"vin": "B"}]),
        "service_visits": clean_table("service_visits", [{"vin": vin, "ro_number": vin} for vin in "ABCD"]),
        "upsell_items": clean_table("upsell_items", [{"ro_number": "A"}, {"ro_number": "Z"}]),
    }
    found = {(link.table, link.column): (link.linked, link.rows) for link in links(tables)}
    assert found == {("service_visits", "vin"): (2, 4), ("upsell_items", "ro_number"): (1, 2)}


def test_numbers_that_cannot_be_meant(clean_table):
    rows = [{"total_amount": 100.0 + n, "mileage_km": 5_000.0} for n in range(9)]
    rows += [{"total_amount": -5.0, "mileage_km": 7e6}, {"total_amount": 1e9}]
    amount, mileage = sorted(
        numbers({"service_visits": clean_table("service_visits", rows)}),
        key=lambda each: each.greatest,
        reverse=True,
    )
    assert (amount.column, amount.count, amount.median, amount.implausible) == ("total_amount", 11, 104.0, 2)
    assert (mileage.column, mileage.count, mileage.implausible) == ("mileage_km", 10, 1)


@pytest.fixture
def poor(dealership):
    """Thirty visits of which four have words that nobody mapped, and one no day."""
    rows = [
        [f"R{n}", f"VIN{n}", date(2025, 1, 5) + timedelta(days=11 * n), "定保", f"138123456{n:02}"]
        for n in range(30)
    ]
    for n, word in ((3, "打蜡"), (7, "打蜡"), (9, "打蜡"), (11, "yes: #no")):
        rows[n][3] = word
    rows[20][2] = "soon"
    head = ["委托书号", "车架号", "进厂日期", "类别", "附注"]
    dealership.csv(
        "service_visits",
        [head, *rows],
        columns={"类别": "service_type"},
        words={"service_type": {"大修": "repair"}},
    )
    return dealership


def test_a_line_for_each_distinct_problem_with_its_count_and_an_example(poor):
    problems = check(poor.params_file)["profile"]["problems"]
    assert [(each["column"], each["count"]) for each in problems] == [
        ("service_type", 3),
        ("service_type", 1),
        ("visit_date", 1),
    ]
    assert problems[0]["example"] == "打蜡 (service_visits.csv #5)"
    assert problems[2]["example"].startswith("soon")


def test_what_is_to_paste_is_yaml_that_mends(poor):
    before = check(poor.params_file)
    pasted = yaml.safe_load(before["profile"]["paste"])["sources"]
    assert list(pasted) == ["service_visits"]
    assert pasted["service_visits"]["words"]["service_type"] == {
        "大修": "repair",
        "打蜡": "other",
        "yes: #no": "other",
    }
    assert pasted["service_visits"]["columns"] == {"类别": "service_type"}
    poor.params["sources"] |= pasted
    assert read_params(poor.params_file).sources["service_visits"].path == ["service_visits.csv"]
    after = check(poor.params_file)
    assert [each["column"] for each in after["profile"]["problems"]] == ["visit_date"]


def test_nothing_is_to_paste_where_all_is_well(dealership):
    summary = check(dealership.params_file)
    assert summary["profile"]["paste"] == "" and summary["profile"]["problems"] == []


def test_the_gate_is_part_of_it(poor):
    summary = check(poor.params_file)
    assert summary["unusable"]
    assert [finding["check"] for finding in summary["profile"]["refused"]] == ["rows_lost"]
    assert "accept: [{check: rows_lost" in summary["problems"][-1]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh",
            ["维修委托书", "搁置的行和作空的单元格", "维修类型构成", "没有用到的表头", "“打蜡”没有对应的词"],
        ),
        (
            "en",
            ["Rows set aside and cells emptied", "Service mix", "headers not used", "nobody mapped '打蜡'"],
        ),
    ],
)
def test_it_is_said_in_either_language(poor, language, words):
    console = Console(width=250, file=io.StringIO())
    console.print(rich_summary(check(poor.params_file), language))
    text = console.file.getvalue()
    assert [word for word in words if word not in text] == []
    assert "138123456" not in text


def test_rows_hidden_in_a_sheet_are_counted(dealership):
    import xlsxwriter

    path = dealership.folder / "v.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet("a")
        page.write_row(0, 0, ["委托书号", "车架号", "进厂日期", "维修类型"])
        for n in range(1, 9):
            page.write_row(n, 0, [f"R{n}", "VIN1", f"2025-03-{n:02}", "首保"])
        page.set_row(3, None, None, {"hidden": True})
        page.set_row(4, None, None, {"hidden": True})
    dealership.source("service_visits", path="v.xlsx")
    report = dealership.report("service_visits")
    assert (report.kept, report.notes) == (8, {"hidden_rows": 2})
