"""The bulletin's differences on a fleet made by hand: who may be counted otherwise, and what that would change."""

import pandas as pd
import pytest

from csanalysis.metrics.customers.bulletin import (
    REASONS,
    Count,
    bulletin_reasons,
    counted_otherwise,
    rate_otherwise,
)
from csanalysis.metrics.customers.maker_rules import fleet_of, not_back, visits_in
from csanalysis.metrics.customers.units import unit_warranty, units
from csanalysis.metrics.periods import months_between

MONTHS = months_between(pd.Timestamp("2023-01-01"), pd.Timestamp("2024-12-31"))
GOOD = "LSVAA1234B{:07d}"


@pytest.fixture
def counted(clean_table):
    """Reasons by VIN number, of rows of visits (number, day, and whatever else) and sales of numbers."""

    def of(rows, sales=(), *, month="2024-07", lag=6, least=0, names=None):
        name = (names or {}).get
        visits = clean_table(
            "service_visits",
            [
                {
                    "ro_number": f"R{place}", "vin": name(car, GOOD.format(car)), "visit_date": day,
                    "service_type": "repair", "close_date": day, **more,
                }
                for place, (car, day, more) in enumerate((*row, {})[:3] for row in rows)
            ],
        )  # fmt: skip
        sold = clean_table(
            "vehicle_sales", [{"vin": GOOD.format(car), "sale_date": day} for car, day in sales]
        )
        numbered = units(visits, sold)
        first = numbered.sales.groupby("unit")["sale_date"].min().reindex(range(len(numbered.names)))
        warranty = unit_warranty(numbered.visits, first, visits=visits, months=36, km=100_000)
        fleet = fleet_of(numbered.visits, first, months=MONTHS, warranty=warranty)
        at = MONTHS.index(month)
        if least:
            base, hit = visits_in(fleet, at, window=lag, min_visits=least)
            count = Count(base, hit, at, at - lag + 1, least)
        else:
            base, hit = not_back(fleet, at, lag=lag)
            count = Count(base, hit, at, at - lag)
        found = counted_otherwise(count, fleet, numbered, visits=visits, sales=sold)
        where = {vin: place for place, vin in enumerate(numbered.names)}

        def flags(reason):
            return {
                car: ("leaves" if found[reason].leaves[at_] else "turns")
                for car, at_ in ((row[0], where[name(row[0], GOOD.format(row[0]))]) for row in rows)
                if found[reason].units[at_]
            }

        return count, found, flags

    return of


def test_plain_vehicles_have_no_reason(counted):
    count, found, _ = counted([(1, "2024-01-10"), (2, "2024-01-10"), (2, "2024-05-10")])
    assert list(found) == list(REASONS)
    assert rate_otherwise(count, []) == 1 / 2
    assert not any(how.units.any() for how in found.values())


def test_sold_twice_and_odd_vins_are_not_counted(counted):
    rows = [(1, "2024-01-10"), (2, "2024-01-10"), (3, "2024-01-10")]
    sales = [(1, "2022-01-01"), (1, "2022-02-01"), (2, "2022-01-01")]
    count, found, flags = counted(rows, sales, names={3: "LSVAA1234BO000003"})  # with the letter O
    assert flags("sold_twice") == {1: "leaves"}
    assert flags("vin_form") == {3: "leaves"}
    assert rate_otherwise(count, [found["sold_twice"], found["vin_form"]]) == 1  # vehicle 2 alone


def test_the_owners_other_car_came(counted):
    rows = [
        (1, "2024-01-10", {"customer_id": "a"}),
        (2, "2024-03-10", {"customer_id": "a"}),
        (3, "2024-01-10", {"customer_id": "b"}),
        (4, "2023-12-10", {"customer_id": "b"}),  # before, not since
    ]
    count, found, flags = counted(rows)
    assert flags("other_vin") == {1: "turns"}
    assert rate_otherwise(count, [found["other_vin"]]) == 1 / 2


def test_work_that_is_seldom_counted(counted):
    accident = {"service_type": "accident"}
    rows = [
        (1, "2024-01-10", accident),  # in the count by an accident alone
        (2, "2024-01-10", accident), (2, "2024-01-20"),
        (3, "2024-01-10"), (3, "2024-04-10", {"service_type": "warranty"}),  # kept by a warranty claim alone
        (4, "2024-01-10"), (4, "2024-04-10"),
    ]  # fmt: skip
    count, found, flags = counted(rows)
    assert flags("excluded_type") == {1: "leaves", 3: "turns"}
    assert rate_otherwise(count, []) == 2 / 4  # 1 and 2 are lost
    assert rate_otherwise(count, [found["excluded_type"]]) == 2 / 3  # 2 and 3 of 2, 3 and 4


def test_visits_on_the_edge_of_a_month(counted):
    rows = [
        (1, "2024-01-31"),
        (2, "2024-01-01"),
        (3, "2024-01-20", {"close_date": "2024-02-02"}),
        (4, "2024-01-20", {"close_date": None}),
        (5, "2024-01-20"), (5, "2024-07-31"),  # kept by the last day alone
    ]  # fmt: skip
    _, _, flags = counted(rows)
    assert flags("month_edge") == {1: "leaves", 2: "leaves", 3: "leaves", 5: "turns"}


def test_back_just_after(counted):
    rows = [(1, "2024-01-10"), (1, "2024-08-03"), (2, "2024-01-10"), (2, "2024-08-04")]
    _, _, flags = counted(rows)
    assert flags("just_after") == {1: "turns"}


def test_a_rule_that_asks_for_visits(counted):
    seen = [(car, "2023-06-10", {"customer_id": "ab" if car < 3 else str(car)}) for car in (1, 2, 3, 4)]
    rows = [
        *seen,
        (1, "2024-02-10"), (2, "2024-03-10"),  # one each: the owner came twice
        (3, "2024-02-10"), (3, "2024-04-10", {"service_type": "accident"}),
        (4, "2024-02-10"), (4, "2024-12-31"),
    ]  # fmt: skip
    count, found, flags = counted(rows, month="2024-12", lag=12, least=2)
    assert rate_otherwise(count, []) == 2 / 4
    assert flags("other_vin") == {1: "turns", 2: "turns"}
    assert flags("excluded_type") == {3: "turns"}
    assert flags("month_edge") == {4: "turns"}
    assert not found["just_after"].units.any()
    assert rate_otherwise(count, [*found.values()]) == 2 / 4  # now 1 and 2


def test_what_would_be_left_of_the_difference(counted):
    rows = [(1, "2024-01-10", {"service_type": "accident"}), (2, "2024-01-10"), (2, "2024-03-10")]
    count, found, _ = counted(rows)
    vehicles, (left, together) = bulletin_reasons(count, found, theirs=0.1, rule="r", month="2024-07")
    row = vehicles.set_index("gap_reason").loc["excluded_type"]
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 2, 1)
    left = left.set_index("gap_reason")["value"]
    assert left["excluded_type"] == pytest.approx(0 - 0.1)  # ours falls from 1/2 to nil
    assert left["sold_twice"] == pytest.approx(0.5 - 0.1)
    assert together["value"].item() == pytest.approx(-0.1)
