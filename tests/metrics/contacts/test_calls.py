import pandas as pd
import pytest

from csanalysis.metrics.contacts.calls import (
    agents_needed,
    calls_needed,
    lagged_forecast,
    seasonal_naive_forecast,
)
from csanalysis.metrics.periods import months_of

PLAN = months_of(2026)


def test_the_same_month_before_is_repeated():
    counts = pd.Series({"2024-11": 3, "2025-01": 5, "2025-10": 9, "2025-11": 99})
    found = seasonal_naive_forecast(counts, plan_year=2026, over="2025-10")
    assert found["2026-01"] == 5
    assert found["2026-02"] == 0  # a month that is over, in which nothing happened
    assert found["2026-10"] == 9
    assert found["2026-11"] == 3  # November 2025 is not over
    assert pd.isna(
        seasonal_naive_forecast(counts, plan_year=2026, over="2025-09")["2026-10"]
    )  # never seen whole


def test_shifting_takes_what_came_before_the_plan_year_and_what_is_planned_in_it():
    past = pd.Series({"2025-11": 7, "2025-12": 8})
    planned = pd.Series(range(1, 13), index=PLAN, dtype=float)
    found = lagged_forecast(past, planned, months=2, plan_year=2026)
    assert found.tolist() == [7, 8, *range(1, 11)]


def _rows(**calls):
    parts = [
        pd.DataFrame({"month": PLAN, "purpose": purpose, "cases": cases, "calls": calls})
        for purpose, (cases, calls) in calls.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_calls_needed_add_up_over_months_and_purposes():
    rows = _rows(post_sale=(10.0, 10.0), maintenance=(4.0, 6.0))
    whole, *split = calls_needed(rows, plan_year=2026)
    by_purpose = pd.concat(split).set_index(["purpose", "period"])
    assert by_purpose.loc[("maintenance", "2026-03"), ["denominator", "value"]].tolist() == [4, 6]
    assert set(by_purpose.index.get_level_values("purpose")) == {"post_sale", "maintenance"}
    values = whole.set_index("period")["value"]
    assert values["2026-03"] == 16 and values["2026"] == 12 * 16


def test_calls_needed_of_a_month_without_a_row_are_not_known():
    rows = _rows(lead=(3.0, 3.0)).iloc[2:]
    whole, _ = calls_needed(rows, plan_year=2026)
    values = whole.set_index("period")["value"]
    assert pd.isna(values["2026-01"]) and values["2026-03"] == 3 and values["2026"] == 30
    assert calls_needed(rows.iloc[:0], plan_year=2026) == []


def test_agents_are_calls_over_what_one_makes():
    whole, _ = calls_needed(_rows(lead=(660.0, 660.0)), plan_year=2026)
    standard = agents_needed(whole).set_index("period")["value"]
    assert standard["2026-01"] == pytest.approx(0.5)  # 60 calls on 22 days
    assert standard["2026"] == pytest.approx(0.5)  # the mean of the months
    own = agents_needed(whole, calls_per_month=330, pace="own")
    assert own["value"].tolist() == [2.0] * 13
    assert set(own["pace"]) == {"own"}
