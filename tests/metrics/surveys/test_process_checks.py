import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.surveys.process_checks import process_compliance_rate, process_warnings, valid_checks

AS_OF = pd.Timestamp("2025-02-02")


@pytest.fixture
def checks(clean_table):
    def table(*rows):
        names = ("check_date", "staff", "process", "items_checked", "items_passed")
        return clean_table("process_checks", [dict(zip(names, row, strict=True)) for row in rows])

    return table


@pytest.fixture
def few(checks):
    return checks(
        ("2024-12-30", "A", "check-in", 10, 9),
        ("2025-01-05", "A", "handover", 10, 8),
        ("2025-01-06", "B", "check-in", 5, 5),
        ("2025-01-20", "B", None, 20, 10),
    )


def rates(frame):
    return frame.set_index([name for name in ("period", "staff", "process") if name in frame])[
        "value"
    ].to_dict()


def test_weeks_are_iso_and_all_of_them_are_there(few):
    found = process_compliance_rate(few, kind="week", as_of=AS_OF)
    # 30 December 2024 and 5 January 2025 are Monday and Sunday of the first week of 2025.
    assert found["period"].tolist() == [f"2025-W0{week}" for week in range(1, 6)]
    assert found["numerator"].tolist() == [17, 5, 0, 10, 0]
    assert found["denominator"].tolist() == [20, 5, 0, 20, 0]
    assert found["value"].tolist() == pytest.approx([0.85, 1, np.nan, 0.5, np.nan], nan_ok=True)
    assert found["low"].iloc[0] < 0.85 < found["high"].iloc[0]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("month", {"2024-12": 0.9, "2025-01": 23 / 35, "2025-02": np.nan}),
        ("year", {"2024": 0.9, "2025": 23 / 35}),
    ],
)
def test_months_and_years(few, kind, expected):
    found = rates(process_compliance_rate(few, kind=kind, as_of=AS_OF))
    assert found == pytest.approx(expected, nan_ok=True)


def test_by_person_and_process(few):
    by_staff = rates(process_compliance_rate(few, kind="year", as_of=AS_OF, by=["staff"]))
    assert by_staff == pytest.approx(
        {("2024", "A"): 0.9, ("2025", "A"): 0.8, ("2024", "B"): np.nan, ("2025", "B"): 0.6}, nan_ok=True
    )
    both = process_compliance_rate(few, kind="year", as_of=AS_OF, by=["process", "staff"])
    # The check without a process counts in none.
    assert both["denominator"].sum() == 25


def test_more_passed_than_checked_is_left_out_and_told(checks):
    table = checks(
        ("2025-01-06", "A", "p", 5, 6), ("2025-01-06", "B", "p", 0, 0), ("2025-01-06", "C", "p", 5, 5)
    )
    assert valid_checks(table)["staff"].tolist() == ["B", "C"]
    told = process_warnings(table, as_of=AS_OF)
    assert dict(zip(told["warning"], told["value"], strict=True)) == {
        "passed_over_checked": 1,
        "nothing_checked": 1,
    }


@pytest.mark.parametrize("kind", ["week", "month", "year"])
def test_no_checks(checks, kind):
    assert process_compliance_rate(checks(), kind=kind, as_of=AS_OF, by=["staff"]).empty
    assert process_compliance_rate(
        checks(("2025-01-06", "A", None, 5, 5)), kind=kind, as_of=AS_OF, by=["process"]
    ).empty
    assert process_warnings(checks(), as_of=AS_OF)["value"].tolist() == [0, 0]


def test_checks_that_name_no_process_have_no_row_of_one(checks):
    table = checks(("2025-01-05", "A", None, 10, 8))
    assert process_compliance_rate(table, kind="year", as_of=AS_OF, by=["process"]).empty
    assert len(process_compliance_rate(table, kind="year", as_of=AS_OF)) == 1
