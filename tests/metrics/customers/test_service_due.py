import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.customers import service_due as due
from csanalysis.metrics.customers import service_habits

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def tables(clean_table):
    """A is sold on 2025-01-01 and runs 100 km a day; B runs 10 km a day; C was repaired and never serviced."""
    visits = [
        ("A", "2025-04-11", "first_service", 10_000),
        ("A", "2025-06-10", "repair", 16_000),
        ("B", "2025-04-11", "first_service", 1_000),
        ("C", "2025-05-01", "repair", 30_000),
    ]
    return (
        clean_table(
            "service_visits",
            [
                {"ro_number": str(n), "vin": v, "visit_date": d, "service_type": t, "mileage_km": km}
                for n, (v, d, t, km) in enumerate(visits)
            ],
        ),
        clean_table("vehicle_sales", [{"vin": v, "sale_date": "2025-01-01"} for v in "AB"]),
    )


def told(tables, **changes):
    settings = {"months": 6, "km": 7500, "as_of": AS_OF} | changes
    return due.next_services(due.services(*tables), **settings).set_index("vin")


def test_km_or_months_whichever_is_first(tables):
    rows = told(tables)
    # The fleet's pace is the median of 100 and 10 km a day, 55; 30 days of it join the 100 days of each.
    pace = (100 * 100 + 30 * 55) / 130
    assert rows.loc["A", "pace"] == pytest.approx(pace)
    assert rows.loc["A", "due"] == pd.Timestamp("2025-04-11") + pd.Timedelta(days=round(7500 / pace))
    assert rows.loc["B", "due"] == pd.Timestamp("2025-10-11")
    assert "C" not in rows.index


def test_with_nothing_learned_the_due_date_is_expected_and_there_is_no_band(tables):
    rows = told(tables)
    assert (rows["expected"] == rows["due"]).all()
    assert rows[["from", "until"]].isna().all(axis=None)


def test_no_visits(tables):
    visits, sales = tables
    assert told((visits.iloc[:0], sales)).empty
    assert told((visits.iloc[:0], sales.iloc[:0])).empty


def test_missing_mileage_leaves_the_fleets_pace(tables):
    visits, sales = tables
    visits["mileage_km"] = np.nan
    rows = told((visits, sales))
    # 40 km a day: 7,500 km take 188 days, six months come first.
    assert rows["due"].tolist() == [pd.Timestamp("2025-10-11")] * 2


def fleet(clean_table, *, late, vehicles=60, services=6):
    """Vehicles that run 50 km a day and come ``late`` days after their 150 are over."""
    visits, sales = [], []
    for number in range(vehicles):
        day = sold = pd.Timestamp("2021-01-01") + pd.Timedelta(days=number)
        sales.append({"vin": f"V{number:03d}", "sale_date": sold})
        for place in range(services):
            day += pd.Timedelta(days=150 + late(number, place))
            visits.append(
                {
                    "ro_number": f"{number:03d}-{place}",
                    "vin": f"V{number:03d}",
                    "visit_date": day,
                    "service_type": "scheduled_service",
                    "mileage_km": 50.0 * (day - sold).days,
                }
            )
    return clean_table("service_visits", visits), clean_table("vehicle_sales", sales)


def test_habits_are_learned_from_the_past_alone(clean_table):
    tables = fleet(clean_table, late=lambda number, place: 20)
    rows = due.services(*tables)
    before = service_habits.learn_habits(rows, months=6, km=7500, before=pd.Timestamp("2022-01-01"))
    assert not before.learned and before.typical.tolist() == [0, 0]
    after = service_habits.learn_habits(rows, months=6, km=7500, before=pd.Timestamp("2024-01-01"))
    assert after.learned and after.pace == 50
    assert np.abs(after.typical - 20).max() <= 1


def test_overdue_within_the_band_is_to_be_reminded_now():
    rows = pd.DataFrame(
        {
            "vin": ["overdue", "lost", "soon", "last day", "later"],
            "expected": pd.to_datetime(
                ["2025-12-31", "2025-10-01", "2026-01-01", "2026-03-31", "2026-04-01"]
            ),
            "until": pd.to_datetime(["2026-01-01", "2025-12-31", "2026-02-01", "2026-05-01", "2026-05-01"]),
        }
    )
    soon = due.due_soon(rows, as_of=AS_OF)
    assert soon["vin"].tolist() == ["overdue", "soon", "last day"]
    assert soon["overdue"].tolist() == [True, False, False]


def test_coming_months_are_counted(tables):
    rows = pd.DataFrame(
        {"expected": pd.to_datetime(["2025-12-31", "2026-01-05", "2026-01-31", "2026-07-01"])}
    )
    counts = due.service_due_vehicles(rows, as_of=AS_OF, months=2)
    assert counts["period"].tolist() == ["2026-01", "2026-02"] and counts["value"].tolist() == [2, 0]
    visits = tables[0].assign(service_type="scheduled_service", total_amount=[100.0, 300.0, np.nan, np.nan])
    assert due.service_due_value(counts, visits, as_of=AS_OF)["value"].tolist() == [400, 0]


def test_three_hundred_thousand_services_are_quick(clean_table):
    """A whole group's history is a matter of seconds: no loop over vehicles."""
    import time

    vehicles, each = 60_000, 5
    day = np.tile(np.arange(1, each + 1) * 150, vehicles)
    vin = pd.Series(np.repeat(np.arange(vehicles), each)).astype("str")
    start = np.datetime64("2021-01-01")
    visits = pd.DataFrame(
        {
            "vin": vin,
            "visit_date": (start + day).astype("datetime64[s]"),
            "service_type": "scheduled_service",
            "mileage_km": day * 50.0,
        }
    )
    sales = pd.DataFrame({"vin": vin.unique(), "sale_date": start.astype("datetime64[s]")})
    begun = time.perf_counter()
    rows = due.next_services(due.services(visits, sales), months=6, km=7500, as_of=AS_OF)
    assert len(rows) == vehicles and time.perf_counter() - begun < 20
