"""What ``--strict`` does not let pass, and how it says so."""

from pathlib import Path

import pytest

from csanalysis.errors import IngestError
from csanalysis.ingest import TableReport
from csanalysis.ingest.answers import WARNINGS
from csanalysis.report.strictness import data_warnings, refuse


def report(table="vehicle_sales", **told):
    """A report of ten rows of which nothing is said but what is told."""
    usual = {
        "files": ("sales.csv",),
        "read": 10,
        "repeated": 0,
        "rejected": 0,
        "after_as_of": 0,
        "kept": 10,
        "rejected_reasons": {},
        "unreadable": {},
        "missing_columns": (),
        "unused_headers": (),
    }
    return TableReport(table, **(usual | told))


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        (
            {"rejected": 1, "rejected_reasons": {"vin missing": 1}},
            ["sources.vehicle_sales: 1 row set aside (vin missing: 1)"],
        ),
        (
            {"rejected": 3, "rejected_reasons": {"vin missing": 1, "sale_date unreadable": 2}},
            ["sources.vehicle_sales: 3 rows set aside (vin missing: 1, sale_date unreadable: 2)"],
        ),
        (
            {"unreadable": {"price": 1, "model": 2}},
            [
                "sources.vehicle_sales: 1 cell of price cannot be read",
                "sources.vehicle_sales: 2 cells of model cannot be read",
            ],
        ),
        (
            {"warnings": {"answers_in_added_rows": 4}},
            [f"sources.vehicle_sales: {WARNINGS['answers_in_added_rows']}: 4"],
        ),
    ],
    ids=["a row", "rows", "cells", "answers"],
)
def test_what_cannot_be_used_is_a_warning(told, lines):
    assert data_warnings([report(**told)]) == lines


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"repeated": 2, "kept": 8},
        {"after_as_of": 2, "kept": 8},
        {"missing_columns": ("model",)},
        {"unused_headers": ("remarks",)},
        {"skipped_sheets": ("notes",)},
        {"unreadable": {"price": 0}},
        {"warnings": {"sheets_added": 0}},
    ],
    ids=lambda told: next(iter(told), "nothing"),
)
def test_what_is_only_worth_knowing_is_none(told):
    assert data_warnings([report(**told)]) == []


def test_every_table_is_gone_through_in_its_order():
    reports = [
        report("contacts", warnings={"sheets_added": 1}),
        report("leads"),
        report(
            rejected=1,
            rejected_reasons={"vin missing": 1},
            unreadable={"price": 1},
            warnings={"sheets_added": 1},
        ),
    ]
    assert data_warnings(reports) == [
        f"sources.contacts: {WARNINGS['sheets_added']}: 1",
        "sources.vehicle_sales: 1 row set aside (vin missing: 1)",
        "sources.vehicle_sales: 1 cell of price cannot be read",
        f"sources.vehicle_sales: {WARNINGS['sheets_added']}: 1",
    ]


def test_the_refusal_lists_every_warning_and_then_what_to_do():
    warnings = [
        "sources.leads: 1 cell of age cannot be read",
        f"sources.contacts: {WARNINGS['sheets_added']}: 1",
    ]
    with pytest.raises(IngestError) as error:
        refuse(warnings, Path("params") / "small.yml")
    hint = "--strict makes no report of such data; 'csanalysis check params/small.yml' shows more"
    assert error.value.problems == [*warnings, hint]


def test_nothing_to_warn_of_is_no_error():
    refuse(data_warnings([report(), report("leads")]), Path("small.yml"))
