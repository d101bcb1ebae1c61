import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.value import holdout
from csanalysis.metrics.value.reminders import INVITATIONS

AFTER, UNTIL = pd.Timestamp("2024-12-31"), pd.Timestamp("2025-04-30")
VINS = pd.Series([f"LSV{number:06d}" for number in range(4000)])


def test_the_draw_has_the_share_asked_for_and_is_always_the_same():
    kept = holdout.in_holdout(VINS, plan_year=2026, share=0.1)
    assert 0.08 < kept.mean() < 0.12
    assert (holdout.in_holdout(VINS[::-1], plan_year=2026, share=0.1)[::-1] == kept).all()
    other = holdout.in_holdout(VINS, plan_year=2027, share=0.1)
    # Another year draws afresh: about a tenth of a tenth is drawn twice.
    assert 0.05 < (kept & other).sum() / kept.sum() < 0.16


@given(st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_larger_share_keeps_those_of_a_smaller_one(one, other):
    smaller, larger = (holdout.in_holdout(VINS[:200], plan_year=2026, share=s) for s in sorted((one, other)))
    assert not (smaller & ~larger).any()


def test_no_share_keeps_nobody():
    assert not holdout.in_holdout(VINS, plan_year=2026, share=0.0).any()


def tables(clean_table, visits_of, *, came, called):
    visits = visits_of({vin: ["2025-02-01"] for vin in came})
    rows = [
        {"contact_id": vin, "vin": vin, "contact_date": "2025-01-20 10:00", "purpose": "maintenance"}
        for vin in called
    ]
    return visits, clean_table("contacts", rows)


def test_by_hand(clean_table, visits_of):
    vins = pd.Series([f"V{number}" for number in range(10)])
    kept = np.array([False] * 6 + [True] * 4)
    visits, contacts = tables(clean_table, visits_of, came=["V0", "V1", "V2", "V6"], called=vins[:5])
    visits.loc[0, "visit_date"] = AFTER  # before the lists were made: not theirs
    outcomes = holdout.holdout_outcomes(
        vins, kept, visits, contacts, after=AFTER, until=UNTIL, purposes=INVITATIONS
    )
    assert outcomes[["vehicles", "called", "came"]].to_numpy().tolist() == [[6, 5, 2], [4, 0, 1]]
    effect = holdout.holdout_effect(outcomes, year=2025, list_name="service_due").iloc[0]
    assert effect["value"] == pytest.approx(2 / 6 - 1 / 4)
    assert (effect["numerator"], effect["denominator"], effect["list"]) == (4, 6, "service_due")
    # Agresti and Caffo: one success and one failure more in each arm.
    assert (effect["low"] + effect["high"]) / 2 == pytest.approx(3 / 8 - 2 / 6)
    called = holdout.holdout_called_share(outcomes, year=2025, list_name="service_due")
    assert called["value"].tolist() == [pytest.approx(5 / 6), 0]


@pytest.mark.parametrize(
    ("kept", "called"),
    [(0, 10), (5, 10), (5, 0)],
    ids=["nobody kept apart", "all called alike", "nobody called"],
)
def test_without_a_holdout_nothing_is_measured(clean_table, visits_of, kept, called):
    vins = pd.Series([f"V{number}" for number in range(10)])
    visits, contacts = tables(clean_table, visits_of, came=["V0"], called=vins[:called])
    outcomes = holdout.holdout_outcomes(
        vins, np.arange(10) < kept, visits, contacts, after=AFTER, until=UNTIL, purposes=INVITATIONS
    )
    assert np.isnan(holdout.holdout_effect(outcomes, year=2025, list_name="win_back")["value"].item())


def test_power_grows_with_the_vehicles():
    few, many = (holdout.two_proportion_power(0.3, 0.05, 9 * size, size) for size in (50, 2000))
    assert few < 0.2 and many > 0.95
    # Textbook: 80 % power for 30 against 35 % takes about 1,377 in each arm.
    assert holdout.two_proportion_power(0.30, 0.05, 1377, 1377) == pytest.approx(0.8, abs=0.01)


@pytest.mark.slow
def test_a_known_effect_is_within_its_interval_in_95_of_100_runs(clean_table, visits_of):
    """Calling lifts the chance to come from 30 to 42 %; a tenth of 1,500 vehicles is kept apart by the draw."""
    random, effect, runs, held = np.random.default_rng(2026), 0.12, 400, 0
    vins = pd.Series([f"V{number:04d}" for number in range(1500)], dtype="str")
    visit = visits_of({vin: ["2025-02-01"] for vin in vins})
    call = clean_table(
        "contacts",
        [
            {"contact_id": v, "vin": v, "contact_date": "2025-01-20 10:00", "purpose": "maintenance"}
            for v in vins
        ],
    )
    for run in range(runs):
        kept = holdout.in_holdout(vins, plan_year=2100 + run, share=0.1)
        comes = random.random(len(vins)) < 0.30 + effect * ~kept
        outcomes = holdout.holdout_outcomes(
            vins, kept, visit[comes], call[~kept], after=AFTER, until=UNTIL, purposes=INVITATIONS
        )
        row = holdout.holdout_effect(outcomes, year=2025, list_name="service_due").iloc[0]
        held += row["low"] <= effect <= row["high"]
    # Binomial noise of 400 runs about 95 %.
    assert 0.925 <= held / runs <= 0.975
