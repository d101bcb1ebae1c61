"""A past year of six vehicles, counted cell by cell."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.simulation.history import OLDEST, history
from csanalysis.metrics.simulation.model import NEW, STRATA
from csanalysis.metrics.simulation.year_flows import class_place, count_year, expected_year

C = STRATA.index("C")


@pytest.fixture
def past(visits_of, clean_table):
    dates = {
        "back after 14 months": ["2023-01-05", "2024-03-05"],
        "a day before its lapse": ["2023-05-05", "2024-05-03", "2024-05-04"],
        "a day after its lapse": ["2023-05-05", "2024-05-06"],
        "sold in February": ["2024-04-10"],
        "from elsewhere": ["2024-06-01"],
    }
    sold = {"sold in February": "2024-02-01", "sold in August": "2024-08-01"}
    sales = [{"vin": vin, "sale_date": day} for vin, day in sold.items()]
    return history(
        clean_table("vehicle_sales", sales), visits_of(dates, total_amount=100.0), None, as_of=pd.Timestamp("2024-12-31")
    )  # fmt: skip


def test_visits_by_where_they_come_from(past):
    year = count_year(past, 2024)
    assert (year.known, year.lost, year.waiting, year.elsewhere, year.sales) == (2, 1, 1, 1, 2)
    assert year.after_lapse.tolist() == [1, 2]
    # March, April and twice May; whoever comes from elsewhere follows no season of ours.
    assert year.by_month.tolist() == [0, 0, 1, 1, 2, *[0] * 7]
    assert year.sales_by_month.tolist() == [0, 1, *[0] * 5, 1, *[0] * 4]


def test_orders_and_visitors_by_stratum(past):
    year = count_year(past, 2024)
    assert (year.orders[C], year.orders[NEW]) == (4, 2) and year.orders.sum() == 6
    assert (year.visitors[C], year.visitors[NEW]) == (3, 2) and year.visitors.sum() == 5


def test_months_since_the_last_visit(past):
    year = count_year(past, 2024)
    # The first: 12 to 14 months until March, then 1 to 9; the other two: 8 to 12 until May, then 1 to 7.
    assert year.exposed[C, :15].tolist() == [0, *[3] * 7, 3, 3, 2, 2, 3, 1, 1]
    # New ones from the month after their first visit: eight and six months.
    assert year.exposed[NEW, :10].tolist() == [0, *[2] * 6, 1, 1, 0]
    assert year.exposed.sum() == 36 + 14
    assert year.came[C, [12, 14]].tolist() == [2, 1] and year.came.sum() == 3


def test_months_since_sale(past):
    year = count_year(past, 2024)
    assert year.waited[:6].tolist() == [2, 2, 2, 1, 1, 0]
    assert year.arrived[:4].tolist() == [0, 0, 1, 0] and year.arrived.sum() == 1


def test_what_an_average_year_would_have_brought(past):
    year = count_year(past, 2024)
    expected = expected_year(year, np.full((len(STRATA), OLDEST + 1), 0.1), np.full(OLDEST + 1, 0.5))
    # 50 vehicle-months, two of them after a lapse; eight months of waiting.
    assert (expected.known, expected.lost, expected.waiting) == pytest.approx((4.8, 0.2, 4))
    assert expected.by_month[:2] == pytest.approx([0.3, 0.3 + 0.5])


def test_a_class_is_that_of_the_year_s_orders(visits_of, clean_table):
    days = [f"2024-{month:02d}-05" for month in range(1, 6)]
    dates = {str(count): days[:count] for count in range(1, 6)} | {"none": ["2023-01-05"]}
    past = history(clean_table("vehicle_sales"), visits_of(dates), None, as_of=pd.Timestamp("2024-12-31"))
    assert "".join(STRATA[place] for place in class_place(past, 2024)) == "CBBAAD"
