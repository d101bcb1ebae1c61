import pandas as pd
import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters import customer_base


@pytest.fixture
def tables(visits_of, clean_table):
    visits = visits_of(
        {
            "A": ["2023-01-10 T1", "2025-03-05 T1", "2025-11-10 T2"],
            "B": ["2024-05-01 T1", "2025-06-30 T1"],
            "C": ["2023-07-01 T2"],
        },
        advisor="Li",
    )
    sales = clean_table("vehicle_sales", [{"vin": "X", "sale_date": "2025-05-01"}])
    return {"service_visits": visits, "vehicle_sales": sales}


def test_numbers_by_hand(params_of, tables):
    results = customer_base.measure(params_of(), tables)
    classes = results.select("visit_class_vehicles", "date", "visit_class").set_index("visit_class")["value"]
    assert classes.to_dict() == {"A": 0, "B": 1, "C": 1, "D": 2}
    assert results.value("visit_class_vehicles", "2025-12-31", visit_class="B", team="T2") == 1
    assert results.value("visit_class_migration", "2025-12-31", **{"from": "D", "to": "B"}) == 1
    # Marginal at the year's end is B alone, of the base of A and B.
    assert results.value("assessed_churn_rate", "2025-12") == pytest.approx(1 / 2)
    assert results.value("assessed_churn_rate", "2025-12", team="T1") == 1
    assert results.value("assessed_churn_rate", "2025-12", team="T2") == 0
    assert results.select("assessed_churn_rate", "month")["period"].iloc[0] == "2024-12"
    assert results.value("daily_receptions", 2025, advisor="Li") == 1
    assert results.value("daily_receptions_days_above_limit", 2025) == 0
    assert results.value("daily_receptions_best_share", 2025) == 0


def test_boundaries_and_loads_come_from_params_of(params_of, tables):
    changed = params_of(lifecycle={"marginal_months": 8}, reception={"best": [1, 2], "limit": 3})
    results = customer_base.measure(changed, tables)
    assert results.value("assessed_churn_rate", "2025-12") == 0
    assert results.value("daily_receptions_best_share", 2025, advisor="Li") == 1


def test_no_visits(params_of, tables):
    results = customer_base.measure(
        params_of(), {**tables, "service_visits": tables["service_visits"].iloc[:0]}
    )
    assert results.value("visit_class_vehicles", "2025-12-31", visit_class="D") == 1
    assert results.value("visit_class_migration", "2025-12-31", **{"from": "new", "to": "D"}) is None
    assert set(results.names) == {"visit_class_vehicles", "visit_class_migration"}


def test_every_number_is_in_the_catalogue(params_of, tables):
    assert set(customer_base.measure(params_of(), tables).names) <= set(METRICS)


def test_customers_in_place_of_vehicles(params_of, tables):
    tables["service_visits"]["customer_id"] = pd.Series(["1"] * 5 + ["2"], dtype="str")
    results = customer_base.measure(params_of(unit="customer"), tables)
    classes = results.select("visit_class_vehicles", "date", "visit_class").set_index("visit_class")["value"]
    # Customer 1 came three times in 2025; customer 2 and the owner of X, who is not named, did not.
    assert classes.to_dict() == {"A": 0, "B": 1, "C": 0, "D": 2}
