"""What being spoken to changes: by hand, on data that says nothing, and where the negative control fails."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.stats.proof import ESTIMATES, PROOFS
from csanalysis.metrics.value import reminder_effect as effect
from csanalysis.metrics.value.answered_calls import Estimate, answered_effect
from csanalysis.metrics.value.reminder_cases import reminder_cases

NEAR = Estimate(100, 0.1, 0.05, 0.15)
NIL = Estimate(100, 0.0, -0.05, 0.05)
NONE = Estimate(100, np.nan, np.nan, np.nan)


def cases(*kinds, **columns):
    """Rows from (how many, reached, asked, came), all of one cell, each vehicle once."""
    rows = pd.DataFrame(
        [kind[1:] for kind in kinds for _ in range(kind[0])],
        columns=["reached", "asked_6_months", "came_6_months"],
    ).astype(float)
    usual = {
        "unit": range(len(rows)), "purpose": "maintenance", "period": "2025", "quarter": "2025Q1", "attempt": 1,
        "step": 5, "age": 5, "habit": 0.0, "habit_rest": 0.0, "answered": 0.0, "calls": 9, "before": 0.0,
    }  # fmt: skip
    rows = rows.assign(**usual)
    for name in ("days", "12_months"):
        rows[f"asked_{name}"], rows[f"came_{name}"] = rows["asked_6_months"], rows["came_6_months"]
    return rows.assign(**columns)


@pytest.fixture
def planted():
    """100 answered, 75 came; 100 not, 35 came: 20 of those were spoken to later."""
    return cases((75, 1, 1, 1), (25, 1, 1, 0), (20, 0, 1, 1), (15, 0, 0, 1), (65, 0, 0, 0))


def test_the_difference_is_divided_by_how_many_more_were_spoken_to(planted):
    found = answered_effect(planted, "came_6_months")
    assert found.answered == 100 and found.value == pytest.approx((0.75 - 0.35) / (1 - 0.20))
    assert found.low < 0.5 < found.high < 0.75


def test_only_like_cases_are_compared(planted):
    """Another purpose in which all answer and come says nothing."""
    others = cases((50, 1, 1, 1), purpose="campaign", unit=range(1000, 1050))
    both = answered_effect(pd.concat([planted, others], ignore_index=True), "came_6_months")
    assert both.value == pytest.approx(answered_effect(planted, "came_6_months").value)


def test_a_vehicle_counted_twice_makes_nothing_surer(planted):
    once = answered_effect(planted, "came_6_months")
    twice = answered_effect(pd.concat([planted, planted], ignore_index=True), "came_6_months")
    assert twice.value == pytest.approx(once.value) and twice.error == pytest.approx(once.error)


def test_owners_who_always_answer_and_always_come_prove_nothing():
    """Answering and coming go together from owner to owner, and not from call to call."""
    loyal = cases((80, 1, 1, 1), (20, 0, 0, 1), habit=0.3)
    others = cases((20, 1, 1, 0), (80, 0, 0, 0), habit=-0.3, unit=range(500, 600))
    rows = pd.concat([loyal, others], ignore_index=True)
    assert answered_effect(rows, "came_6_months").value == pytest.approx(0, abs=1e-9)
    assert answered_effect(rows.assign(habit=0.0), "came_6_months").value == pytest.approx(0.6)


@pytest.mark.parametrize(
    "rows",
    [
        cases((29, 1, 1, 1), (200, 0, 0, 0)),
        cases((200, 1, 1, 1), (29, 0, 0, 0)),
        cases((100, 1, 1, 1), (100, 0, 1, 0)),
        cases((100, 1, 1, 1), (100, 0, 0, 0), habit=np.nan),
        cases((100, 1, 1, np.nan), (100, 0, 0, np.nan)),
        cases(),
    ],
    ids=[
        "few answered",
        "few unanswered",
        "all spoken to in the end",
        "no other calls",
        "not over yet",
        "none",
    ],
)
def test_what_cannot_be_told_is_not_told(rows):
    assert np.isnan(answered_effect(rows, "came_6_months").value)
    found = effect.finding(rows)
    assert found.basis == "none" and not found.claimed
    assert effect.reminder_effect(rows, found, span="2023/2025")["value"].isna().all()
    assert effect.reminder_arrival_share(rows, effect.reminder_effect(rows, found, span="2025")).empty


def of(days=NEAR, half=NEAR, year=NEAR, control=NIL, basis="matched"):
    return effect.Finding({"days": days, "6_months": half, "12_months": year}, control, basis)


@pytest.mark.parametrize(
    ("found", "claimed"),
    [
        (of(), True),
        (of(year=NONE), True),
        (of(half=NIL), False),
        (of(year=NIL), False),
        (of(basis="none"), False),
    ],
    ids=["proven", "no year over yet", "only earlier", "gone after a year", "control failed"],
)
def test_what_is_claimed(found, claimed):
    assert found.claimed is claimed
    proof = effect.reminder_proof(found.basis, claimed=found.claimed, span="2025")
    assert proof["value"].tolist() == [float(claimed)] and proof["basis"].tolist() == [found.basis]


def test_an_effect_that_lies_before_the_call_is_not_claimed(planted):
    sound = planted.assign(before=[0.0, 1.0] * 100)
    assert effect.finding(sound).basis == "matched" and effect.finding(sound).claimed
    spoilt = planted.assign(before=planted["reached"])
    found = effect.finding(spoilt)
    assert found.basis == "none" and found.control.low > 0 and not found.claimed
    unseen = planted.assign(before=np.nan, answered=[0.0, 1.0] * 100)
    assert effect.finding(unseen).basis == "matched"
    assert effect.finding(unseen.assign(answered=planted["reached"])).basis == "none"


def test_rows_by_year_and_span_with_shares_and_revenue(planted, clean_table, visits_of):
    rows = pd.concat([planted, planted.assign(period="2024", unit=planted["unit"] + 900)], ignore_index=True)
    rows = rows.assign(before=[0.0, 1.0] * 200)
    of_years, span = effect.of_span(rows, year=2025)
    assert span == "2024/2025" and len(of_years) == 400
    found = effect.finding(of_years)
    table = effect.reminder_effect(of_years, found, span=span)
    assert table["period"].tolist() == ["2024", "2025", span]
    assert table["value"].tolist() == pytest.approx([0.5] * 3) and table["denominator"].tolist() == [
        100,
        100,
        200,
    ]
    shares = effect.reminder_arrival_share(of_years, table).set_index(["period", "contacted"])["value"]
    assert shares[span, "yes"] == 0.75 and shares[span, "no"] == pytest.approx(0.25)
    within = effect.reminder_effect_within(found, span=span).set_index("within")["value"]
    assert within["6_months"] == pytest.approx(0.5) and within["brought_forward"] == pytest.approx(0)
    control = effect.reminder_control(found, span=span)
    assert control["low"].item() <= 0 <= control["high"].item()
    call = {
        "contact_id": "1",
        "vin": "A",
        "contact_date": "2025-06-15",
        "purpose": "maintenance",
        "reached": True,
    }
    visits = visits_of({"A": ["2025-06-20"]}).assign(total_amount=600.0)
    revenue = effect.reminder_effect_revenue(
        NEAR, pd.Series([80.0], index=["2025"]), clean_table("contacts", [call]), visits, days=30
    )
    assert revenue[["value", "low", "high"]].to_numpy().tolist() == [pytest.approx([4800, 2400, 7200])]


def test_no_calls_at_all(clean_table, visits_of):
    rows = reminder_cases(
        clean_table("contacts"),
        visits_of({}),
        clean_table("vehicle_sales"),
        days=30,
        as_of=pd.Timestamp("2025-12-31"),
    )
    of_years, span = effect.of_span(rows, year=2025)
    found = effect.finding(of_years)
    assert span == "2025" and found.basis == "none"
    assert effect.reminder_effect(of_years, found, span=span).empty


def test_estimates_come_before_upper_bounds():
    assert PROOFS == ("holdout", "matched", "history", "none") and PROOFS[:2] == ESTIMATES
