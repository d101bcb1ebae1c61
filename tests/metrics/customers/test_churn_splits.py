import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csanalysis.metrics.customers import churn, churn_splits
from csanalysis.metrics.customers.lapses import lapse_dates
from csanalysis.metrics.customers.retention import retained_share
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.customers.vehicle_groups import vehicle_facts, vehicle_groups

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


YEARS = [2022, 2023, 2024]
# A sold 2021-12-31, B sold twice (first 2020-06-01), C sold after the year began, D never.
SOLD = [("A", "2021-12-31"), ("B", "2023-01-01"), ("B", "2020-06-01"), ("C", "2023-02-01")]


@pytest.fixture
def fleet(visits_of, clean_table):
    """The visits and the groups at the ends of 2021 to 2024, of tables given as lists."""

    def make(dates, sold=(), customers=None, **visited):
        visits = visits_of(dates, **visited)
        sales = clean_table("vehicle_sales", [{"vin": v, "sale_date": day} for v, day in sold])
        numbered = units(visits, sales)
        facts = vehicle_facts(
            numbered,
            numbered.visits,
            visits=visits,
            sales=sales,
            customers=None if customers is None else clean_table("customers", customers),
        )
        ends = [churn_splits.year_end(year) for year in range(2021, 2025)]
        return numbered.visits, vehicle_groups(facts, ends, base=np.ones(facts.size, dtype=bool))

    return make


def counts(rates, by):
    return {(row.period, getattr(row, by)): (row.numerator, row.denominator) for row in rates.itertuples()}


class TestChurnByGroup:
    def test_ages_by_hand(self, fleet):
        rates = churn_splits.annual_churn_rate_by(*fleet(FLEET, SOLD), by="vehicle_age", years=YEARS)
        # 2023 is of A, B and C, seen in 2022, C lost; 2024 of A, B and D, seen in 2023, B lost.
        assert counts(rates, "vehicle_age") == {
            ("2023", "0"): (1, 1),
            ("2023", "1"): (0, 1),
            ("2023", "2"): (0, 1),
            ("2024", "2"): (0, 1),
            ("2024", "3"): (1, 1),
            ("2024", "unknown"): (0, 1),
        }

    def test_origin_by_hand(self, fleet):
        rates = churn_splits.annual_churn_rate_by(*fleet(FLEET, SOLD), by="origin", years=YEARS)
        assert counts(rates, "origin") == {
            ("2023", "sold_here"): (1, 3),
            ("2024", "sold_here"): (1, 2),
            ("2024", "elsewhere"): (0, 1),
        }

    def test_retention_by_hand(self, fleet):
        shares = churn_splits.retained_share_by(*fleet(FLEET, SOLD), by="origin", years=YEARS)
        found = {
            (r.period, r.origin, r.years_later): (r.numerator, r.denominator) for r in shares.itertuples()
        }
        # Of A, B, C (2022) A and B came in 2023, A and C in 2024; of A, B, D (2023) A and D came in 2024.
        assert found == {
            ("2022", "sold_here", "1"): (2, 3),
            ("2022", "sold_here", "2"): (2, 3),
            ("2023", "sold_here", "1"): (1, 2),
            ("2023", "elsewhere", "1"): (1, 1),
        }

    def test_lapses_by_hand(self, fleet):
        visits, groups = fleet(FLEET, SOLD)
        lapses = lapse_dates(visits, as_of=pd.Timestamp("2024-12-31"))
        found = churn_splits.lapsed_vehicles_by(visits, lapses, groups, by="origin", years=[2023, 2024])
        # 2023: B on 05-01, C on 07-01. 2024: A (seen 2023-03-05) on 03-05, D on 01-01, B on 12-31.
        assert {(r.period, r.origin): r.value for r in found.itertuples()} == {
            ("2023", "sold_here"): 2,
            ("2024", "sold_here"): 2,
            ("2024", "elsewhere"): 1,
        }

    def test_no_visits(self, fleet):
        visits, groups = fleet({})
        assert churn_splits.annual_churn_rate_by(visits, groups, by="origin", years=[]).empty
        assert churn_splits.retained_share_by(visits, groups, by="origin", years=[]).empty

    @given(data=st.data())
    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_groups_add_up_to_the_whole(self, fleet, data):
        days = st.dates(date(2021, 6, 1), date(2024, 12, 31)).map(str)
        dates = data.draw(
            st.dictionaries(st.sampled_from("ABCDEFGH"), st.lists(days, max_size=4), max_size=8)
        )
        sold = data.draw(st.lists(st.tuples(st.sampled_from("ABCDEFGHIJ"), days), max_size=6))
        visits, groups = fleet(dates, sold)
        whole, kept = churn.annual_churn_rate(visits, years=YEARS), retained_share(visits, years=YEARS)
        lapses = lapse_dates(visits, as_of=pd.Timestamp("2024-12-31"))
        for by in groups[churn_splits.year_end(2022)]:
            parts = churn_splits.annual_churn_rate_by(visits, groups, by=by, years=YEARS)
            assert _summed(parts) == _summed(whole)
            parts = churn_splits.retained_share_by(visits, groups, by=by, years=YEARS)
            assert _summed(parts, "years_later") == _summed(kept.dropna(subset="numerator"), "years_later")
            parts = churn_splits.lapsed_vehicles_by(visits, lapses, groups, by=by, years=[2023, 2024])
            assert parts["value"].sum() == lapses.dt.year.isin([2023, 2024]).sum()


def _summed(rates, *by):
    summed = rates.groupby(["period", *by])[["numerator", "denominator"]].sum()
    return summed[summed["denominator"] > 0].sort_index().to_dict()


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

    def test_another_lag(self, of):
        # January is asked in February already: A came, B came only in March.
        visits = of({"A": ["2024-01-05", "2024-02-01"], "B": ["2024-01-31", "2024-03-01"]})
        rates = churn_splits.rolling_churn_rate(visits, months=MONTHS, lag=1).set_index("period")
        assert rates.index[0] == "2024-02"
        assert (rates.loc["2024-02", "numerator"], rates.loc["2024-02", "denominator"]) == (1, 2)

    def test_a_visit_in_the_running_month_is_not_asked(self, of):
        rates = churn_splits.rolling_churn_rate(of({"A": ["2024-01-05", "2024-08-01"]}), months=MONTHS[:7])
        assert rates["value"].tolist() == [1.0]

    @pytest.mark.parametrize("months", [[], MONTHS[:6]], ids=["none", "six"])
    def test_needs_seven_months(self, of, months):
        assert churn_splits.rolling_churn_rate(of({}), months=months).empty
