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
