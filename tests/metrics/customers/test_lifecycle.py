import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csanalysis.metrics.customers import lifecycle
from csanalysis.metrics.customers.units import last_visits, units
from csanalysis.metrics.periods import age_in_months
from csanalysis.metrics.stats.intervals import wilson

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture(scope="session")
def of(visits_of, clean_table):
    return lambda dates: units(visits_of(dates), clean_table("vehicle_sales")).visits


def counts(frame, by):
    return dict(zip(frame[by], frame["value"], strict=True))


class TestStates:
    @pytest.mark.parametrize(
        ("last", "as_of", "state"),
        [
            ("2025-12-31", "2025-12-31", "active"),
            ("2025-07-01", "2025-12-31", "active"),
            ("2025-06-30", "2025-12-31", "marginal"),
            ("2025-06-30", "2025-12-30", "marginal"),
            ("2025-06-30", "2025-12-29", "active"),
            ("2025-01-01", "2025-12-31", "marginal"),
            ("2024-12-31", "2025-12-31", "churned"),
            ("2024-01-01", "2025-12-31", "churned"),
            ("2023-12-31", "2025-12-31", "permanent"),
            ("2024-08-31", "2025-02-28", "marginal"),
            ("2024-08-31", "2025-02-27", "active"),
        ],
    )
    def test_boundaries(self, of, last, as_of, state):
        frame = lifecycle.lifecycle_vehicles(of({"A": [last]}), as_of=pd.Timestamp(as_of))
        assert counts(frame, "state") == {name: int(name == state) for name in lifecycle.STATES}

    def test_only_the_last_visit_counts(self, of):
        frame = lifecycle.lifecycle_vehicles(of({"A": ["2020-01-01", "2025-11-01"]}), as_of=AS_OF)
        assert counts(frame, "state")["active"] == 1
        assert frame["value"].sum() == 1

    def test_other_boundaries(self, of):
        frame = lifecycle.lifecycle_vehicles(of({"A": ["2025-09-15"]}), as_of=AS_OF, boundaries=(3, 9, 18))
        assert counts(frame, "state")["marginal"] == 1

    def test_no_visits(self, of):
        assert lifecycle.lifecycle_vehicles(of({}), as_of=AS_OF)["value"].tolist() == [0, 0, 0, 0]
        assert lifecycle.lifecycle_history(of({}), as_of=AS_OF).empty
        assert lifecycle.assessed_churn_rate(of({}), as_of=AS_OF).empty
        assert lifecycle.assessed_churn_rate(of({}), as_of=AS_OF, by_team=True).empty


class TestEffectiveBase:
    def test_by_team_of_the_last_visit(self, of):
        visits = of(
            {
                "A": ["2024-05-01 T1", "2025-05-01 T2"],
                "B": ["2025-01-01 T1"],
                "C": ["2025-01-01 T1", "2025-02-01"],
                "D": ["2022-01-01 T3"],
            }
        )
        assert lifecycle.effective_base(visits, as_of=AS_OF)["value"].item() == 3
        by_team = lifecycle.effective_base(visits, as_of=AS_OF, by_team=True)
        assert counts(by_team, "team") == {"T1": 1, "T2": 1, "T3": 0}

    def test_two_orders_on_one_day(self, of):
        visits = of({"A": ["2025-05-01 T1", "2025-05-01 T2"]})
        assert counts(lifecycle.effective_base(visits, as_of=AS_OF, by_team=True), "team") == {
            "T1": 0,
            "T2": 1,
        }


class TestAssessedChurn:
    def test_begins_with_the_24th_month_of_data(self, of):
        rates = lifecycle.assessed_churn_rate(of({"A": ["2024-03-15"]}), as_of=pd.Timestamp("2026-03-31"))
        assert rates["period"].tolist() == ["2026-02", "2026-03"]
        # 23 months old, then permanent: no base is left.
        assert rates["numerator"].tolist() == [0, 0]
        assert rates["denominator"].tolist() == [1, 0]
        assert rates["value"].isna().tolist() == [False, True]

    def test_by_hand(self, of):
        visits = of(
            {
                "old": ["2023-01-01 T1"],
                "A": ["2025-03-31 T1"],  # marginal from the end of September on
                "B": ["2025-12-01 T1"],
                "C": ["2025-06-30 T2"],
            }
        )
        rates = lifecycle.assessed_churn_rate(visits, as_of=AS_OF).set_index("period")
        assert rates["numerator"].tail(4).tolist() == [1, 1, 1, 2]
        assert rates["denominator"].tail(4).tolist() == [2, 2, 2, 3]
        by_team = lifecycle.assessed_churn_rate(visits, as_of=AS_OF, by_team=True)
        december = by_team[by_team["period"] == "2025-12"].set_index("team")
        assert december["numerator"].to_dict() == {"T1": 1, "T2": 1}
        assert december["denominator"].to_dict() == {"T1": 2, "T2": 1}
        low, high = wilson(1, 2)
        assert (december.loc["T1", "low"], december.loc["T1", "high"]) == pytest.approx(
            (float(low), float(high))
        )

    def test_a_month_not_over_is_seen_at_as_of(self, of):
        visits = of({"old": ["2023-01-01"], "A": ["2025-06-20"]})
        for day, marginal in [("2025-12-19", 0), ("2025-12-20", 1)]:
            rates = lifecycle.assessed_churn_rate(visits, as_of=pd.Timestamp(day))
            assert rates["period"].iloc[-1] == "2025-12"
            assert rates["numerator"].iloc[-1] == marginal


DAYS = st.dates(pd.Timestamp("2021-01-01").date(), pd.Timestamp("2025-12-31").date()).map(str)
FLEETS = st.dictionaries(
    st.text("ABCDE", min_size=1, max_size=2),
    st.lists(st.tuples(DAYS, st.sampled_from(["", " T1", " T2"])).map("".join), min_size=1, max_size=5),
    max_size=6,
)


@settings(max_examples=40)
@given(fleet=FLEETS, as_of=DAYS)
def test_every_month_end_agrees_with_counting_on_that_day(of, fleet, as_of):
    fleet = {vin: [day for day in days if day[:10] <= as_of] for vin, days in fleet.items()}
    visits, as_of = of(fleet), pd.Timestamp(as_of)
    history = lifecycle.lifecycle_history(visits, as_of=as_of)
    for date, rows in history.groupby("period"):
        seen = visits[visits["visit_date"] <= date]
        there = lifecycle.lifecycle_vehicles(seen, as_of=pd.Timestamp(date))
        assert rows["value"].tolist() == there["value"].tolist()
    by_team = lifecycle.assessed_churn_rate(visits, as_of=as_of, by_team=True)
    for row in by_team.itertuples():
        end = min(pd.Period(row.period, "M").end_time.normalize(), as_of)
        last = last_visits(visits, at=end)
        age = age_in_months(last["visit_date"], end)[last["team"] == row.team]
        assert row.numerator == ((age >= 6) & (age < 12)).sum()
        assert row.denominator == (age < 24).sum()


@settings(max_examples=40)
@given(last=DAYS, back=st.none() | DAYS)
def test_a_vehicle_is_assessed_six_times_unless_it_comes_back(of, last, back):
    fleet = {"old": ["2018-01-01"], "A": [last] + ([back] if back and back > last else [])}
    rates = lifecycle.assessed_churn_rate(of(fleet), as_of=pd.Timestamp("2030-12-31"))
    stays = 6
    if len(fleet["A"]) == 2:
        months = (pd.Period(back, "M") - pd.Period(last, "M")).n
        stays = 6 + min(max(months - 6, 0), 6)
    assert rates["numerator"].sum() == stays
