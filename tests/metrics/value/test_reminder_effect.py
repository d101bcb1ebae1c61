"""What being spoken to changes: by hand, on data that says nothing, and where the negative control fails."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.results import tidy
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


def test_the_variance_by_hand(planted):
    """Effect 0.5: what is left of each case is came - 0.5 * spoken - 0.25, over a contrast of 0.5 * 80.

    That is 0.25 of 75 + 20, -0.25 of 65, -0.75 of 25 and 0.75 of 15; each counts half.
    """
    left = 160 * 0.25**2 + 40 * 0.75**2
    error = (0.25 * left) ** 0.5 / 40
    found = answered_effect(planted, "came_6_months")
    assert found.error == pytest.approx(error)
    assert (found.low, found.high) == pytest.approx((0.5 - 1.959964 * error, 0.5 + 1.959964 * error))
    # The same twice of each vehicle: twice what is left over twice the contrast.
    twice = answered_effect(pd.concat([planted, planted]), "came_6_months")
    assert twice.error == pytest.approx(error)


@pytest.mark.parametrize(("habit", "calls"), [("habit", (1, 3)), ("habit_rest", (2, 4))])
def test_a_habit_seen_in_few_calls_weighs_less(habit, calls):
    """One other call weighs 1/2, three weigh 3/4: an effect of 1 and one of 0 make (1/2) / (1/2 + 3/4) = 0.4."""
    few = cases((40, 1, 1, 1), (40, 0, 0, 0), calls=calls[0])
    many = cases((40, 1, 1, 0), (40, 0, 0, 0), calls=calls[1], unit=range(500, 580))
    rows = pd.concat([few, many], ignore_index=True)
    assert answered_effect(rows, "came_6_months", habit=habit).value == pytest.approx(0.4)


def test_attempts_weigh_by_what_an_answer_decides():
    """At the first, half of those not reached are spoken to later: an answer decides half; at the last, all.

    (0.5 * (30 - 10) / 40 + 1 * (20 - 10) / 40) / (0.5 * 0.5 + 1 * 1) = 0.4
    """
    first = cases((30, 1, 1, 1), (10, 1, 1, 0), (10, 0, 1, 1), (10, 0, 1, 0), (20, 0, 0, 0))
    last = cases(
        (20, 1, 1, 1), (20, 1, 1, 0), (10, 0, 0, 1), (30, 0, 0, 0), attempt=3, unit=range(500, 580)
    )  # fmt: skip
    rows = pd.concat([first, last], ignore_index=True)
    assert answered_effect(rows, "came_6_months").value == pytest.approx(0.4)


def test_thirty_of_either_kind_are_enough():
    rows = cases((30, 1, 1, 1), (30, 0, 0, 0))
    assert answered_effect(rows, "came_6_months").value == pytest.approx(1)


def test_three_years_up_to_the_one_asked_for(planted):
    rows = pd.concat([planted.assign(period=str(year)) for year in range(2021, 2027)])
    of_years, span = effect.of_span(rows, year=2025)
    assert span == "2023/2025" and sorted(set(of_years["period"])) == ["2023", "2024", "2025"]
    assert of_years.index.tolist() == list(range(600))
    assert effect.of_span(rows, year=2021)[1] == "2021"


def test_what_is_brought_forward_is_gone_after_six_months():
    found = effect.reminder_effect_within(of(days=Estimate(100, 0.3, 0.2, 0.4)), span="2025")
    assert found["value"].tolist() == pytest.approx([0.3, 0.1, 0.1, 0.2])
    assert found["low"].tolist() == pytest.approx([0.2, 0.05, 0.05, np.nan], nan_ok=True)
    assert effect.reminder_effect_within(of(basis="none"), span="2025")["value"].isna().all()


def test_an_effect_whose_interval_starts_at_nothing_is_not_claimed():
    assert not of(half=Estimate(100, 0.1, 0.0, 0.2)).claimed
    assert not of(year=Estimate(100, 0.0, -0.1, 0.1)).claimed
    assert of(year=Estimate(100, 0.01, -0.1, 0.1)).claimed


def test_where_half_were_seen_the_call_before_is_the_control(planted):
    """``before`` goes with the answer and ``answered`` does not: which of both is asked decides."""
    spoilt = planted.assign(before=planted["reached"], answered=[0.0, 1.0] * 100)
    half = spoilt.assign(before=spoilt["before"].where(spoilt.index % 2 == 0))
    assert effect.finding(half).basis == "matched"
    assert effect.finding(spoilt.assign(before=spoilt["before"].where(spoilt.index % 3 > 0))).basis == "none"


def test_an_interval_ends_where_a_difference_does():
    wide = Estimate(100, 0.1, -1.5, 1.5)
    rows = cases((1, 1, 1, 1))
    row = effect.reminder_effect(rows, of(half=wide), span="2025").iloc[0]
    assert (row["low"], row["value"], row["high"]) == (-1, 0.1, 1)


def test_each_year_has_its_own_share_and_the_span_that_of_all(planted):
    """75 of 100 spoken to came in 2025, in 2024 25 of 50: 100 of 150 in both."""
    before = cases((25, 1, 1, 1), (25, 1, 1, 0), (9, 0, 0, 1), period="2024")
    rows = pd.concat([planted, before], ignore_index=True)
    table = tidy(["2024", "2025", "2024/2025"], denominator=[50, 100, 150], value=[0.6, 0.5, np.nan])
    found = effect.reminder_arrival_share(rows, table)
    assert found["value"].tolist() == pytest.approx([0.5, 0.75, 0.0, 0.25])
    assert found["contacted"].tolist() == ["yes", "yes", "no", "no"] and found.index.tolist() == [0, 1, 2, 3]
    span = tidy(["2024/2025"], denominator=[150], value=[-0.5])
    assert effect.reminder_arrival_share(rows, span)["value"].tolist() == pytest.approx([2 / 3, 1])
