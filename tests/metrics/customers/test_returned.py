"""Vehicles that come back or lapse, counted by hand."""

import pandas as pd
import pytest

from csanalysis.metrics.customers.churn import annual_churn_rate
from csanalysis.metrics.customers.returned import returned_vehicles, vehicles_to_return
from csanalysis.metrics.customers.units import units


@pytest.fixture
def visits(visits_of):
    return visits_of(
        {
            "A": ["2023-03-01 one", "2024-02-10 one", "2024-05-01 one"],  # back in February
            "B": ["2023-11-20 two", "2024-12-05 one"],  # lapsed on 20 November, back in December
            "C": ["2023-06-15 one", "2023-09-15 two"],  # lapsed on 15 September 2024, still away
            "D": ["2024-04-01 two"],  # not seen in 2023
        }
    )


@pytest.fixture
def counted(visits, clean_table):
    return units(visits, clean_table("vehicle_sales")).visits


def test_vehicles_come_back_once_in_the_month_of_their_first_visit(counted):
    found = returned_vehicles(counted, years=[2024], as_of=pd.Timestamp("2024-12-31")).set_index("period")
    assert found["value"][found["value"] > 0].to_dict() == {"2024-02": 1, "2024-12": 1}
    assert len(found) == 12 and set(found["denominator"]) == {3}
    assert vehicles_to_return(counted, years=[2023, 2024])["value"].tolist() == [0, 3]


def test_who_has_not_come_back_has_churned(counted):
    found = returned_vehicles(counted, years=[2024], as_of=pd.Timestamp("2024-12-31"))
    churn = annual_churn_rate(counted, years=[2023, 2024])["value"].item()
    assert 1 - found["value"].sum() / 3 == pytest.approx(churn) == pytest.approx(1 / 3)


def test_months_after_the_review_are_left_out(counted):
    assert len(returned_vehicles(counted, years=[2024], as_of=pd.Timestamp("2024-03-31"))) == 3
    assert returned_vehicles(counted, years=[2024], as_of=pd.Timestamp("2023-12-31")).empty
    assert returned_vehicles(counted, years=[2024], as_of=pd.Timestamp("2022-05-01")).empty
