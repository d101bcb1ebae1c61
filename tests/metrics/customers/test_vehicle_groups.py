import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.customers.units import units
from csanalysis.metrics.customers.vehicle_groups import (
    FEWEST_CUSTOMERS,
    FEWEST_VEHICLES,
    MOST_GROUPS,
    in_group_order,
    vehicle_facts,
    vehicle_groups,
)

END = pd.Timestamp("2024-12-31")


@pytest.fixture
def groups(clean_table):
    """By VIN the groups at the end of 2024, of rows of visits, sales and customers."""

    def of(visits, sales=(), customers=None, *, unit="vehicle", base=None):
        rows = [{"ro_number": f"R{n}", "service_type": "repair", **row} for n, row in enumerate(visits)]
        visits, sales = clean_table("service_visits", rows), clean_table("vehicle_sales", sales)
        numbered = units(visits, sales, unit=unit)
        facts = vehicle_facts(
            numbered,
            numbered.visits,
            visits=visits,
            sales=sales,
            customers=None if customers is None else clean_table("customers", customers),
        )
        inside = np.ones(facts.size, dtype=bool) if base is None else np.isin(numbered.names, base)
        return vehicle_groups(facts, [END], base=inside)[END].set_index(numbered.names.astype("str"))

    return of


def came(vin, day="2024-05-01", **more):
    return {"vin": vin, "visit_date": day, **more}


@pytest.mark.parametrize(
    ("sold", "km", "group"),
    [
        ("2022-01-01", 20_000, "in"),
        ("2021-12-31", 20_000, "out"),  # 36 months are over on 31 December 2024
        ("2022-01-01", 100_000, "out"),
        ("2022-01-01", 99_999, "in"),
        ("2022-01-01", None, "in"),
        (None, 20_000, "unknown"),
        (None, 100_000, "out"),
        (None, None, "unknown"),
        ("2025-02-01", None, "in"),
    ],
)
def test_warranty_ends_by_either_limit(groups, sold, km, group):
    sales = [{"vin": "A", "sale_date": sold}] if sold else []
    assert groups([came("A", mileage_km=km)], sales).loc["A", "warranty"] == group


def test_warranty_goes_by_the_last_mileage_known_by_then(groups):
    later = [
        came("A", mileage_km=50_000),
        came("A", "2024-06-01"),
        came("A", "2025-01-01", mileage_km=120_000),
    ]
    assert groups(later, [{"vin": "A", "sale_date": "2023-01-01"}]).loc["A", "warranty"] == "in"


def test_what_is_known_last_names_model_owner_and_job(groups):
    found = groups(
        [
            came("A", service_type="accident", customer_id="1"),
            came("A", "2024-08-01", service_type="first_service", customer_id="2"),
            came("A", "2025-08-01", service_type="warranty", customer_id="2"),
        ],
        [{"vin": "A", "sale_date": "2023-01-01", "model": "Golf", "customer_id": "3"}],
        [{"customer_id": n, "district": f"D{n}"} for n in "123"],
    ).loc["A"]
    assert found["service_type"] == "first_service"  # of the last visit up to the day
    assert (found["model"], found["district"]) == ("other", "other")  # too few to be named
    assert found["vehicle_age"] == "1"
    assert found["origin"] == "sold_here"


def test_a_split_that_no_table_tells_is_absent(groups):
    assert not {"district", "customer_type"} & {*groups([came("A")])}
    assert "district" not in groups([came("A", customer_id="1")], customers=[{"customer_id": "1"}])


def test_small_models_go_together_and_unknown_ones_stay(groups):
    names = [f"big{n}" for n in range(FEWEST_VEHICLES)] + [f"small{n}" for n in range(FEWEST_VEHICLES - 1)]
    sales = [{"vin": vin, "sale_date": "2023-01-01", "model": vin.rstrip("0123456789")} for vin in names]
    models = groups([came(vin) for vin in [*names, "none"]], sales)["model"]
    assert models.value_counts().to_dict() == {"big": 20, "other": 19, "unknown": 1}


def test_a_district_of_few_customers_is_not_named(groups):
    # Twenty vehicles each: of 4 customers and of 5.
    fleet = {
        f"{district}{n}": f"{district}{n % owners}"
        for district, owners in (("few", FEWEST_CUSTOMERS - 1), ("many", FEWEST_CUSTOMERS))
        for n in range(FEWEST_VEHICLES)
    }
    customers = [{"customer_id": one, "district": one.rstrip("0123456789")} for one in {*fleet.values()}]
    visits = [came(vin, customer_id=owner) for vin, owner in fleet.items()]
    districts = groups(visits, customers=customers)["district"]
    assert districts.value_counts().to_dict() == {"other": 20, "many": 20}


def test_only_the_largest_are_named(groups):
    names = [f"m{n}-{k}" for n in range(MOST_GROUPS + 2) for k in range(FEWEST_VEHICLES + n)]
    sales = [{"vin": vin, "sale_date": "2023-01-01", "model": vin.partition("-")[0]} for vin in names]
    models = groups([came(vin) for vin in names], sales)["model"]
    assert models.nunique() == MOST_GROUPS + 1
    assert (models == "other").sum() == FEWEST_VEHICLES * 2 + 1  # the two smallest


def test_customers_count_as_one(groups):
    found = groups(
        [came("A", customer_id="1"), came("B", "2024-09-01", customer_id="1", service_type="warranty")],
        [{"vin": "A", "sale_date": "2023-01-01", "customer_id": "1"}],
        [{"customer_id": "1", "district": "X"}],
        unit="customer",
    )
    assert len(found) == 1
    assert found.iloc[0][["origin", "service_type"]].tolist() == ["sold_here", "warranty"]


def test_order_of_groups():
    assert in_group_order(["unknown", "10", "2", "other", "x"]) == ["2", "10", "x", "other", "unknown"]


def test_fuel_as_the_ledger_says_else_by_the_name_of_the_model(groups):
    sales = [
        {"vin": "A", "sale_date": "2023-01-01", "model": "ID.4", "fuel": "plug_in_hybrid"},
        {"vin": "B", "sale_date": "2023-01-01", "model": "ID.4"},
        {"vin": "C", "sale_date": "2023-01-01", "model": "Golf"},
        {"vin": "D", "sale_date": "2022-01-01", "model": "Golf", "fuel": "petrol"},
        {"vin": "D", "sale_date": "2023-01-01", "model": "Golf"},  # sold again, without a word
    ]
    visits = [came(vin) for vin in "ABCDE"]
    assert groups(visits, sales)["fuel"].to_dict() == {
        "A": "plug_in_hybrid", "B": "electric", "C": "unknown", "D": "petrol", "E": "unknown",
    }  # fmt: skip
    assert "fuel" not in groups(visits, [{**row, "fuel": None} for row in sales])
