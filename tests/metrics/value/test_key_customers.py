import pandas as pd
import pytest

from csanalysis.metrics.value.key_customers import key_customers


@pytest.fixture
def tables(clean_table):
    visits = [
        ("A", "2024-01-01", True),
        ("A", "2025-05-01", True),
        ("B", "2025-01-01", True),
        ("B", "2025-02-01", False),
        ("B", "2025-03-01", None),
    ]
    complaints = [
        ("C", "2025-06-01", "minor", True),
        ("D", "2025-07-01", "major", None),
        ("E", "2025-08-01", "minor", False),
        ("A", "2025-09-01", "major", True),
        (None, "2025-09-02", "major", True),
    ]
    return (
        clean_table(
            "service_visits",
            [
                {"ro_number": str(n), "vin": v, "visit_date": d, "is_rework": r}
                for n, (v, d, r) in enumerate(visits)
            ],
        ),
        clean_table(
            "complaints",
            [
                {"complaint_id": str(n), "vin": v, "complaint_date": d, "severity": s, "dealer_fault": f}
                for n, (v, d, s, f) in enumerate(complaints)
            ],
        ),
    )


def reasons(rows):
    return dict(zip(rows["vin"], rows["reasons"], strict=True))


def test_each_reason_latest_first(tables):
    rows = key_customers(*tables)
    assert reasons(rows) == {
        "A": ("repeated_rework", "dealer_fault", "major_complaint"),
        "D": ("major_complaint",),
        "C": ("dealer_fault",),
    }
    assert list(reasons(rows)) == ["A", "D", "C"]
    assert rows["last_event"].iloc[0] == pd.Timestamp("2025-09-01")
    assert rows["rework_visits"].tolist() == [2, 0, 0]


def test_since_counts_only_what_came_after(tables):
    rows = key_customers(*tables, since=pd.Timestamp("2025-06-01"))
    assert reasons(rows) == {"A": ("dealer_fault", "major_complaint"), "D": ("major_complaint",)}


def test_without_complaints(tables):
    assert reasons(key_customers(tables[0], None)) == {"A": ("repeated_rework",)}


def test_no_rows(tables):
    assert key_customers(tables[0].iloc[:0], tables[1].iloc[:0]).empty
    assert key_customers(tables[0].iloc[:1], None).empty
