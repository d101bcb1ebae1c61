import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.campaigns.campaigns import (
    OutcomeRate,
    campaign_arrival_rate_of_years,
    campaign_dispersion,
    campaign_ratios,
    expected_outcome,
    past_outcome_rate,
)

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def campaigns(clean_table):
    def held(year, kind, invited, arrived, cost, revenue):
        return {
            "campaign_id": f"{kind}{year}",
            "name": "x",
            "start_date": f"{year}-05-01",
            "kind": kind,
            "invited": invited,
            "arrived": arrived,
            "cost": cost,
            "revenue": revenue,
        }

    return clean_table(
        "campaigns",
        [
            held(2023, "care", 100, 10, 1000, 5000),
            held(2024, "care", 100, 20, 1400, 9000),
            held(2025, "care", 200, 30, None, 16000),
            held(2025, "offer", 50, 0, 500, 0),
        ],
    )


def values(frame):
    return {tuple(row[:-5]): row[-3] for row in frame.itertuples(index=False)}


def test_ratios_are_sums_over_sums_of_the_campaigns_that_give_both(campaigns):
    found = campaign_ratios(campaigns, as_of=AS_OF, by="kind")
    cost = values(found["campaign_cost_per_arrival"])
    assert cost["2023", "care"] == 100 and cost["2024", "care"] == 70
    assert ("2025", "care") not in cost  # its cost is not known
    assert math.isnan(cost["2025", "offer"])  # nobody came
    assert values(found["campaign_revenue_per_arrival"])["2025", "care"] == pytest.approx(16000 / 30)
    assert values(found["campaign_return_on_cost"])["2025", "offer"] == 0


def test_several_years_together(campaigns):
    found = campaign_ratios(campaigns, as_of=AS_OF, years=[2023, 2024, 2025])
    assert values(found["campaign_cost_per_arrival"]) == {("2023/2025",): pytest.approx(2900 / 30)}
    rate = campaign_arrival_rate_of_years(campaigns, as_of=AS_OF, years=[2024, 2025], by="kind")
    assert values(rate) == {("2024/2025", "care"): pytest.approx(50 / 300), ("2024/2025", "offer"): 0}


def test_no_campaigns(clean_table):
    none = clean_table("campaigns")
    assert all(frame.empty for frame in campaign_ratios(none, as_of=AS_OF, by="kind").values())
    assert past_outcome_rate(none, "arrived") is None


def test_the_reference_rate_and_its_scatter(campaigns):
    found = past_outcome_rate(campaigns[campaigns["kind"] == "care"], "revenue")
    # 30,000 from 400 invitations; residuals -2,500, +1,500, +1,000 over 100, 100, 200 invitations, two left free.
    assert found.per_invitation == 75
    assert found.scatter == pytest.approx((2500**2 / 100 + 1500**2 / 100 + 1000**2 / 200) / 2)
    assert (found.invitations, found.freedom) == (400, 2)


def test_arrivals_scatter_at_least_as_coins_do(clean_table):
    same = clean_table(
        "campaigns",
        [
            {"campaign_id": str(n), "name": "x", "start_date": "2025-01-01", "invited": 100, "arrived": 20}
            for n in range(3)
        ],
    )
    assert past_outcome_rate(same, "arrived").scatter == pytest.approx(0.2 * 0.8)


def test_two_campaigns_say_nothing_about_their_scatter(campaigns):
    found = past_outcome_rate(campaigns[campaigns["start_date"] < "2025"], "arrived")
    planned = pd.DataFrame({"kind": ["care"], "invited": [100.0]})
    value, low, high = expected_outcome(planned, {"care": found})
    assert value == pytest.approx(15) and math.isnan(low) and math.isnan(high)


def test_expectations_add_up_and_uncertainty_too():
    known = {"a": OutcomeRate(0.1, 0.2, 500, 9), "b": OutcomeRate(0.2, 0.3, 500, 4)}
    planned = pd.DataFrame({"kind": ["a", "a", "b", "c"], "invited": [100.0, 100, 50, 99]})
    value, low, high = expected_outcome(planned, known)
    assert value == pytest.approx(0.1 * 200 + 0.2 * 50)
    spread = math.sqrt(0.2 * 200 * 1.4 + 0.3 * 50 * 1.1) * stats.t.ppf(0.975, 4)
    assert (high - value, low) == (pytest.approx(spread), pytest.approx(max(0, value - spread)))


def test_nobody_comes_twice():
    planned = pd.DataFrame({"kind": ["a"], "invited": [3.0]})
    assert expected_outcome(planned, {"a": OutcomeRate(0.9, 0.5, 100, 5)}, most=True)[2] == 3


def test_kinds_never_held_expect_nothing():
    planned = pd.DataFrame({"kind": ["new", None], "invited": [100.0, np.nan]})
    assert all(math.isnan(number) for number in expected_outcome(planned, {}))


def test_the_interval_holds_as_often_as_it_says():
    rng = np.random.default_rng(7)
    inside = 0
    for _ in range(400):
        invited = rng.integers(80, 150, size=12)
        past = pd.DataFrame({"invited": invited, "arrived": rng.binomial(invited, rng.beta(15, 85, size=12))})
        _, low, high = expected_outcome(
            pd.DataFrame({"kind": ["a"], "invited": [120.0]}), {"a": past_outcome_rate(past, "arrived")}
        )
        inside += low <= rng.binomial(120, rng.beta(15, 85)) <= high
    assert 0.91 < inside / 400 < 0.985


def dispersed(*rows):
    frame = pd.DataFrame(rows, columns=["kind", "invited", "arrived"])
    frame = frame.assign(start_date=pd.Timestamp("2025-05-01"))
    return campaign_dispersion(frame, as_of=AS_OF, years=[2025]).iloc[0]


def test_campaigns_of_one_kind_differ_by_more_than_chance():
    """10, 30 and 20 of 100 about 20 %: (10² + 10² + 0) / 16 = 12.5 over two degrees of freedom."""
    row = dispersed(("a", 100, 10), ("a", 100, 30), ("a", 100, 20))
    assert row["value"] == pytest.approx(6.25)
    assert (row["numerator"], row["denominator"]) == (3, 2)
    assert dispersed(("a", 100, 20), ("a", 100, 21), ("b", 50, 1))["value"] == 1


@pytest.mark.parametrize("rows", [[], [("a", 100, 10)], [("a", 100, 10), ("b", 100, 30)], [("a", 0, 0)] * 2])
def test_one_campaign_of_a_kind_tells_nothing_of_its_scatter(rows):
    assert np.isnan(dispersed(*rows)["value"])


def test_what_begins_after_as_of_or_in_another_year_says_nothing_of_the_scatter():
    frame = pd.DataFrame(
        [("2025-05-01", 10), ("2025-06-01", 30), ("2025-07-02", 90), ("2024-05-01", 90)],
        columns=["start_date", "arrived"],
    ).assign(kind="a", invited=100)
    frame["start_date"] = pd.to_datetime(frame["start_date"])
    row = campaign_dispersion(frame, as_of=pd.Timestamp("2025-06-01"), years=[2025]).iloc[0]
    # 10 and 30 of 100 about 20 %: (10² + 10²) · 2 / 1 over 2 · 16
    assert (row["numerator"], row["denominator"], row["value"]) == (2, 1, pytest.approx(12.5))
