import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.first_service.targets import (
    first_service_expected,
    first_service_target,
    first_service_target_by_agent,
    largest_remainder,
    round_half_up,
    units_by_month,
)
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import tidy


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (0.5, 1),
        (1.5, 2),
        (2.5, 3),
        (2.4999999999, 3),
        (2.499999, 2),
        (0.1 + 0.2 + 0.2, 1),
        (0.0, 0),
        (7.0, 7),
    ],
)
def test_halves_go_up(value, whole):
    assert round_half_up(value) == whole


def test_rounding_keeps_the_undefined():
    assert round_half_up([1.2, np.nan]).tolist() == [1.0, pytest.approx(np.nan, nan_ok=True)]


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        pytest.param(10, [1, 1, 1], [4, 3, 3], id="ties go to the first"),
        pytest.param(7, [1.0, 0.8, 0.5], [3, 2, 2], id="3.04, 2.43, 1.52"),
        pytest.param(2, [0.1, 0.2, 0.1], [1, 1, 0], id="0.5, 1, 0.5"),
        pytest.param(3, [1, 0, 2], [1, 0, 2], id="exact shares"),
        pytest.param(0, [1, 2], [0, 0], id="nothing to split"),
        pytest.param(5, [3], [5], id="one alone"),
        pytest.param(10, [0.7, 0.2, 0.1], [7, 2, 1], id="binary fractions are no remainders"),
        pytest.param(5, [], [], id="nobody"),
    ],
)
def test_largest_remainder(total, weights, parts):
    assert largest_remainder(total, weights).tolist() == parts


@pytest.mark.parametrize(("total", "weights"), [(np.nan, [1, 2]), (5, [0, 0])], ids=["no total", "no weight"])
def test_largest_remainder_is_undefined(total, weights):
    assert np.isnan(largest_remainder(total, weights)).all()


weights = st.lists(st.floats(0.001, 1000), min_size=1, max_size=12)


@given(st.integers(0, 100_000), weights)
def test_parts_add_up_and_stay_next_to_their_exact_share(total, weights):
    parts = largest_remainder(total, weights)
    assert parts.sum() == total
    exact = total * np.array(weights) / sum(weights)
    assert (np.abs(parts - exact) < 1 + 1e-6).all()


@given(st.integers(0, 10_000), weights)
def test_who_weighs_more_gets_no_less(total, weights):
    parts = largest_remainder(total, sorted(weights, reverse=True))
    assert (np.diff(parts) <= 0).all()


def targets_of(units: dict[str, float]) -> pd.DataFrame:
    months = pd.to_datetime([f"{month}-01" for month in units]).astype("datetime64[s]")
    return pd.DataFrame({"month": months, "units": list(units.values())})


SOLD = tidy(["2025-10", "2025-11", "2025-12", "2025"], value=[10, 20, 30, 60])
TARGETS = targets_of({"2025-12": 999, "2026-01": 40, "2026-02": 50})


@pytest.mark.parametrize(
    ("as_of", "share", "units"),
    [
        pytest.param(
            "2025-12-31", 1.0,
            {"2025-10": 10, "2025-11": 20, "2025-12": 30, "2026-01": 40, "2026-02": 50},
            id="sales before the plan year, targets in it",
        ),
        pytest.param(
            "2025-12-30", 1.0, {"2025-10": 10, "2025-11": 20, "2026-01": 40, "2026-02": 50},
            id="a month that is not over has no sales yet",
        ),
        pytest.param(
            "2025-12-31", 0.8,
            {"2025-10": 10, "2025-11": 20, "2025-12": 30, "2026-01": 32, "2026-02": 40},
            id="the local share of targets alone",
        ),
    ],
)  # fmt: skip
def test_units_by_month(as_of, share, units):
    known = units_by_month(SOLD, TARGETS, plan_year=2026, as_of=pd.Timestamp(as_of), target_share=share)
    assert known.to_dict() == units


def test_units_without_targets_are_the_sales():
    known = units_by_month(SOLD, None, plan_year=2026, as_of=pd.Timestamp("2025-12-31"))
    assert list(known.index) == ["2025-10", "2025-11", "2025-12"]


def expected_of(rate=0.75, lag_months=3):
    units = units_by_month(SOLD, TARGETS, plan_year=2026, as_of=pd.Timestamp("2025-12-31"))
    return first_service_expected(units, rate=rate, lag_months=lag_months, plan_year=2026)


def test_expected_is_the_rate_times_the_units_a_lag_before():
    expected = expected_of().set_index("period")
    assert list(expected.index) == months_of(2026)
    assert expected.loc["2026-01":"2026-05", "value"].tolist() == [7.5, 15.0, 22.5, 30.0, 37.5]
    assert expected.loc["2026-01":"2026-05", "denominator"].tolist() == [10, 20, 30, 40, 50]
    assert expected.loc["2026-06":, "value"].isna().all()


def test_expected_is_undefined_without_a_rate():
    assert expected_of(rate=np.nan)["value"].isna().all()


def test_expected_before_the_ledger_is_unknown():
    assert expected_of(lag_months=4)["value"].isna().tolist()[:2] == [True, False]


FULL = tidy(months_of(2026), value=[7.5, 15, 22.5, 30, 37.5, 1, 2, 3, 4, 5, 6, 7])


def test_target_rounds_each_month_and_sums_the_year():
    target = first_service_target(FULL, uplift=0.0).set_index("period")["value"]
    assert target.tolist() == [8, 15, 23, 30, 38, 1, 2, 3, 4, 5, 6, 7, 142]
    assert target["2026"] == 142


def test_uplift_comes_before_rounding():
    target = first_service_target(FULL, uplift=0.1).set_index("period")["value"]
    # 7.5, 15, 22.5 x 1.1 = 8.25, 16.5, 24.75.
    assert target[["2026-01", "2026-02", "2026-03"]].tolist() == [8, 17, 25]


def test_one_unknown_month_leaves_the_year_unknown():
    target = first_service_target(expected_of(), uplift=0.0).set_index("period")["value"]
    assert target["2026-01"] == 8
    assert np.isnan(target["2026"])


def test_agents_share_every_month_and_the_year():
    target = first_service_target(FULL, uplift=0.0)
    agents = {"何丽": 1.0, "孙娜兰": 0.8, "赵芳刚": 0.5}
    split = first_service_target_by_agent(target, agents=agents)
    january = split[split["period"] == "2026-01"].set_index("agent")["value"]
    # 8 x 1, 0.8, 0.5 of 2.3 is 3.478, 2.783, 1.739: whole 3, 2, 1; the two left go to .783 and .739.
    assert january.to_dict() == {"何丽": 3, "孙娜兰": 3, "赵芳刚": 2}
    pd.testing.assert_series_equal(
        split.groupby("period")["value"].sum(),
        target.set_index("period")["value"].sort_index(),
        check_names=False,
    )


def test_agents_of_an_unknown_month_are_unknown():
    target = first_service_target(expected_of(), uplift=0.0)
    split = first_service_target_by_agent(target, agents={"a": 1.0, "b": 1.0}).set_index(["agent", "period"])
    assert np.isnan(split.loc[("a", "2026-06"), "value"])
    assert np.isnan(split.loc[("b", "2026"), "value"])
    assert split.loc[("a", "2026-01"), "value"] == 4


def test_no_agents_no_split():
    assert len(first_service_target_by_agent(first_service_target(FULL, uplift=0.0), agents={})) == 0
