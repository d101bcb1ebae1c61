"""What a visit of a vehicle brings, by hand."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.value.call_amounts import expected_amounts

DAY = pd.Timestamp("2025-12-31")


def visits_with(clean_table, spent):
    rows = [
        {"ro_number": f"{vin}{place}", "vin": vin, "visit_date": date, "total_amount": amount}
        for vin, visits in spent.items()
        for place, (date, amount) in enumerate(visits)
    ]
    return clean_table("service_visits", rows)


def test_own_spending_is_drawn_towards_the_class(clean_table):
    """Two cars of class B with two visits each: 100, 300 and 500, 700.

    Within: (100² x 4) / 2 = 20,000 for one visit. Between: means 200 and 600 about 400, 2 visits each:
    (2 x 200² x 2 - 20,000) / (4 - 8 / 4) = 70,000. A car's own mean counts 2 / (2 + 2/7) = 7/8.
    """
    visits = visits_with(
        clean_table,
        {"P": [("2025-02-01", 100), ("2025-08-01", 300)], "Q": [("2025-02-01", 500), ("2025-08-01", 700)]},
    )
    found = expected_amounts(visits, DAY)
    assert found.own.to_dict() == pytest.approx({"P": 400 - 175, "Q": 400 + 175})
    assert found.by_class["B"] == pytest.approx(400) and found.overall == pytest.approx(400)
    assert found.by_class.drop("B").isna().all()


def test_of_cases(clean_table):
    visits = visits_with(
        clean_table,
        {
            "P": [("2025-02-01", 100), ("2025-08-01", 300)],
            "Q": [("2025-02-01", 500), ("2025-08-01", 700)],
            "R": [("2024-03-01", 1000)],
        },
    )
    found = expected_amounts(visits, DAY)
    cases = pd.DataFrame(
        {"vin": ["Q", "none", "none", "none"], "visit_class": ["B", "B", "D", "A"]}, index=[7, 8, 9, 3]
    )
    amounts = found.of(cases)
    assert list(amounts.index) == [7, 8, 9, 3]
    assert amounts.to_list() == pytest.approx([found.own["Q"], 400, 1000, 520])
    assert found.own["R"] == pytest.approx(1000)  # alone in its class


def test_vehicles_that_do_not_differ_have_the_mean_of_their_class(clean_table):
    visits = visits_with(
        clean_table,
        {"P": [("2025-02-01", 100), ("2025-08-01", 700)], "Q": [("2025-02-01", 110), ("2025-08-01", 690)]},
    )
    assert expected_amounts(visits, DAY).own.to_list() == pytest.approx([400, 400])


def test_only_the_months_up_to_the_day_count(clean_table):
    spent = {"P": [("2022-12-31", 9), ("2025-03-01", 100), ("2026-01-01", 9), ("2025-04-01", None)]}
    found = expected_amounts(visits_with(clean_table, spent), DAY)
    assert found.own.to_dict() == {"P": 100.0} and found.overall == 100
    assert found.by_class["B"] == 100  # the visit without an amount was one all the same


def test_without_visits_nothing_is_expected(clean_table):
    found = expected_amounts(clean_table("service_visits", []), DAY)
    assert found.own.empty and np.isnan(found.overall)
    assert found.of(pd.DataFrame({"vin": ["P"], "visit_class": ["A"]})).isna().all()
    assert found.of(pd.DataFrame({"vin": [], "visit_class": []})).empty


@pytest.mark.parametrize(("visits", "name"), [(1, "C"), (2, "B"), (3, "B"), (4, "A")])
def test_the_class_is_that_of_the_visits_of_a_year(clean_table, visits, name):
    spent = {"P": [(f"2025-0{month}-01", 100) for month in range(1, visits + 1)]}
    assert expected_amounts(visits_with(clean_table, spent), DAY).by_class.dropna().to_dict() == {name: 100}
