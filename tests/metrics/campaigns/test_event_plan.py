import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.campaigns import event_plan
from csanalysis.metrics.campaigns.audience import Register
from csanalysis.metrics.campaigns.campaigns import OutcomeRate

NOBODY = Register(
    pd.DataFrame(columns=["vin"]),
    pd.DataFrame(columns=["customer_id"]),
    pd.DataFrame({"vin": [], "visit_date": pd.to_datetime([])}),
    pd.Series({f"2026-{month:02d}": 10.0 * month for month in range(1, 13)}),
    pd.Timestamp("2025-12-31"),
    frozenset({"customers.gender"}),
)


def events(*rows):
    columns = [
        "event",
        "start",
        "end",
        "kind",
        "audience",
        "size",
        "unit_cost",
        "budget",
        "owner",
        "preparation_days",
    ]
    frame = pd.DataFrame(
        [{**dict.fromkeys(columns), "preparation_days": 15, **row} for row in rows], columns=columns
    )
    frame["end"] = frame["end"].fillna(frame["start"])
    texts = dict.fromkeys(["event", "kind", "audience", "owner"], "str")
    numbers = dict.fromkeys(["size", "unit_cost", "budget", "preparation_days"], "float64")
    return frame.astype({**texts, **numbers, "start": "datetime64[s]", "end": "datetime64[s]"})


def planned(*rows):
    frame = events(*rows)
    portions = event_plan.event_portions(frame, NOBODY)
    return event_plan.with_totals(frame, portions), portions


GIFTS = {
    "event": "gifts",
    "start": "2026-03-01",
    "end": "2026-04-30",
    "audience": "handovers",
    "unit_cost": 2,
}
PARTY = {"event": "party", "start": "2026-03-08", "size": 40, "unit_cost": 5, "owner": "甲", "kind": "care"}
SIGNS = {"event": "signs", "start": "2026-05-01", "end": "2026-06-30", "budget": 600, "owner": "乙"}
UNKNOWN = {"event": "flowers", "start": "2026-07-01", "audience": "gender=female", "unit_cost": 3}


def test_budgets_by_hand():
    year, portions = planned(GIFTS, PARTY, SIGNS, UNKNOWN)
    assert year["budget"].tolist()[:3] == [2 * 70, 200, 600]
    assert pd.isna(year["budget"].iloc[3]) and pd.isna(year["invited"].iloc[3])
    budget = event_plan.calendar_budget(year, portions, plan_year=2026).set_index("period")["value"]
    assert budget["2026-03"] == 2 * 30 + 200
    assert budget["2026-04"] == 2 * 40
    assert (budget["2026-05"], budget["2026-06"]) == (600, 0)  # given whole, in the month in which it begins
    assert budget["2026-01"] == 0 and pd.isna(budget["2026-07"])
    assert budget["2026"] == year["budget"].sum() == 940


def test_size_is_the_most_that_a_rule_may_count():
    year, portions = planned({**GIFTS, "size": 35})
    assert year["invited"].tolist() == [35]
    assert portions["invited"].tolist() == [15, 20]


def test_a_budget_given_stands_and_the_gifts_may_cost_more():
    year, _ = planned({**PARTY, "budget": 150})
    assert year["budget"].tolist() == [150] and year["gift_cost"].tolist() == [200]
    assert event_plan.gaps(year, staff=None)["over_budget"].tolist() == [True]


amounts = st.one_of(st.none(), st.integers(0, 10_000))


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 28), amounts, amounts), max_size=8))
def test_months_and_kinds_add_up_to_the_sum_of_the_events(drawn):
    rows = [
        {
            "event": str(n),
            "start": f"2026-{month:02d}-{day:02d}",
            "size": 3,
            "unit_cost": cost,
            "budget": budget,
            "kind": "ab"[n % 2],
        }
        for n, (month, day, cost, budget) in enumerate(drawn)
    ]
    year, portions = planned(*rows)
    frame = event_plan.calendar_budget(year, portions, plan_year=2026).set_index("period")["value"]
    kinds = event_plan.calendar_budget(year, portions, plan_year=2026, by="kind")
    total = year["budget"].sum()
    assert frame.drop("2026").sum() == pytest.approx(total)
    assert frame.fillna(0)["2026"] == pytest.approx(total)
    assert kinds.loc[kinds["period"] == "2026", "value"].sum() == pytest.approx(total)
    counts = event_plan.calendar_events(year, plan_year=2026).set_index("period")["value"]
    assert counts["2026"] == counts.drop("2026").sum() == len(rows)


def test_work_begins_with_preparation_and_a_season_ends_at_its_first_day():
    year, _ = planned(PARTY, SIGNS)
    load = event_plan.calendar_workload(year, plan_year=2026).set_index(["owner", "period"])["value"]
    assert load[load > 0].to_dict() == {
        ("甲", "2026-02"): 1,  # 8 March less 15 days is 21 February
        ("甲", "2026-03"): 1,
        ("乙", "2026-04"): 1,
        ("乙", "2026-05"): 1,
    }
    assert year["preparation"].iloc[0] == pd.Timestamp("2026-02-21")


def test_clashes_need_a_shared_day_and_a_shared_owner_or_kind():
    two_weeks = {"start": "2026-03-08", "end": "2026-03-21"}
    pairs = event_plan.clashes(
        events(
            PARTY,
            {"event": "same kind", **two_weeks, "kind": "care", "owner": "丙"},
            {
                "event": "same owner",
                "start": "2026-03-05",
                "end": "2026-03-08",
                "owner": "甲",
                "kind": "gift",
            },
            {"event": "neither", "start": "2026-03-08", "owner": "丁"},
            {"event": "season", "start": "2026-03-08", "end": "2026-03-22", "kind": "care", "owner": "甲"},
            {"event": "later", "start": "2026-03-09", "kind": "gift", "owner": "甲"},
        )
    )
    assert {(row.first, row.second) for row in pairs.itertuples()} == {
        ("same owner", "party"),
        ("party", "same kind"),
    }
    assert pairs["start"].dt.strftime("%m-%d").tolist() == ["03-08", "03-08"]
    counts = event_plan.calendar_clashes(pairs, plan_year=2026).set_index("period")["value"]
    assert (counts["2026-03"], counts["2026-04"], counts["2026"]) == (2, 0, 2)


def test_gaps_by_hand():
    year, _ = planned(PARTY, GIFTS, UNKNOWN, {**SIGNS, "budget": None, "owner": "戊"})
    found = event_plan.calendar_gaps(year, staff=["甲"], plan_year=2026).set_index("gap")["value"]
    assert found.to_dict() == {
        "no_owner": 2,
        "unknown_owner": 1,
        "no_audience": 1,
        "no_budget": 2,
        "over_budget": 0,
    }
    nobody_told = event_plan.calendar_gaps(year, staff=None, plan_year=2026).set_index("gap")["value"]
    assert nobody_told["unknown_owner"] == 0


def test_expected_results_by_month_kind_and_event():
    year, portions = planned(PARTY, {**PARTY, "event": "again", "start": "2026-05-02"}, SIGNS)
    whole, kinds, single = event_plan.expected_results(
        year, portions, {"care": OutcomeRate(0.1, 0.09, 400, 5)}, plan_year=2026, most=True
    )
    values = whole.set_index("period")["value"]
    assert values.to_dict() == {
        "2026-03": pytest.approx(4),
        "2026-05": pytest.approx(4),
        "2026": pytest.approx(8),
    }
    assert kinds["value"].tolist() == [pytest.approx(8)]
    assert single["event"].tolist() == ["party", "again"]
    assert (single["low"] < 4).all() and (single["high"] > 4).all()


def test_no_events():
    year, portions = planned()
    assert event_plan.calendar_budget(year, portions, plan_year=2026)["value"].tolist() == [0] * 13
    assert event_plan.calendar_workload(year, plan_year=2026).empty
    assert event_plan.clashes(year).empty
    assert all(
        frame.empty for frame in event_plan.expected_results(year, portions, {}, plan_year=2026, most=True)
    )
