import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.customers import service_due_backtest as backtest
from csanalysis.metrics.customers.service_due import services

AS_OF = pd.Timestamp("2025-12-31")


def cases_of(visits, sales, *, months=6, km=7500):
    return backtest.service_due_backtest(services(visits, sales), months=months, km=km, as_of=AS_OF)


@pytest.fixture
def one_vehicle(clean_table):
    """Sold on 2024-01-01, runs 75 km a day, serviced after 100, 80, 90 and 400 days more."""
    sold = pd.Timestamp("2024-01-01")
    days = [100, 180, 270, 670]
    visits = [
        {
            "ro_number": str(day),
            "vin": "A",
            "visit_date": sold + pd.Timedelta(days=day),
            "service_type": "scheduled_service",
            "mileage_km": 75.0 * day,
        }
        for day in days
    ]
    return clean_table("service_visits", visits), clean_table(
        "vehicle_sales", [{"vin": "A", "sale_date": sold}]
    )


def test_one_arrival_by_hand(one_vehicle):
    cases = cases_of(*one_vehicle)
    # Day 180 follows a first service, before which there is no interval: no case. After it the next is due on
    # day 280 by pace, and on day 260 by the 80 days before. It came on day 270.
    # Day 670 is later than twice six months after day 270: a return, no case.
    assert len(cases) == 1
    assert cases.loc[0, ["prediction", "same_interval"]].tolist() == [-10, 10]
    plain = pd.Timestamp("2024-12-29") - pd.Timestamp("2024-09-27")
    assert cases.loc[0, "params_interval"] == -plain.days
    assert np.isnan(cases.loc[0, "within"])


def test_errors_by_method_on_the_same_arrivals():
    cases = pd.DataFrame(
        {
            "year": [2024, 2024, 2025],
            "prediction": [-1, 2, 30],
            "same_interval": [5, -5, 5],
            "params_interval": [10, 20, 30],
            "within": [1.0, 1.0, 0.0],
            "width": [40, 50, 60],
        }
    )
    error = backtest.service_due_error_days(cases, as_of=AS_OF)
    assert dict(zip(error["period"], error["value"], strict=True)) == {
        "2025-12-31": 2,
        "2024": 1.5,
        "2025": 30,
    }
    assert error["denominator"].tolist() == [3, 2, 1]
    by = backtest.service_due_error_days(cases, as_of=AS_OF, by_method=True)
    whole = by[by["period"] == "2025-12-31"].set_index("method")
    assert whole["value"].to_dict() == {"prediction": 2, "same_interval": 5, "params_interval": 20}
    assert set(whole["denominator"]) == {3}
    coverage = backtest.service_due_coverage(cases, as_of=AS_OF)
    assert coverage["value"].tolist() == [pytest.approx(2 / 3), 1, 0]
    assert backtest.service_due_band_days(cases, as_of=AS_OF)["value"].tolist() == [50, 45, 60]


def test_nothing_to_test(clean_table):
    cases = cases_of(clean_table("service_visits"), clean_table("vehicle_sales"))
    error = backtest.service_due_error_days(cases, as_of=AS_OF, by_method=True)
    assert error["value"].isna().all() and error["denominator"].tolist() == [0, 0, 0]
    assert backtest.service_due_coverage(cases, as_of=AS_OF)["value"].isna().all()


def test_the_interval_of_a_median_holds_it_95_times_in_100():
    """Exponential errors have their median at ln 2; the interval is that of the order statistics."""
    random = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        draws = random.exponential(size=41)
        cases = pd.DataFrame({"year": 2025, "prediction": draws, "within": 1.0, "width": 1.0})
        row = backtest.service_due_error_days(cases, as_of=AS_OF).iloc[0]
        held += row["low"] <= np.log(2) <= row["high"]
    assert 0.93 <= held / 400 <= 0.99


def test_a_band_learned_from_noise_holds_four_in_five(clean_table):
    """Vehicles of all paces that come early or late by chance; years before enough is learned are left out."""
    random = np.random.default_rng(11)
    visits, sales = [], []
    for number in range(300):
        sold = pd.Timestamp("2019-01-01") + pd.Timedelta(days=int(random.integers(0, 900)))
        pace, day = random.uniform(30, 80), 0.0
        sales.append({"vin": f"V{number:03d}", "sale_date": sold})
        for place in range(9):
            day += max(min(183, 7500 / pace) + random.normal(5, 20), 20)
            visits.append(
                {
                    "ro_number": f"{number}-{place}",
                    "vin": f"V{number:03d}",
                    "visit_date": sold + pd.Timedelta(days=int(day)),
                    "service_type": "scheduled_service",
                    "mileage_km": pace * int(day),
                }
            )
    cases = cases_of(clean_table("service_visits", visits), clean_table("vehicle_sales", sales))
    assert cases["year"].min() >= 2021 and len(cases) > 1000
    assert 0.76 < cases["within"].mean() < 0.84
    errors = cases[list(backtest.METHODS)].abs().median()
    assert errors["prediction"] < errors["same_interval"] and errors["prediction"] < errors["params_interval"]
