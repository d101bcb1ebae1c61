import numpy as np
import pandas as pd
import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters import information, work_lists

MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]


@pytest.fixture
def tables(clean_table, visits_of):
    """One car sold and one seen on the 5th of each month of 2025, called two days later on a wrong number."""
    sales = [{"vin": f"S{month}", "sale_date": f"{month}-05"} for month in MONTHS]
    calls = [
        {
            "contact_date": f"{month}-07 09:00",
            "vin": f"S{month}",
            "purpose": "post_sale",
            "agent": "甲",
            "reached": True,
            "phone_valid": False,
        }
        for month in MONTHS
    ]
    return {
        "vehicle_sales": clean_table("vehicle_sales", sales),
        "service_visits": visits_of({f"V{month}": [f"{month}-05"] for month in MONTHS}),
        "contacts": clean_table(
            "contacts",
            [
                *calls,
                {
                    "contact_date": "2025-06-07 10:00",
                    "vin": "S2025-06",
                    "purpose": "post_sale",
                    "agent": "甲",
                    "attempt": 2,
                },
            ],
        ),
        "record_checks": clean_table(
            "record_checks",
            [
                {
                    "check_date": "2025-01-05",
                    "record_type": "invoice",
                    "correct": True,
                    "staff": "甲",
                    "hours_to_entry": 30.0,
                },
                {"check_date": "2025-12-05", "record_type": "phone", "correct": False, "staff": "乙"},
            ],
        ),
        "complaints": clean_table(
            "complaints", [{"complaint_id": "1", "complaint_date": "2016-03-01", "vin": "A"}]
        ),
        "sales_targets": clean_table(
            "sales_targets", [{"month": f"2026-{m:02d}-01", "units": 10 + m} for m in range(1, 13)]
        ),
    }


def test_numbers_by_hand(params_of, tables):
    results = information.measure(params_of(), tables)
    assert results.value("record_accuracy_rate", 2025) == 0.5
    assert results.value("record_accuracy_rate", "2025-01", record_type="invoice") == 1
    assert results.value("record_accuracy_rate", "2025-01", record_type="phone") is None
    assert results.value("record_accuracy_rate", 2025, staff="乙") == 0
    assert results.value("record_accuracy_target", 2026) == 0.5
    assert results.value("late_entry_rate", 2025) == 1
    assert results.value("files_due_for_archiving", "2026-03", file="complaint") == 1
    assert results.value("contact_coverage_rate", "2025-04", purpose="post_sale") == 1
    assert results.value("contact_coverage_rate", "2025-04", purpose="post_service") == 0
    assert results.value("reached_rate", "2025-06", purpose="post_sale") == 1  # the second call does not say
    assert results.value("invalid_phone_rate", 2025) == 1
    assert results.value("invalid_phone_vehicles", "2025-12-31") == 12
    assert results.value("contacts_made", 2025, agent="甲") == 13
    assert results.value("contacts_per_case", 2025, purpose="post_sale") == pytest.approx(13 / 12)


def test_next_years_calls_by_hand(params_of, tables):
    results = work_lists.measure_calls(params_of(calls={"coverage": 1.0}), tables)

    def calls(purpose, month):
        return results.value("calls_needed", month, purpose=purpose)

    assert calls("post_sale", "2026-02") == 13  # 12 cars x 13/12 calls
    assert calls("first_service", "2026-02") == 1  # sold in November 2025
    assert calls("first_service", "2026-05") == 12  # to be sold in February 2026
    assert calls("maintenance", "2026-06") == 1  # seen in December 2025
    assert calls("maintenance", "2026-03") == 0  # of the quarter the call plan's own cases count
    assert calls("post_service", "2026-03") == 1
    assert calls("insurance", "2026-03") == 0  # the cars sold never came: not in the effective base
    assert not calls("campaign", "2026-03")
    march = results.select("calls_needed", "month", "purpose", period="2026-03")["value"].sum()
    assert results.value("calls_needed", "2026-03") == march
    year = results.value("calls_needed", 2026)
    assert results.select("calls_needed", "month")["value"].sum() == year
    assert results.value("agents_needed", 2026, pace="standard") == pytest.approx(year / 12 / 60 / 22)
    possible = results.value("calls_possible", 2026)  # of the one department
    assert results.value("agents_needed", 2026, pace="own") == pytest.approx(year / possible)


def test_calls_after_sales_and_visits_are_as_many_as_last_year_s_coverage(params_of, tables):
    half, whole = (
        work_lists.measure_calls(params_of(calls={"coverage": share}), tables) for share in (0.5, 1.0)
    )
    for results, calls in ((half, 6.5), (whole, 13)):
        assert results.value("calls_needed", "2026-02", purpose="post_sale") == np.floor(calls + 0.5)


def test_without_targets_sales_are_as_last_year(params_of, tables):
    del tables["sales_targets"]
    results = work_lists.measure_calls(params_of(calls={"coverage": 1.0}), tables)
    assert results.value("calls_needed", "2026-02", purpose="post_sale") == 1


def test_campaigns_of_the_calendar_are_called_for(params_of, tables, clean_table):
    tables["campaigns"] = clean_table(
        "campaigns",
        [
            {
                "campaign_id": "1",
                "name": "x",
                "start_date": "2025-01-01",
                "kind": "关爱",
                "invited": 10,
                "arrived": 1,
            }
        ],
    )
    events = [
        {"event": "检测", "month": 3, "day": 8, "size": 50, "kind": "关爱"},
        {"event": "短信", "month": 3, "size": 900, "kind": "祝福"},
    ]
    results = work_lists.measure_calls(params_of(calendar=events), tables)
    assert results.value("calls_needed", "2026-03", purpose="campaign") == 50
    assert results.value("calls_needed", 2026, purpose="campaign") == 50


def test_with_the_required_tables_alone(params_of, tables):
    few = {name: tables[name] for name in ("vehicle_sales", "service_visits")}
    results = information.measure(params_of(), few)
    assert set(results.names) == {"files_due_for_archiving"}
    nothing = {name: table.iloc[:0] for name, table in few.items()}
    assert work_lists.measure_calls(params_of(), nothing).value("calls_needed", 2026) in (None, 0)


@pytest.mark.parametrize("rows", [0, 1])
def test_empty_tables_and_single_rows(params_of, tables, rows):
    small = {name: table.iloc[:rows].reset_index(drop=True) for name, table in tables.items()}
    results = information.measure(params_of(), small)
    assert set(results.names) <= set(METRICS)
    assert results.value("record_accuracy_rate", 2025) == (1 if rows else None)


def test_optional_columns_that_are_empty(params_of, tables):
    tables["contacts"] = tables["contacts"].assign(
        **{
            name: pd.Series([pd.NA] * 13, dtype=tables["contacts"][name].dtype)
            for name in ("agent", "reached", "phone_valid", "attempt")
        }
    )
    tables["record_checks"] = tables["record_checks"].assign(hours_to_entry=float("nan"))
    results = information.measure(params_of(), tables)
    assert results.value("reached_rate", 2025) is None
    assert results.value("late_entry_rate", 2025) is None
    assert results.value("contact_coverage_rate", 2025, purpose="post_sale") == 1


def test_every_number_is_in_the_catalogue(params_of, tables):
    assert set(information.measure(params_of(), tables).names) <= set(METRICS)
