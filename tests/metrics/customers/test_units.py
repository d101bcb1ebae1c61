import pandas as pd
import pytest

from csanalysis.metrics.customers.units import last_visits, seen_in_years, units


def counted(visits, sales, unit):
    """Which rows of the two tables share a unit, as the unit's name for each visit and each sale."""
    numbered = units(visits, sales, unit=unit)
    by_date = numbered.visits.sort_values("visit_date", kind="stable")
    return list(numbered.names[by_date["unit"]]), list(numbered.names[numbered.sales["unit"]])


@pytest.fixture
def two_tables(clean_table):
    """Visits dated by their place, so that the order of dates is the order of rows."""

    def tables(visits, sales):
        dated = [
            {"ro_number": str(n), "vin": vin, "customer_id": customer, "visit_date": f"2024-01-{n:02d}"}
            for n, (vin, customer) in enumerate(visits, start=1)
        ]
        sold = [
            {"vin": vin, "customer_id": customer, "sale_date": f"2023-01-{n:02d}"}
            for n, (vin, customer) in enumerate(sales, start=1)
        ]
        return clean_table("service_visits", dated), clean_table("vehicle_sales", sold)

    return tables


@pytest.mark.parametrize(
    ("visits", "sales", "visitors", "buyers"),
    [
        pytest.param([("A", "1"), ("B", "1")], [], ["1", "1"], [], id="two-cars-of-one-customer"),
        pytest.param(
            [("A", "1"), ("A", None)], [("A", None)], ["1", "1"], ["1"], id="known-from-another-visit"
        ),
        pytest.param([("A", "1"), ("A", "2"), ("A", None)], [], ["1", "2", "2"], [], id="latest-visit-wins"),
        pytest.param([("A", None)], [("A", "1"), ("A", "2")], ["2"], ["1", "2"], id="else-latest-sale"),
        pytest.param([("A", "1"), ("A", None)], [("A", "2")], ["1", "1"], ["2"], id="visit-before-sale"),
        pytest.param([("A", None)], [("B", None)], ["A"], ["B"], id="own-unit-without-customer"),
        pytest.param([("1", None), ("A", "1")], [], ["1", "1"], [], id="a-vin-that-looks-like-a-customer"),
    ],
)
def test_customer_units(two_tables, visits, sales, visitors, buyers):
    assert counted(*two_tables(visits, sales), "customer") == (visitors, buyers)


def test_a_vin_is_never_taken_for_a_customer(two_tables):
    assert len(units(*two_tables([("1", None), ("A", "1")], []), unit="customer").names) == 2


def test_vehicle_units_ignore_customers(two_tables):
    assert counted(*two_tables([("A", "1"), ("B", "1")], [("C", "1")]), "vehicle") == (["A", "B"], ["C"])


def test_visits_stand_in_order_of_unit_date_and_repair_order(clean_table):
    rows = [
        ("A", "2024-02-01", "R9"),
        ("B", "2024-01-01", "R1"),
        ("A", "2024-02-01", "R10"),
        ("A", "2023-01-01", "R2"),
    ]
    visits = clean_table(
        "service_visits",
        [{"vin": v, "visit_date": d, "ro_number": r, "total_amount": float(r[1:])} for v, d, r in rows],
    )
    ordered = units(visits, clean_table("vehicle_sales")).visits
    # Repair order numbers are text: R10 stands before R9.
    assert ordered["total_amount"].tolist() == [2, 10, 9, 1]
    assert ordered["unit"].tolist() == [0, 0, 0, 1]


def test_inputs_are_not_changed(two_tables):
    visits, sales = two_tables([("B", "1"), ("A", None)], [("A", "2")])
    before = visits.copy(), sales.copy()
    units(visits, sales, unit="customer")
    pd.testing.assert_frame_equal(visits, before[0])
    pd.testing.assert_frame_equal(sales, before[1])


@pytest.mark.parametrize("unit", ["vehicle", "customer"])
def test_no_rows(clean_table, unit):
    numbered = units(clean_table("service_visits"), clean_table("vehicle_sales"), unit=unit)
    assert numbered.visits.empty
    assert numbered.sales.empty
    assert seen_in_years(numbered.visits, years=[2024]).shape == (0, 1)


def test_last_visit_counts_the_day_itself(visits_of, clean_table):
    visits = units(visits_of({"A": ["2024-01-31", "2024-02-01"]}), clean_table("vehicle_sales")).visits
    assert last_visits(visits, at=pd.Timestamp("2024-01-31"))["visit_date"].tolist() == [
        pd.Timestamp("2024-01-31")
    ]
    assert last_visits(visits, at=pd.Timestamp("2024-02-01"))["visit_date"].tolist() == [
        pd.Timestamp("2024-02-01")
    ]
