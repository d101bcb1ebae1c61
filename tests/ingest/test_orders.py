"""Several rows of one order: which one stays, and what is added up."""

import numpy as np
import pytest

from csanalysis.ingest.orders import latest_files, latest_rows, summed_lines, with_year
from csanalysis.schema import TABLES

VISITS, CHECKS = TABLES["service_visits"], TABLES["record_checks"]


@pytest.fixture
def visits(clean_table):
    """R1 three times, once of a later day; R2 once; one without a number twice."""

    def row(number, day, amount, advisor=None):
        return {
            "ro_number": number, "vin": "V1", "visit_date": day, "service_type": "repair",
            "total_amount": amount, "advisor": advisor,
        }  # fmt: skip

    return clean_table(
        "service_visits",
        [
            row("R1", "2024-03-01", 100.0),
            row("R2", "2024-03-02", 40.0, "甲"),
            row("R1", "2024-03-01", 25.5, "乙"),
            row("R1", "2025-03-01", 7.0, "丙"),
            row(None, "2025-03-01", 1.0),
            row(None, "2025-03-01", 2.0),
        ],
    )


ORIGIN = np.array([10, 11, 12, 13, 14, 15])


def test_orders_numbered_anew_each_year_are_told_apart(visits):
    numbers = with_year(visits, VISITS)["ro_number"]
    assert numbers[:4].tolist() == ["2024-R1", "2024-R2", "2024-R1", "2025-R1"] and numbers[4:].isna().all()


def test_a_table_that_is_not_dated_keeps_its_numbers(clean_table):
    customers = clean_table("customers", [{"customer_id": "C1"}])
    assert with_year(customers, TABLES["customers"]) is customers


def test_of_two_files_the_last_one_that_has_an_order_counts(visits):
    found = latest_files(visits, VISITS, ORIGIN, np.array([0, 0, 1, 0, 0, 1]))
    # R1 stands in the second file too: its rows of the first give way. Rows without a number all stay.
    assert found.origin.tolist() == [11, 12, 14, 15] and found.gone == 2
    assert found.frame["total_amount"].tolist() == [40.0, 25.5, 1.0, 2.0]
    assert found.frame.index.tolist() == [0, 1, 2, 3]


def test_the_row_written_last_counts(visits):
    found = latest_rows(visits, VISITS, ORIGIN, np.array([3.0, np.nan, 5.0, 5.0, np.nan, np.nan]))
    assert found.origin.tolist() == [11, 13, 14, 15] and found.gone == 2, "of two equal moments the later row"
    found = latest_rows(visits, VISITS, ORIGIN, np.array([np.nan, np.nan, -1.0, np.nan, 0.0, 0.0]))
    assert found.origin.tolist() == [11, 12, 14, 15], "a row without a moment gives way"


def test_lines_of_an_order_are_added_up_unless_they_are_of_two_days(visits):
    found = summed_lines(visits, VISITS, ORIGIN)
    assert found.frame["ro_number"].fillna("").tolist() == ["R1", "R2", "R1", "", ""]
    assert found.frame["total_amount"].tolist() == [125.5, 40.0, 7.0, 1.0, 2.0]
    assert found.frame["advisor"].fillna("").tolist() == ["乙", "甲", "丙", "", ""], (
        "the first that is not empty"
    )
    assert found.origin.tolist() == [10, 11, 13, 14, 15] and found.gone == 1


def test_lines_without_an_amount_have_none(visits):
    found = summed_lines(visits.assign(total_amount=np.nan), VISITS, ORIGIN)
    assert found.frame["total_amount"].isna().all()


def test_a_table_without_a_key_keeps_every_row(clean_table):
    checks = clean_table("record_checks", [{"check_date": "2025-01-02"}] * 2)
    two = np.array([0, 1])
    for found in (
        latest_files(checks, CHECKS, two, two),
        latest_rows(checks, CHECKS, two, two.astype(float)),
        summed_lines(checks, CHECKS, two),
    ):
        assert len(found.frame) == 2 and found.gone == 0 and found.origin.tolist() == [0, 1]


@pytest.mark.parametrize("gather", [latest_files, latest_rows])
def test_no_rows(visits, gather):
    none = np.array([], dtype=np.intp)
    assert gather(visits.head(0), VISITS, none, none).gone == 0
    assert summed_lines(visits.head(0), VISITS, none).frame.empty
