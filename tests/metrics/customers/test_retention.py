import math

import pytest

from csanalysis.metrics.customers import retention
from csanalysis.metrics.customers.units import units


@pytest.fixture
def of(visits_of, clean_table):
    return lambda dates, **columns: units(visits_of(dates, **columns), clean_table("vehicle_sales")).visits


class TestRetainedShare:
    def shares(self, visits, years):
        rows = retention.retained_share(visits, years=years)
        return {(row.period, row.years_later): row for row in rows.itertuples()}

    def test_by_hand(self, of):
        # Of the three vehicles of 2022, A and B are back in 2023, A and C in 2024.
        visits = of(
            {
                "A": ["2022-01-01", "2023-01-01", "2024-01-01"],
                "B": ["2022-06-01", "2023-12-31"],
                "C": ["2022-06-01", "2024-06-01"],
            }
        )
        shares = self.shares(visits, [2022, 2023, 2024])
        assert shares["2022", "1"].value == pytest.approx(2 / 3)
        assert shares["2022", "2"].value == pytest.approx(2 / 3)
        assert (shares["2023", "1"].numerator, shares["2023", "1"].denominator) == (1, 2)
        assert len(shares) == 15

    def test_years_not_yet_complete_are_undefined(self, of):
        shares = self.shares(of({"A": ["2022-01-01"]}), [2022, 2023])
        assert shares["2022", "1"].value == 0
        undefined = shares["2022", "2"]
        assert undefined.denominator == 1
        assert all(math.isnan(number) for number in (undefined.numerator, undefined.value, undefined.low))

    def test_no_visits(self, of):
        assert retention.retained_share(of({}), years=[]).empty


class TestValue:
    def test_the_source_s_example(self):
        value = retention.retention_value(5000, churn_points=0.1, revenue=500, plan_year=2026)
        assert value["value"].item() == pytest.approx(250_000)
        assert value["period"].item() == "2026"

    @pytest.mark.parametrize(
        ("points", "value"), [(-0.02, 0), (math.nan, math.nan)], ids=["target-above-last-year", "no-target"]
    )
    def test_nothing_to_avoid(self, points, value):
        found = retention.retention_value(100, churn_points=points, revenue=500, plan_year=2026)
        assert found["value"].item() == pytest.approx(value, nan_ok=True)

    def test_revenue_is_shared_by_the_year_s_vehicles(self, of):
        visits = of(
            {"A": ["2024-01-01", "2024-02-01"], "B": ["2024-03-01", "2023-03-01"]}, total_amount=300.0
        )
        assert retention.revenue_per_vehicle(visits, year=2024) == 450

    @pytest.mark.parametrize(
        ("dates", "amount", "year"),
        [({"A": ["2024-01-01"]}, None, 2024), ({"A": ["2024-01-01"]}, 5.0, 2023), ({}, 5.0, None)],
        ids=["no-amounts", "no-visits", "no-year"],
    )
    def test_undefined_revenue(self, of, dates, amount, year):
        assert math.isnan(retention.revenue_per_vehicle(of(dates, total_amount=amount), year=year))
