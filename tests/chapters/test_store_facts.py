"""What every chapter that plans calls knows of the vehicles and of the calls made before."""

import pandas as pd
import pytest

from csanalysis.chapters.store_facts import reminder_cases, roster, services


@pytest.fixture
def params(params_of):
    return params_of(as_of="2025-12-31")


@pytest.fixture
def tables(clean_table, visits_of):
    """Two of four alike are called in June for their service; one of those comes."""
    contacts = [
        {
            "contact_id": vin,
            "contact_date": "2025-06-15",
            "vin": vin,
            "purpose": "maintenance",
            "reached": True,
        }
        for vin in "AB"
    ]
    visits = {vin: ["2025-01-10"] for vin in "ABCD"}
    visits["A"].append("2025-06-20")
    return {
        "contacts": clean_table("contacts", contacts),
        "service_visits": visits_of(visits, service_type="scheduled_service"),
        "vehicle_sales": clean_table("vehicle_sales"),
    }


def test_calls_are_told_from_the_same_cases_everywhere(params, tables):
    cases = reminder_cases(params, tables)
    assert cases["came_days"].tolist() == [1, 0] and cases["reached"].tolist() == [1, 1]
    assert reminder_cases(params, tables) is cases, "looked up once"


def test_vehicles_and_services(params, tables):
    assert sorted(roster(params, tables)["vin"]) == ["A", "B", "C", "D"]
    assert len(services(tables)) == 5
    assert services(tables)["service_date"].max() == pd.Timestamp("2025-06-20")
