import math

import pytest

from csanalysis.metrics.customers import churn, churn_splits
from csanalysis.metrics.customers.units import units

MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]
FLEET = {
    "A": ["2022-03-01", "2022-09-01", "2023-03-05", "2024-03-10"],
    "B": ["2022-05-01", "2023-12-31"],
    "C": ["2022-07-01", "2024-01-01"],
    "D": ["2023-01-01", "2024-12-31"],
}


@pytest.fixture
def of(visits_of, clean_table):
    return lambda dates: units(visits_of(dates), clean_table("vehicle_sales")).visits


class TestChurnByAge:
    @pytest.fixture
    def by_age(self, visits_of, clean_table):
        # A sold 2021-12-31, B sold twice (first 2020-06-01), C sold after the year began, D never.
        sales = [("A", "2021-12-31"), ("B", "2023-01-01"), ("B", "2020-06-01"), ("C", "2023-02-01")]
        ledger = clean_table("vehicle_sales", [{"vin": vin, "sale_date": day} for vin, day in sales])
        visits, sold, _ = units(visits_of(FLEET), ledger)
        return visits, sold

    def test_by_hand(self, by_age):
        rates = churn_splits.annual_churn_rate_by_age(*by_age, years=[2022, 2023, 2024])
        found = {
            (row.period, row.vehicle_age): (row.numerator, row.denominator) for row in rates.itertuples()
        }
        # 2023 is of A, B and C, seen in 2022, C lost; 2024 of A, B and D, seen in 2023, B lost.
        assert found == {
            ("2023", "0"): (1, 1),
            ("2023", "1"): (0, 1),
            ("2023", "2"): (0, 1),
            ("2024", "2"): (0, 1),
            ("2024", "3"): (1, 1),
            ("2024", "unknown"): (0, 1),
        }

    def test_ages_add_up_to_the_year(self, by_age):
        visits, sold = by_age
        whole = churn.annual_churn_rate(visits, years=[2022, 2023, 2024])
        parts = churn_splits.annual_churn_rate_by_age(visits, sold, years=[2022, 2023, 2024])
        summed = parts.groupby("period")[["numerator", "denominator"]].sum()
        assert summed["numerator"].tolist() == whole["numerator"].tolist()
        assert summed["denominator"].tolist() == whole["denominator"].tolist()

    def test_no_visits(self, visits_of, clean_table):
        visits, sold, _ = units(visits_of({}), clean_table("vehicle_sales"))
        assert churn_splits.annual_churn_rate_by_age(visits, sold, years=[]).empty


class TestRollingChurn:
    def test_by_hand(self, of):
        # January: A comes again in July (the sixth month after: not lost), B in August (lost in July), C never.
        # February: D comes twice in the month and again in March.
        visits = of(
            {
                "A": ["2024-01-05", "2024-07-31"],
                "B": ["2024-01-31", "2024-08-01"],
                "C": ["2024-01-15"],
                "D": ["2024-02-01", "2024-02-20", "2024-03-01"],
            }
        )
        rates = churn_splits.rolling_churn_rate(visits, months=MONTHS).set_index("period")
        assert rates.index.tolist() == MONTHS[6:]
        july, august, september, october = (rates.loc[f"2024-{month:02d}"] for month in (7, 8, 9, 10))
        assert (july["numerator"], july["denominator"], july["value"]) == (2, 3, pytest.approx(2 / 3))
        assert (august["numerator"], august["denominator"]) == (0, 1)
        assert (september["numerator"], september["denominator"]) == (1, 1)
        assert october["denominator"] == 0 and math.isnan(october["value"])

    def test_a_visit_in_the_running_month_is_not_asked(self, of):
        rates = churn_splits.rolling_churn_rate(of({"A": ["2024-01-05", "2024-08-01"]}), months=MONTHS[:7])
        assert rates["value"].tolist() == [1.0]

    @pytest.mark.parametrize("months", [[], MONTHS[:6]], ids=["none", "six"])
    def test_needs_seven_months(self, of, months):
        assert churn_splits.rolling_churn_rate(of({}), months=months).empty
