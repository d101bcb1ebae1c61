import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csanalysis.metrics.customers import bridge
from csanalysis.metrics.customers.churn import annual_churn_rate
from csanalysis.metrics.customers.units import units


@pytest.fixture(scope="session")
def of(visits_of, clean_table):
    def make(dates, sold=None):
        sales = clean_table(
            "vehicle_sales", [{"vin": vin, "sale_date": day} for vin, day in (sold or {}).items()]
        )
        numbered = units(visits_of(dates), sales)
        return numbered.visits, numbered.sales

    return make


def flows(frame, year):
    rows = frame[frame["period"] == str(year)]
    return dict(zip(rows["flow"], rows["value"], strict=True))


def test_by_hand(of):
    tables = of(
        {
            "stays": ["2022-05-01", "2023-05-01", "2024-05-01"],
            "lapses": ["2022-05-01", "2023-12-31"],
            "returns": ["2022-05-01", "2024-01-01"],
            "bought here": ["2024-06-01"],
            "resold later": ["2024-06-01"],
            "bought elsewhere": ["2024-06-01", "2024-07-01"],
        },
        sold={"bought here": "2024-03-01", "resold later": "2025-01-01", "never came": "2024-01-01"},
    )
    moves = bridge.retention_bridge(*tables, years=[2022, 2023, 2024])
    assert moves["period"].unique().tolist() == ["2023", "2024"]
    assert flows(moves, 2024) == {
        "opening": 2,
        "new_from_sales": 1,
        "new_from_elsewhere": 2,
        "won_back": 1,
        "lapsed": 1,
        "closing": 5,
    }


def test_a_vehicle_from_before_the_first_complete_year_is_won_back(of):
    # Data begin in May 2021, so 2021 is no complete year, but what it holds is known.
    moves = bridge.retention_bridge(*of({"A": ["2021-05-01", "2023-05-01"]}), years=[2022, 2023])
    assert (flows(moves, 2023)["won_back"], flows(moves, 2023)["new_from_elsewhere"]) == (1, 0)


@pytest.mark.parametrize("years", [[], [2024]], ids=["no-year", "one-year"])
def test_needs_two_years(of, years):
    assert bridge.retention_bridge(*of({"A": ["2024-05-01"]}), years=years).empty


YEARS = list(range(2020, 2025))
VINS = st.sampled_from("ABCDEFGH")
DAYS = st.dates(pd.Timestamp("2019-07-01").date(), pd.Timestamp("2024-12-31").date()).map(str)


@settings(max_examples=50)
@given(
    dates=st.dictionaries(VINS, st.lists(DAYS, min_size=1, max_size=6), min_size=1),
    sold=st.dictionaries(VINS, DAYS),
)
def test_adds_up_and_runs_on(of, dates, sold):
    visits, sales = of(dates, sold)
    moves = bridge.retention_bridge(visits, sales, years=YEARS)
    rates = annual_churn_rate(visits, years=YEARS).set_index("period")
    for year in YEARS[1:]:
        flow = flows(moves, year)
        gained = flow["new_from_sales"] + flow["new_from_elsewhere"] + flow["won_back"]
        assert flow["opening"] + gained - flow["lapsed"] == flow["closing"]
        assert min(flow.values()) >= 0
        assert (flow["lapsed"], flow["opening"]) == tuple(rates.loc[str(year), ["numerator", "denominator"]])
        assert flow["closing"] == sum(any(day[:4] == str(year) for day in days) for days in dates.values())
        if year > YEARS[1]:
            assert flow["opening"] == flows(moves, year - 1)["closing"]


class TestPlan:
    def last_year(self):
        values = [100.0, 20.0, 6.0, 4.0, 30.0, 100.0]
        return pd.DataFrame({"period": "2024", "flow": bridge.FLOWS, "value": values})

    def planned(self, moves=None, *, target=0.25, sold=40, units=50.0):
        return flows(
            bridge.planned_bridge(
                self.last_year() if moves is None else moves,
                target=target,
                sold=pd.Series({2024: sold}),
                planned_units=units,
                plan_year=2025,
            ),
            2025,
        )

    def test_by_hand(self):
        # Half of the 40 sold came, so half of 50 will; a quarter of 100 may lapse.
        assert self.planned() == {
            "opening": 100,
            "new_from_sales": 25,
            "new_from_elsewhere": 6,
            "won_back": 4,
            "lapsed": 25,
            "closing": 110,
        }

    @pytest.mark.parametrize(
        ("sold", "units"), [(40, math.nan), (0, 50.0)], ids=["no-target", "nothing-sold"]
    )
    def test_sales_as_last_year_where_unknown(self, sold, units):
        assert self.planned(sold=sold, units=units)["new_from_sales"] == 20

    def test_lapses_are_rounded_down_and_gains_half_up(self):
        planned = self.planned(target=0.309, units=51.0)
        assert (planned["lapsed"], planned["new_from_sales"]) == (30, 26)

    def test_undefined_without_a_target(self):
        planned = self.planned(target=math.nan)
        assert math.isnan(planned["lapsed"])
        assert math.isnan(planned["closing"])

    def test_no_year_to_start_from(self):
        assert self.planned(self.last_year().iloc[:0]) == {}


def test_first_sales_by_year(of):
    _, sales = of({}, sold={"A": "2023-05-01", "B": "2024-01-01", "C": "2024-12-31"})
    assert bridge.vehicles_sold(sales).to_dict() == {2024: 2, 2023: 1}


def test_a_vehicle_sold_twice_was_sold_in_the_year_of_the_first_sale(visits_of, clean_table):
    days = ["2024-05-01", "2022-03-01", "2024-06-01"]
    sales = clean_table(
        "vehicle_sales", [{"vin": vin, "sale_date": day} for vin, day in zip("AAB", days, strict=True)]
    )
    numbered = units(visits_of({}), sales)
    assert bridge.vehicles_sold(numbered.sales).to_dict() == {2022: 1, 2024: 1}
