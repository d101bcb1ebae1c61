import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.customers import churn
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson

#        2022  2023  2024
# A       x     x     x
# B       x     x
# C       x           x
# D             x     x     → 2023: 1 of 3 lost (C); 2024: 1 of 3 lost (B)
FLEET = {
    "A": ["2022-03-01", "2022-09-01", "2023-03-05", "2024-03-10"],
    "B": ["2022-05-01", "2023-12-31"],
    "C": ["2022-07-01", "2024-01-01"],
    "D": ["2023-01-01", "2024-12-31"],
}


@pytest.fixture
def fleet(visits_of, clean_table):
    return units(visits_of(FLEET), clean_table("vehicle_sales")).visits


@pytest.fixture
def of(visits_of, clean_table):
    return lambda dates: units(visits_of(dates), clean_table("vehicle_sales")).visits


def rates_of(*values):
    return tidy([str(2020 + n) for n in range(len(values))], value=list(values))


class TestAnnualChurnRate:
    def test_by_hand(self, fleet):
        rates = churn.annual_churn_rate(fleet, years=[2022, 2023, 2024])
        assert rates["period"].tolist() == ["2023", "2024"]
        assert rates["numerator"].tolist() == [1, 1]
        assert rates["denominator"].tolist() == [3, 3]
        assert rates["value"].tolist() == pytest.approx([1 / 3, 1 / 3])
        low, high = wilson(1, 3)
        assert (rates["low"].iloc[0], rates["high"].iloc[0]) == pytest.approx((float(low), float(high)))

    def test_a_year_after_an_empty_one_is_undefined(self, of):
        rates = churn.annual_churn_rate(
            of({"A": ["2021-05-01", "2024-05-01"]}), years=[2021, 2022, 2023, 2024]
        )
        assert rates["value"].isna().tolist() == [False, True, True]
        assert rates["value"].iloc[0] == 1.0

    @pytest.mark.parametrize("years", [[], [2024]], ids=["no-year", "one-year"])
    def test_needs_the_year_before(self, fleet, years):
        assert churn.annual_churn_rate(fleet, years=years).empty

    def test_no_visits(self, of):
        assert churn.annual_churn_rate(of({}), years=[2023, 2024])["value"].isna().all()

    def test_one_visit(self, of):
        assert churn.annual_churn_rate(of({"A": ["2023-01-01"]}), years=[2023, 2024])["value"].tolist() == [
            1.0
        ]


class TestAverageAndTarget:
    @pytest.mark.parametrize(
        ("values", "years", "period", "mean"),
        [
            ([0.2, 0.3, 0.4], 2, "2021/2022", 0.35),
            ([0.2, 0.3, 0.4], 5, "2020/2022", 0.3),
            ([0.2], 5, "2020/2020", 0.2),
            ([math.nan, 0.3, 0.4], 5, "2021/2022", 0.35),
        ],
        ids=["last-two", "fewer-than-asked", "one", "without-the-undefined"],
    )
    def test_average(self, values, years, period, mean):
        average = churn.annual_churn_rate_average(rates_of(*values), years=years)
        assert average["period"].tolist() == [period]
        assert average["value"].item() == pytest.approx(mean)

    def test_no_average_without_rates(self):
        assert churn.annual_churn_rate_average(rates_of(), years=5).empty

    def test_each_rule(self):
        targets = churn.churn_rate_target(
            rates_of(0.2, 0.3, 0.4), plan_year=2023, years=2, industry_rate=0.28, fixed_rate=0.25
        )
        assert targets["period"].unique().tolist() == ["2023"]
        assert dict(zip(targets["rule"], targets["value"], strict=True)) == pytest.approx(
            {
                "not_above_average": 0.35,
                "not_above_last_year": 0.4,
                "not_above_industry": 0.28,
                "fixed": 0.25,
            }
        )

    def test_rules_without_a_rate_are_undefined(self):
        assert churn.churn_rate_target(rates_of(), plan_year=2023, years=5)["value"].isna().all()

    def test_backtest_knows_only_earlier_years(self):
        back = churn.churn_rate_target_backtest(rates_of(0.2, 0.3, 0.1), years=5)
        assert list(zip(back["period"], back["rule"], back["value"].round(9), strict=True)) == [
            ("2021", "not_above_average", 0.2),
            ("2021", "not_above_last_year", 0.2),
            ("2022", "not_above_average", 0.25),
            ("2022", "not_above_last_year", 0.3),
        ]

    def test_backtest_of_targets_that_are_never_looser_than_the_year_before(self):
        back = churn.churn_rate_target_backtest(rates_of(0.3, 0.2, 0.25), years=5, never_looser=True)
        assert list(zip(back["period"], back["rule"], back["value"].round(9), strict=True)) == [
            ("2021", "not_above_average", 0.3),
            ("2021", "not_above_last_year", 0.3),
            ("2022", "not_above_average", 0.2),  # the average is 0.25, the year before gave 0.2
            ("2022", "not_above_last_year", 0.2),
        ]

    def test_backtest_of_one_rate_is_empty(self):
        assert churn.churn_rate_target_backtest(rates_of(0.2), years=5).empty


class TestCeiling:
    def ceiling(self, lapse_days, *, target=0.25, base=41.0, years=(2023, 2024)):
        lapses = pd.Series(pd.to_datetime(lapse_days), dtype="datetime64[s]")
        return churn.monthly_churn_ceiling(lapses, target=target, base=base, years=years, plan_year=2025)

    def test_by_hand(self):
        # 0.25 x 41 = 10.25 → 10; shares 1/4, 2/4, 1/4 → 2.5, 5, 2.5: the odd one goes to January.
        ceiling = self.ceiling(["2023-01-05", "2023-02-05", "2024-02-07", "2024-12-01"])
        assert ceiling["period"].tolist() == [f"2025-{m:02d}" for m in range(1, 13)] + ["2025"]
        assert ceiling["value"].tolist() == [3, 5, *[0] * 9, 2, 10]

    def test_only_the_averaged_years_share(self):
        ceiling = self.ceiling(["2022-07-01", "2023-01-05"])
        assert ceiling["value"].tolist() == [10, *[0] * 11, 10]

    def test_a_product_that_binary_makes_too_small(self):
        assert 0.29 * 100 < 29
        assert self.ceiling(["2023-01-05"], target=0.29, base=100.0)["value"].iloc[-1] == 29

    @pytest.mark.parametrize(
        ("days", "target", "base"),
        [([], 0.25, 41.0), (["2023-01-05"], math.nan, 41.0), (["2023-01-05"], 0.25, math.nan)],
        ids=["no-lapse", "no-target", "no-complete-year"],
    )
    def test_undefined(self, days, target, base):
        ceiling = self.ceiling(days, target=target, base=base)
        assert len(ceiling) == 13
        assert ceiling["value"].isna().all()

    @given(
        months=st.lists(st.integers(1, 12), min_size=1, max_size=60),
        target=st.floats(0, 1),
        base=st.integers(0, 5000),
    )
    def test_months_add_up_and_stay_near_their_share(self, months, target, base):
        ceiling = self.ceiling([f"2023-{month:02d}-15" for month in months], target=target, base=float(base))
        parts, year = ceiling["value"].iloc[:-1], ceiling["value"].iloc[-1]
        assert parts.sum() == year == math.floor(round(target * base, 9))
        shares = [year * months.count(month) / len(months) for month in range(1, 13)]
        assert all(abs(part - share) < 1 for part, share in zip(parts, shares, strict=True))


class TestLapseCeiling:
    def test_by_hand(self):
        # 2 years lost 30 + 20 vehicles and saw 50 + 25 lapses: 1.5 times as many. 100 churners may be 150 lapses.
        rates = tidy(["2023", "2024"], numerator=[30, 20], denominator=[100, 100])
        days = ["2023-03-01"] * 50 + ["2024-06-01"] * 25
        lapses = pd.Series(pd.to_datetime(days))
        ceiling = churn.monthly_churn_ceiling(
            lapses, target=0.5, base=200, years=[2023, 2024], plan_year=2025
        )
        found = churn.monthly_lapse_ceiling(ceiling, rates, lapses, years=[2023, 2024], plan_year=2025)
        values = found.set_index("period")["value"]
        assert (values["2025"], values["2025-03"], values["2025-06"]) == (150, 100, 50)
        assert values.drop("2025").sum() == 150

    def test_it_is_rounded_down(self):
        rates, lapses = (
            tidy(["2024"], numerator=[3], denominator=[9]),
            pd.Series(pd.to_datetime(["2024-01-01"] * 4)),
        )
        ceiling = churn.monthly_churn_ceiling(lapses, target=0.5, base=4, years=[2024], plan_year=2025)
        found = churn.monthly_lapse_ceiling(ceiling, rates, lapses, years=[2024], plan_year=2025)
        assert found.set_index("period").loc["2025", "value"] == 2  # 2 x 4/3 = 2.67

    @pytest.mark.parametrize("lost", [0, None], ids=["nobody churned", "no year"])
    def test_undefined(self, lost):
        rates = tidy([], numerator=[]) if lost is None else tidy(["2024"], numerator=[0], denominator=[9])
        lapses = pd.Series(pd.to_datetime([]))
        ceiling = churn.monthly_churn_ceiling(lapses, target=0.5, base=4, years=[2024], plan_year=2025)
        found = churn.monthly_lapse_ceiling(ceiling, rates, lapses, years=[2024], plan_year=2025)
        assert len(found) == 13 and found["value"].isna().all()


@pytest.mark.parametrize(
    ("target", "last", "asked"),
    [(0.3, 0.25, 0.25), (0.2, 0.25, 0.2), (0.3, None, 0.3), (None, 0.25, None)],
    ids=["rule is looser", "rule is stricter", "no year yet", "no rule"],
)
def test_a_target_is_not_looser_than_last_year(target, last, asked):
    rates = tidy([]) if last is None else rates_of(0.4, last)
    value = churn.not_looser(math.nan if target is None else target, rates)
    assert value == asked or (asked is None and math.isnan(value))
