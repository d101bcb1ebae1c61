"""Vehicles split by any column of the tables, as it was known when the year began."""

import pandas as pd
import pytest

from csanalysis.metrics.customers.churn_splits import annual_churn_rate_by
from csanalysis.metrics.customers.unit_cases import UnitCases, group_of
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.customers.vehicle_groups import SPLITS, vehicle_facts, vehicle_groups

DAYS = [pd.Timestamp(f"{year}-12-31") for year in (2022, 2023)]

# B was sold twice, the second sale written first; C was sold by somebody else; D's last bay is not known.
VISITS = [
    ("A", "2022-03-01", "1", "x"),
    ("A", "2023-03-01", "1", "y"),
    ("B", "2022-04-01", None, "x"),
    ("C", "2022-05-01", "2", "x"),
    ("C", "2023-05-01", "2", "x"),
    ("D", "2022-06-01", "3", "x"),
    ("D", "2022-07-01", "3", None),
]
SALES = [("A", "2020-01-01", 1), ("B", "2021-06-01", 2), ("B", "2020-06-01", 1), ("D", "2021-01-01", None)]
CUSTOMERS = [("1", "gold"), ("1", "tin"), ("2", "silver")]


@pytest.fixture
def cases(clean_table):
    """Annual churn of four vehicles, of tables with a column each that no schema has."""
    tables = {
        "service_visits": clean_table(
            "service_visits",
            [
                {"ro_number": f"R{n}", "vin": vin, "visit_date": day, "customer_id": owner}
                for n, (vin, day, owner, _) in enumerate(VISITS)
            ],
        ).assign(bay=pd.array([bay for *_, bay in VISITS], dtype="str")),
        "vehicle_sales": clean_table(
            "vehicle_sales", [{"vin": vin, "sale_date": day} for vin, day, _ in SALES]
        ).assign(keys=pd.array([keys for *_, keys in SALES], dtype="Int64")),
        "customers": clean_table("customers", [{"customer_id": one} for one, _ in CUSTOMERS]).assign(
            card=pd.array([card for _, card in CUSTOMERS], dtype="str")
        ),
    }
    numbered = units(tables["service_visits"], tables["vehicle_sales"])
    facts = vehicle_facts(numbered, numbered.visits, visits=tables["service_visits"], sales=tables["vehicle_sales"], customers=tables["customers"])  # fmt: skip

    def groups(names):
        splits = {name: group_of(name, numbered, tables) for name in names}
        return vehicle_groups(facts, DAYS, base=facts.first_sale.notna().to_numpy(), splits=splits)

    def count(groups, *, by):
        return annual_churn_rate_by(numbered.visits, groups, by=by, years=[2022, 2023])

    return UnitCases(count, groups, tables)


def lost(frame, *names):
    """Of 2023, by group: vehicles lost, of how many."""
    of = frame[frame["period"] == "2023"]
    keys = of[[*names]].astype("str").agg(" ".join, axis=1)
    return {key: (int(a), int(b)) for key, a, b in zip(keys, of["numerator"], of["denominator"], strict=True)}


def test_a_visits_column_is_that_of_the_last_visit_before_the_year(cases):
    """A's other bay of 2023 is not known yet; D's last one is empty."""
    assert lost(cases.by("bay"), "bay") == {"x": (1, 3), "unknown": (1, 1)}


def test_a_sales_column_is_that_of_the_last_sale(cases):
    """B's sale of 2021 says two keys though it is written first; C was not sold here, of D nobody says."""
    assert lost(cases.by("keys"), "keys") == {"1": (0, 1), "2": (1, 1), "unknown": (1, 2)}


def test_an_owners_column_is_that_of_his_first_row(cases):
    """B's owner nobody named, D's has no row."""
    assert lost(cases.by("card"), "card") == {"gold": (0, 1), "silver": (0, 1), "unknown": (2, 2)}


def test_two_columns_split_together(cases):
    found = lost(cases.by("bay", "origin"), "bay", "origin")
    assert found == {"x sold_here": (1, 2), "x elsewhere": (0, 1), "unknown sold_here": (1, 1)}


def test_what_frames_are_split_by_anyway_is_not_asked_again(cases):
    always = UnitCases(cases.count, cases.groups, cases.tables, ("years_later",))
    assert list(always.by("bay", "years_later").columns) == list(cases.by("bay").columns)


def test_columns_are_the_splits_and_those_of_three_tables_each_once(cases):
    assert cases.columns[: len(SPLITS)] == [*SPLITS] and len(cases.columns) == len({*cases.columns})
    assert {"bay", "keys", "card", "vin", "customer_id", "sale_date"} <= {*cases.columns}
    without = UnitCases(cases.count, cases.groups, {"service_visits": cases.tables["service_visits"]})
    assert "bay" in without.columns and not {"keys", "card"} & {*without.columns}


def test_a_column_as_it_stands_and_a_split_as_of_the_last_day(cases):
    assert cases.column("bay").isna().tolist() == [False] * 6 + [True]
    assert cases.column("vehicle_age").tolist() == ["3", "3", "unknown", "2"]
    assert cases.column("district").tolist() == []


def test_a_column_that_no_table_has_is_an_error(cases):
    with pytest.raises(KeyError, match="shoe_size"):
        cases.by("shoe_size")
    with pytest.raises(KeyError, match="shoe_size"):
        cases.column("shoe_size")
