import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csanalysis.metrics.customers import return_chance
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.results import tidy


@pytest.fixture(scope="session")
def of(visits_of, clean_table):
    return lambda dates, **columns: units(visits_of(dates, **columns), clean_table("vehicle_sales")).visits


def chances(frame):
    return {
        (row.visit_class, int(row.months_since)): (row.numerator, row.denominator)
        for row in frame.itertuples()
    }


def test_by_hand(of):
    # Month-ends with a year before and three months after them: December 2023 to March 2024.
    visits = of({"A": ["2023-01-15", "2023-10-01", "2024-05-31"]})
    found = chances(return_chance.return_chance(visits, as_of=pd.Timestamp("2024-06-30")))
    # October and January 2023 make it B in December; then January drops out. From February on May is near.
    assert found == {("B", 2): (0, 1), ("C", 3): (0, 1), ("C", 4): (1, 1), ("C", 5): (1, 1)}


@pytest.mark.parametrize(("as_of", "ends"), [("2024-06-30", 4), ("2024-06-29", 3), ("2024-02-01", 0)])
def test_only_month_ends_with_three_months_after_them(of, as_of, ends):
    visits = of({"A": ["2023-01-15"]})
    assert return_chance.return_chance(visits, as_of=pd.Timestamp(as_of))["denominator"].sum() == ends


def test_no_visits(of):
    assert return_chance.return_chance(of({}), as_of=pd.Timestamp("2024-06-30")).empty


DAYS = st.dates(pd.Timestamp("2021-01-01").date(), pd.Timestamp("2024-12-31").date()).map(str)


@settings(max_examples=40)
@given(fleet=st.dictionaries(st.sampled_from("ABC"), st.lists(DAYS, min_size=1, max_size=9), min_size=1))
def test_agrees_with_counting_vehicle_by_vehicle(of, fleet):
    months = {vin: sorted(pd.Period(day, "M").ordinal for day in days) for vin, days in fleet.items()}
    expected = {}
    first = min(min(visits) for visits in months.values())
    for end in range(first + 11, pd.Period("2024-12", "M").ordinal - 2):
        for visits in months.values():
            known = [month for month in visits if month <= end]
            if known and end - known[-1] < 24:
                recent = sum(month > end - 12 for month in known)
                key = (
                    "A" if recent >= 4 else "B" if recent >= 2 else "C" if recent else "D",
                    end - known[-1],
                )
                back, of_all = expected.get(key, (0, 0))
                expected[key] = (back + any(end < month <= end + 3 for month in visits), of_all + 1)
    assert chances(return_chance.return_chance(of(fleet), as_of=pd.Timestamp("2024-12-31"))) == expected


TABLE = tidy(
    ["2025-12-31"] * 5,
    numerator=[40, 1, 10, 3, 50],
    denominator=[80, 20, 40, 30, 100],
    visit_class=["B", "C", "C", "C", "B"],
    months_since=["5", "5", "8", "11", "2"],
)
AS_OF = pd.Timestamp("2025-12-31")


class TestTableChances:
    @pytest.fixture
    def told(self, visits_of, clean_table):
        def told(dates, horizon_days=0.25 * 365.25):
            sales = clean_table("vehicle_sales", [{"vin": "NEW", "sale_date": "2025-12-01"}])
            return return_chance.table_chances(
                visits_of(dates), sales, TABLE, as_of=AS_OF, horizon_days=horizon_days
            ).set_index("vin")

        return told

    def test_by_hand(self, told):
        found = told(
            {
                "B": ["2025-01-31", "2025-07-31"],
                "C": ["2025-07-31"],
                "LAPSED": ["2024-12-31"],
                "LATE": ["2025-01-31"],
            }
        )
        # C at five months was seen 20 times only, so it takes the 41 of 100 of all classes.
        assert found["chance"].to_dict() == pytest.approx(
            {"B": 0.5, "C": 0.41, "LATE": 0.1, "LAPSED": np.nan}, nan_ok=True
        )
        # 212 days are left to 31 July: three months at the vehicle's own chance, then three at that of eight
        # months, 10 of 40, and the rest of a third quarter at that of eleven, 3 of 30.
        rest = 212 / (365.25 / 4) - 2
        assert found.loc["B", "lapse_chance"] == pytest.approx(0.5 * 0.75 * 0.9**rest)
        assert found.loc["LATE", "lapse_chance"] == pytest.approx(0.9 ** (31 / (365.25 / 4)))
        assert math.isnan(found.loc["LAPSED", "lapse_chance"])
        assert "NEW" not in found.index, "nothing is told of a vehicle never seen"

    def test_other_horizons_as_if_all_days_were_alike(self, told):
        half = told({"B": ["2025-01-31", "2025-07-31"]}, horizon_days=365.25 / 8)
        assert half.loc["B", "chance"] == pytest.approx(1 - 0.5**0.5)

    def test_nobody(self, told):
        assert told({}).empty


class TestCallValue:
    def valued(self, revenue=500.0):
        roster = pd.DataFrame({"vin": ["A", "B", "C"]})
        return return_chance.with_call_value(
            roster, pd.Series({"B": 0.4, "A": 0.5}), revenue_per_visit=revenue
        )

    def test_chance_times_revenue(self):
        assert self.valued()["call_value"].tolist() == pytest.approx([250, 200, np.nan], nan_ok=True)
        assert math.isnan(self.valued()["chance"].iloc[2]), "nothing told is no 0"

    def test_unknown_revenue(self):
        assert self.valued(revenue=np.nan)["call_value"].isna().all()

    def test_revenue_per_visit(self, visits_of):
        visits = visits_of({"A": ["2024-12-31", "2025-01-01", "2025-02-01", "2025-03-01"]})
        visits["total_amount"] = [1000.0, 100.0, np.nan, 300.0]
        assert return_chance.revenue_per_visit(visits, since=pd.Timestamp("2024-12-31")) == 200
        assert math.isnan(return_chance.revenue_per_visit(visits, since=pd.Timestamp("2025-06-01")))
