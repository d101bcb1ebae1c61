"""What the campaigns of one month brought, counted by hand."""

import pandas as pd
import pytest

from csanalysis.metrics.campaigns.campaign_month import campaigns_of_month


def test_a_campaign_of_the_month_against_its_kind(clean_table):
    rows = [
        {"campaign_id": f"P{n}", "name": "x", "start_date": f"2024-0{n}-01", "kind": "care", "invited": 100, "arrived": 10 + n}
        for n in (1, 2, 3)
    ] + [
        {"campaign_id": "M", "name": "x", "start_date": "2025-02-20", "end_date": "2025-03-02", "kind": "care", "invited": 50, "arrived": 9},
        {"campaign_id": "N", "name": "x", "start_date": "2025-03-20", "kind": "new", "invited": 10, "arrived": None},
        {"campaign_id": "L", "name": "x", "start_date": "2025-04-01", "kind": "care", "invited": 10, "arrived": 1},
    ]  # fmt: skip
    found = campaigns_of_month(clean_table("campaigns", rows), month="2025-03")
    rate = found["review_campaign_rate"].set_index("campaign_id")
    assert rate.loc["M", "value"] == pytest.approx(9 / 50) and pd.isna(rate.loc["N", "value"])
    expected = found["review_campaign_expected"].set_index("campaign_id")
    assert expected.loc["M", "value"] == pytest.approx(50 * 36 / 300)
    assert expected.loc["M", "low"] < 6 < expected.loc["M", "high"] and pd.isna(expected.loc["N", "value"])
    assert list(rate.index) == ["M", "N"]


def care(name, end, invited, arrived, kind="care"):
    return {
        "campaign_id": name, "name": "x", "start_date": "2020-01-01", "end_date": end, "kind": kind,
        "invited": invited, "arrived": arrived,
    }  # fmt: skip


def test_the_first_and_the_last_day_of_the_month_and_of_the_three_years_before(clean_table):
    rows = [
        care("first", "2025-03-01", 100, 7),
        care("last", "2025-03-31", 40, 7),
        care("no kind", "2025-03-15", 10, 1, kind=None),
        care("before", "2025-02-28", 100, 20),
        care("oldest", "2022-03-01", 100, 10),
        care("too old", "2022-02-28", 100, 90),
        care("after", "2025-04-01", 100, 90),
        care("other", "2025-02-28", 100, 50, kind="new"),
    ]
    found = campaigns_of_month(clean_table("campaigns", rows), month="2025-03")
    expected = found["review_campaign_expected"].set_index("campaign_id")["value"]
    # 20 and 10 of 100 came before: 0.15 of those invited now.
    assert expected.dropna().to_dict() == pytest.approx({"first": 15, "last": 6})
    assert expected.index.tolist() == ["first", "last", "no kind"]
    rate = found["review_campaign_rate"].set_index("campaign_id")
    assert rate.loc["last", ["numerator", "denominator"]].tolist() == [7, 40]
    # Wilson, 1 of 10.
    assert rate.loc["no kind", ["low", "high"]].tolist() == pytest.approx([0.01787621, 0.4041500], abs=1e-6)


def test_not_more_than_all_invited_are_expected(clean_table):
    """Three campaigns with 85, 90 and 95 of 100: rate 0.9, scatter (25 + 0 + 25) / 100 / 2 = 0.25."""
    rows = [care(f"P{came}", "2024-05-01", 100, came) for came in (85, 90, 95)]
    rows.append(care("now", "2025-03-15", 10, 8))
    found = campaigns_of_month(clean_table("campaigns", rows), month="2025-03")["review_campaign_expected"]
    reach = 4.3026527 * (0.25 * 10 * (1 + 10 / 300)) ** 0.5
    assert found[["value", "low", "high"]].to_numpy().tolist() == [pytest.approx([9, 9 - reach, 10])]


def test_a_month_without_campaigns(clean_table):
    found = campaigns_of_month(clean_table("campaigns", [care("A", "2025-02-01", 10, 1)]), month="2025-03")
    assert all(frame.empty for frame in found.values())
