import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.stats.tallies import Timeline
from csanalysis.metrics.workshop import income

AS_OF = pd.Timestamp("2025-12-31")


def orders(clean_table, *rows):
    names = ("visit_date", "labor_amount", "parts_amount", "advisor")
    return clean_table(
        "service_visits",
        [
            {
                "ro_number": f"R{n}",
                "vin": f"V{n}",
                "service_type": "repair",
                **dict(zip(names, row, strict=False)),
            }
            for n, row in enumerate(rows)
        ],
    )


def spanning(visits):
    return Timeline.spanning(visits["visit_date"], since=pd.Timestamp("2025-01-01"), as_of=AS_OF)


def one(frame, period):
    return frame.set_index("period").loc[period]


def test_labour_and_parts_by_hand(clean_table):
    """100 + 200 of labour, 300 + 400 of parts: 30 %, 70 %, 7 / 3; an order without parts written is none."""
    visits = orders(
        clean_table, ("2025-01-05", 100, 300), ("2025-02-05", 200, 400), ("2025-02-06", 999, None)
    )
    known = income.both_known(visits)
    time = spanning(known)
    labor = income.labor_share(known, time)
    assert one(labor, "2025")[["numerator", "denominator", "value"]].tolist() == [300, 1000, 0.3]
    assert one(labor, "2025-01")["value"] == 0.25
    assert np.isnan(one(labor, "2025-03")["value"])
    assert one(income.parts_share(known, time), "2025")["value"] == pytest.approx(0.7)
    assert one(income.parts_per_labor(known, time), "2025")["value"] == pytest.approx(7 / 3)


def test_shares_add_up_and_people_are_told_by_year(clean_table):
    visits = orders(clean_table, ("2025-01-05", 10, 30, "A"), ("2025-01-06", 20, 20, "B"))
    time = spanning(visits)
    both = income.labor_share(visits, time)["value"] + income.parts_share(visits, time)["value"]
    assert both.dropna().eq(1).all()
    by = income.labor_share(visits, time, by="advisor")
    assert by[["period", "advisor", "value"]].to_numpy().tolist() == [["2025", "A", 0.25], ["2025", "B", 0.5]]


def test_labour_of_an_order_and_its_interval(clean_table):
    """10, 20, 30: mean 20, standard deviation 10, error 10 / sqrt(3) = 5.7735."""
    visits = orders(clean_table, *((f"2025-01-0{n}", 10 * n, 1) for n in (1, 2, 3)))
    row = one(income.labor_per_visit(visits, spanning(visits)), "2025")
    assert row[["numerator", "denominator", "value"]].tolist() == [60, 3, 20]
    assert [row["low"], row["high"]] == pytest.approx([20 - 11.3159, 20 + 11.3159], abs=1e-3)


def test_two_orders_have_no_interval(clean_table):
    visits = orders(clean_table, ("2025-01-01", 10, 1), ("2025-01-02", 20, 1))
    assert one(income.labor_per_visit(visits, spanning(visits)), "2025")[["low", "high"]].isna().all()


def test_revenue_of_a_vehicle_in_a_year(clean_table, visits_of):
    """In 2025 A paid 2 x 100 and B once 100: 300 / 2 = 150. A was sold in 2023, the third year of its life."""
    visits = visits_of({"A": ["2025-02-01", "2025-08-01"], "B": ["2025-03-01"]}, total_amount=100.0)
    found = income.revenue_per_vehicle_year(visits, years=[2024, 2025])
    assert one(found, "2025")[["numerator", "denominator", "value"]].tolist() == [300, 2, 150]
    assert np.isnan(one(found, "2024")["value"])
    sales = clean_table(
        "vehicle_sales", [{"vin": "A", "sale_date": "2023-11-01"}, {"vin": "B", "sale_date": "2017-01-01"}]
    )
    by_age = income.revenue_per_vehicle_year_by_age(visits, sales, years=[2025]).set_index("car_age")
    assert by_age["value"].to_dict() == {"3": 200, "6": 100}


def test_no_orders(clean_table, visits_of):
    visits = income.both_known(visits_of({}))
    time = Timeline.spanning(visits["visit_date"], since=visits["visit_date"].min(), as_of=AS_OF)
    assert income.labor_share(visits, time).empty
    assert income.labor_per_visit(visits, time, by="advisor").empty
    assert income.revenue_per_vehicle_year_by_age(visits, clean_table("vehicle_sales"), years=[2025]).empty
