import pandas as pd
import pytest

from csanalysis.metrics.contacts.records import (
    files_due_for_archiving,
    last_year_as_target,
    late_entry_rate,
    record_accuracy_rate,
)
from csanalysis.metrics.results import with_period_kind

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def checks(clean_table):
    """Two invoices and a phone in January 2025, of which one invoice is wrong; a late invoice in March."""
    return clean_table(
        "record_checks",
        [
            {"check_date": "2025-01-05", "record_type": "invoice", "correct": True, "hours_to_entry": 24.0},
            {"check_date": "2025-01-09", "record_type": "invoice", "correct": False, "hours_to_entry": 24.1},
            {"check_date": "2025-01-31", "record_type": "phone", "correct": True, "staff": "甲"},
            {"check_date": "2025-03-01", "record_type": "invoice", "correct": True, "hours_to_entry": 2.0},
        ],
    )


def number(frame, period, **group):
    rows = frame[frame["period"] == period]
    for name, value in group.items():
        rows = rows[rows[name] == value]
    (row,) = rows.to_dict("records")
    return row["numerator"], row["denominator"], row["value"]


def test_accuracy_by_hand(checks):
    rate = record_accuracy_rate(checks, as_of=AS_OF)
    assert number(rate, "2025-01") == (2, 3, pytest.approx(2 / 3))
    assert number(rate, "2025") == (3, 4, 0.75)
    by_type = record_accuracy_rate(checks, as_of=AS_OF, by="record_type")
    assert number(by_type, "2025-01", record_type="invoice") == (1, 2, 0.5)
    assert number(by_type, "2025", record_type="phone") == (1, 1, 1)
    assert set(record_accuracy_rate(checks, as_of=AS_OF, by="staff")["staff"]) == {"甲"}


def test_a_month_without_checks_is_undefined_and_there(checks):
    rate = record_accuracy_rate(checks, as_of=AS_OF)
    assert len(rate) == 12 + 1
    february = rate[rate["period"] == "2025-02"].iloc[0]
    assert february["denominator"] == 0 and pd.isna(february["value"]) and pd.isna(february["low"])


def test_exactly_24_hours_is_in_time_and_no_hours_is_no_entry(checks):
    late = late_entry_rate(checks, as_of=AS_OF)
    assert number(late, "2025-01") == (1, 2, 0.5)
    assert number(late, "2025") == (1, 3, pytest.approx(1 / 3))
    phones = late_entry_rate(checks, as_of=AS_OF, by="record_type")
    assert pd.isna(number(phones, "2025", record_type="phone")[2])


@pytest.mark.parametrize("rate", [record_accuracy_rate, late_entry_rate])
def test_no_checks_give_no_rows(rate, clean_table):
    assert rate(clean_table("record_checks"), as_of=AS_OF).empty


def test_the_target_is_last_years_result(checks):
    target = last_year_as_target(record_accuracy_rate(checks, as_of=AS_OF, by="record_type"), plan_year=2026)
    assert dict(zip(target["record_type"], target["value"], strict=True)) == {
        "invoice": pytest.approx(2 / 3),
        "phone": 1,
    }
    assert set(target["period"]) == {"2026"}
    assert last_year_as_target(record_accuracy_rate(checks, as_of=AS_OF), plan_year=2025).empty


def test_files_are_due_when_their_time_is_up():
    dates = {
        "sales": pd.Series(pd.to_datetime(["2023-12-31", "2024-01-01", "2024-02-29", "2025-06-01"])),
        "complaint": pd.Series(pd.to_datetime(["2015-12-31", "2016-05-01", "2020-01-01"])),
    }
    due = files_due_for_archiving(dates, as_of=AS_OF, plan_year=2026)
    value = due.set_index(["period", "file"])["value"]
    assert value["2025-12-31", "sales"] == 1
    assert value["2026-01", "sales"] == 1
    assert value["2026-02", "sales"] == 1  # 29 February + 24 months is 28 February
    assert value["2026", "sales"] == 2
    assert value["2025-12-31", "complaint"] == 1
    assert value["2026", "complaint"] == 1
    assert with_period_kind(due, "month")["value"].sum() == 3


def test_each_kind_of_file_has_its_years_and_a_year_begun_looks_ahead_from_its_day():
    """Repair files are kept two years; what was due by 31 March 2026 is due already and not ahead."""
    made = pd.Series(
        pd.to_datetime(["2024-01-31", "2024-03-31", "2024-04-01", "2024-12-31", "2025-01-01", None])
    )
    due = files_due_for_archiving({"repair": made}, as_of=pd.Timestamp("2026-03-31"), plan_year=2026)
    value = due.set_index(["period", "file"])["value"]
    assert value["2026-03-31", "repair"] == 2
    assert [value[f"2026-{month:02d}", "repair"] for month in (1, 3, 4, 12)] == [0, 0, 1, 1]
    assert value["2026", "repair"] == 2
