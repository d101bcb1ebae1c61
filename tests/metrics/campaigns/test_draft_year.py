"""The draft calendar: last year's campaigns on the same days, at what they cost."""

import pandas as pd
import pytest

from csanalysis.metrics.campaigns.draft_year import draft_budget, draft_events


@pytest.fixture
def held(clean_table):
    return clean_table(
        "campaigns",
        [
            {"campaign_id": "2", "name": "Autumn", "start_date": "2025-09-04", "end_date": "2025-09-10", "cost": 300.0},
            {"campaign_id": "1", "name": "Spring", "start_date": "2025-03-01", "budget": 200.0},
            {"campaign_id": "3", "name": "Late", "start_date": "2025-09-20", "cost": 50.0, "budget": 90.0},
            {"campaign_id": "0", "name": "Old", "start_date": "2024-05-01", "cost": 999.0},
        ],
    )  # fmt: skip


def test_last_years_campaigns_move_to_the_plan_year_in_order(held):
    events = draft_events(held, plan_year=2026)
    assert list(events["name"]) == ["Spring", "Autumn", "Late"]
    assert events["start_date"].tolist() == [
        pd.Timestamp("2026-03-01"),
        pd.Timestamp("2026-09-04"),
        pd.Timestamp("2026-09-20"),
    ]
    assert events["end_date"].dropna().tolist() == [pd.Timestamp("2026-09-10")]


def test_the_cost_counts_else_the_budget_and_months_add_up(held):
    months, each = draft_budget(held, plan_year=2026)
    by_period = months.set_index("period")["value"]
    assert by_period["2026-03"] == 200.0
    assert by_period["2026-09"] == 350.0
    assert by_period["2026"] == 550.0 == by_period.drop("2026").sum() == each["value"].sum()


def test_one_campaign_is_the_year(held):
    months, each = draft_budget(held[held["campaign_id"] == "1"], plan_year=2026)
    assert months.set_index("period").at["2026", "value"] == 200.0
    assert len(each) == 1


def test_no_campaigns_no_draft(held):
    assert draft_budget(held.head(0), plan_year=2026) == []
    assert draft_budget(held, plan_year=2030) == []
