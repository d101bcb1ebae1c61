import pandas as pd
import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters import churn
from csanalysis.chapters.churn.goals import GOALS
from csanalysis.metrics.results import Results, tidy


@pytest.fixture
def tables(visits_of, clean_table):
    """Three vehicles of 2022, of which 2023 loses C and 2024 loses B; D comes after accidents."""
    visits = visits_of(
        {
            "A": ["2022-01-10 T1", "2023-03-05 T1", "2024-11-10 T2"],
            "B": ["2022-05-01 T1", "2023-12-31 T1"],
            "C": ["2022-07-01 T2"],
            "D": ["2023-02-01 T2", "2024-08-31 T2"],
        },
        total_amount=100.0,
    )
    visits.loc[visits["vin"].eq("D"), "service_type"] = "accident"
    return {"service_visits": visits, "vehicle_sales": clean_table("vehicle_sales")}


def test_numbers_by_hand(params_of, tables):
    results = churn.measure(params_of(plan_year=2025), tables)
    assert results.value("annual_churn_rate", 2023) == pytest.approx(1 / 3)
    assert results.value("annual_churn_rate", 2024) == pytest.approx(1 / 3)
    assert results.value("annual_churn_rate_average", "2023/2024") == pytest.approx(1 / 3)
    assert results.value("churn_rate_target", 2025) == pytest.approx(1 / 3)
    assert results.value("churn_rate_target", 2025, rule="not_above_industry") is None
    # 1/3 of the two vehicles of 2024 is no whole one.
    assert results.value("monthly_churn_ceiling", 2025) == 0
    # A on 2023-01-10 and 2024-03-05, B on 2023-05-01 and 2024-12-31, C on 2023-07-01, D on 2024-02-01.
    lapses = results.select("lapsed_vehicles", "month").set_index("period")["value"]
    assert lapses[lapses > 0].to_dict() == dict.fromkeys(
        ["2023-01", "2023-05", "2023-07", "2024-02", "2024-03", "2024-12"], 1
    )
    assert len(lapses) == 36
    assert results.value("retained_share", 2022, years_later="1") == pytest.approx(2 / 3)
    assert results.value("retained_share", 2022, years_later="3") is None
    states = results.select("lifecycle_vehicles", None, "state", period="2024-12-31").set_index("state")[
        "value"
    ]
    assert states.to_dict() == {"active": 2, "marginal": 0, "churned": 1, "permanent": 1}
    assert results.value("effective_base", "2024-12-31") == 3
    assert results.value("effective_base", "2024-12-31", team="T2") == 2


def test_excluded_types_touch_churn_alone(params_of, tables):
    results = churn.measure(params_of(plan_year=2025, churn={"exclude_service_types": ["accident"]}), tables)
    assert results.value("annual_churn_rate", 2024) == pytest.approx(1 / 2)
    assert results.select("lapsed_vehicles", "month")["value"].sum() == 5
    assert results.value("effective_base", "2024-12-31") == 3


def test_excluding_the_first_rows_does_not_move_the_first_year(params_of, tables):
    tables["service_visits"].loc[0, "service_type"] = "accident"
    results = churn.measure(params_of(plan_year=2025, churn={"exclude_service_types": ["accident"]}), tables)
    assert results.select("annual_churn_rate", "year")["period"].tolist() == ["2023", "2024"]


def test_retention_is_valued(params_of, tables):
    chosen = {"rule": "fixed", "fixed_rate": 0.2}
    results = churn.measure(
        params_of(plan_year=2025, churn=chosen, value={"revenue_per_vehicle": 600}), tables
    )
    assert results.value("retention_value", 2025) == pytest.approx(2 * (1 / 3 - 0.2) * 600)  # A and D of 2024
    assert results.value("retention_value", 2025, points="1") == pytest.approx(12)
    # Without a figure in the params: 200 yuan from two vehicles in 2024.
    assert churn.measure(params_of(plan_year=2025, churn=chosen), tables).value(
        "retention_value", 2025, points="1"
    ) == pytest.approx(2)


@pytest.mark.parametrize(("never_looser", "target"), [(True, 1 / 3), (False, 0.5)])
def test_the_target_is_not_looser_than_last_year_unless_params_say_so(
    params_of, tables, never_looser, target
):
    chosen = {"rule": "fixed", "fixed_rate": 0.5, "never_looser": never_looser}
    results = churn.measure(params_of(plan_year=2025, churn=chosen), tables)
    assert results.value("churn_rate_target", 2025) == pytest.approx(target)
    assert results.value("churn_rate_target", 2025, rule="fixed") == 0.5


def test_lapses_have_a_ceiling_of_their_own(params_of, tables):
    # Half of the 2 vehicles of 2024 may churn: 1. In 2023 and 2024 there were 6 lapses of 2 churners: 3 lapses,
    # which the six months of the past ones share; the first three have the largest remainders.
    chosen = {"rule": "fixed", "fixed_rate": 0.5, "never_looser": False}
    results = churn.measure(params_of(plan_year=2025, churn=chosen), tables)
    assert results.value("monthly_churn_ceiling", 2025) == 1
    months = results.select("monthly_lapse_ceiling", "month").set_index("period")["value"]
    assert results.value("monthly_lapse_ceiling", 2025) == months.sum() == 3
    assert months[months > 0].to_dict() == dict.fromkeys(["2025-01", "2025-02", "2025-03"], 1)


def test_ages_and_half_years(params_of, tables):
    results = churn.measure(params_of(plan_year=2025), tables)
    assert results.value("annual_churn_rate", 2024, vehicle_age="unknown") == pytest.approx(1 / 3)
    # Of A, seen in January 2022, nothing is seen up to July.
    assert results.value("rolling_churn_rate", "2022-07") == 1
    assert results.select("rolling_churn_rate", "month")["period"].iloc[-1] == "2024-12"
    running = churn.measure(params_of(plan_year=2025, as_of="2024-12-30"), tables)
    assert running.select("rolling_churn_rate", "month")["period"].iloc[-1] == "2024-11"


def test_no_visits(params_of, tables):
    results = churn.measure(
        params_of(plan_year=2025), {**tables, "service_visits": tables["service_visits"].iloc[:0]}
    )
    assert results.value("churn_rate_target", 2025) is None
    assert results.value("monthly_churn_ceiling", "2025-01") is None
    assert results.value("effective_base", "2024-12-31") == 0


def test_one_visit(params_of, tables):
    results = churn.measure(
        params_of(plan_year=2025), {**tables, "service_visits": tables["service_visits"].iloc[:1]}
    )
    assert results.value("annual_churn_rate", 2023) == 1
    assert results.value("annual_churn_rate", 2024) is None
    assert results.value("churn_rate_target", 2025) == 1
    assert results.value("churn_rate_target", 2025, rule="not_above_last_year") is None
    assert results.value("effective_base", "2024-12-31") == 0


def test_every_number_is_in_the_catalogue(params_of, tables):
    assert set(churn.measure(params_of(plan_year=2025), tables).names) <= set(METRICS)


def test_customers_in_place_of_vehicles(params_of, tables):
    tables["service_visits"]["customer_id"] = pd.Series(["1", "1", "1", "1", "1", "2", "3", "3"], dtype="str")
    results = churn.measure(params_of(plan_year=2025, unit="customer"), tables)
    # Customer 1 keeps A and B; of customers 1 and 2 in 2022, 2 is lost.
    assert results.value("annual_churn_rate", 2023) == pytest.approx(1 / 2)
    assert results.value("annual_churn_rate", 2024) == 0


def test_the_months_of_the_params_govern_lapses_and_their_ceiling(params_of, tables):
    """After nine months A lapses twice more, and every vehicle sooner; the yearly rate stays that of the year."""
    ages = {"marginal_months": 3, "churned_months": 9, "permanent_months": 18, "contact_from_months": 2}
    chosen = {"rule": "fixed", "fixed_rate": 0.5, "never_looser": False}
    usual, sooner = (
        churn.measure(params_of(plan_year=2025, churn=chosen, **more), tables)
        for more in ({}, {"lifecycle": ages})
    )
    lapses = sooner.select("lapsed_vehicles", "month").set_index("period")["value"]
    # A on 2022-10-10 and 2023-12-05, B on 2023-02-01 and 2024-09-30, C on 2023-04-01, D on 2023-11-01.
    assert lapses[lapses > 0].to_dict() == dict.fromkeys(
        ["2022-10", "2023-02", "2023-04", "2023-11", "2023-12", "2024-09"], 1
    )
    assert sooner.value("annual_churn_rate", 2024) == usual.value("annual_churn_rate", 2024)
    # One vehicle may be lost; 5 lapses of 2023 and 2024 for 2 churners make two lapses, the months those of 2023-24.
    assert (
        usual.value("monthly_lapse_ceiling", 2025) == 3 and sooner.value("monthly_lapse_ceiling", 2025) == 2
    )
    months = sooner.select("monthly_churn_ceiling", "month").set_index("period")["value"]
    assert months["2025-02"] == 1 and months.sum() == 1


def test_years_before_every_lapse_can_be_seen_do_not_set_the_ceiling(params_of, tables):
    ages = {"marginal_months": 6, "churned_months": 18, "permanent_months": 24}
    results = churn.measure(params_of(plan_year=2025, lifecycle=ages), tables)
    assert results.select("lapsed_vehicles", "year")["period"].tolist() == ["2024"]


def test_lapses_are_the_ceiling_and_fewer_where_the_plan_asks_for_less_churn():
    """A ceiling of 700 at 35 %: 600 at 30 %, and no more than 700 at 40 %."""
    goal = next(goal for goal in GOALS if goal.planned == "monthly_lapse_planned")
    ruled = {
        "monthly_lapse_ceiling": tidy(["2026"], value=700.0),
        "churn_rate_target": tidy(["2026"], value=0.35),
    }
    for rate, lapses in ((0.30, 600), (0.35, 700), (0.40, 700)):
        results = Results({**ruled, "churn_rate_planned": tidy(["2026"], value=rate)})
        assert goal.follows_from(results, 2026) == lapses
    assert goal.follows_from(Results(), 2026) is None
