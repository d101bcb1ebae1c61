import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

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


def outcomes_of(to_call, kept):
    """Outcomes from (vehicles, called, came) of those to be called and of those kept apart."""
    rows = [(False, *to_call), (True, *kept)]
    return pd.DataFrame(rows, columns=["kept", "vehicles", "called", "came"])


def test_the_interval_of_the_effect_by_hand():
    """28 of 98 and 4 of 18 came; one more each: 29 of 100 and 5 of 20."""
    row = holdout.holdout_effect(outcomes_of((98, 98, 28), (18, 0, 4)), year=2025, list_name="l").iloc[0]
    half = 1.959964 * np.sqrt(0.29 * 0.71 / 100 + 0.25 * 0.75 / 20)
    assert (row["low"], row["high"]) == pytest.approx((0.04 - half, 0.04 + half))


@pytest.mark.parametrize(
    ("came", "side", "end"), [((3, 0), "high", 1), ((0, 3), "low", -1)], ids=["all and none", "none and all"]
)
def test_no_difference_of_two_shares_is_beyond_one(came, side, end):
    """Of three each: 4/5 less 1/5, and 1.96 * sqrt(0.16 / 5 * 2) = 0.496 more passes 1."""
    outcomes = outcomes_of((3, 3, came[0]), (3, 0, came[1]))
    row = holdout.holdout_effect(outcomes, year=2025, list_name="l").iloc[0]
    assert row[side] == end and row["value"] == end


@pytest.mark.parametrize(
    ("to_call", "kept", "was"),
    [
        ((10, 8, 0), (10, 3, 0), True),
        ((10, 8, 0), (10, 4, 0), False),
        ((10, 0, 0), (10, 0, 0), False),
        ((0, 0, 0), (10, 0, 0), False),
        ((10, 8, 0), (0, 0, 0), False),
    ],
    ids=["less than half", "half as often", "nobody called", "all kept apart", "nobody kept apart"],
)
def test_whether_a_holdout_was_kept(to_call, kept, was):
    assert holdout.holdout_was_kept(outcomes_of(to_call, kept)) is was


def test_lists_are_pooled_by_their_vehicles():
    """30 and 10 vehicles, effects 0.1 +- 0.1 and 0.3 +- 0.2: weights 3/4 and 1/4."""
    lists = pd.DataFrame(
        {"denominator": [30, 10], "value": [0.1, 0.3], "low": [0.0, 0.1], "high": [0.2, 0.5]}
    )
    half = (0.075**2 + 0.05**2) ** 0.5
    assert holdout.pooled_effect(lists) == pytest.approx((40, 0.15, 0.15 - half, 0.15 + half))


def test_power_by_hand():
    """19 of 98 came, one more of 100 is a fifth: 0.20 among 10 kept apart against 0.25 among 88."""
    row = holdout.holdout_power(outcomes_of((88, 80, 17), (10, 0, 2)), year=2025, list_name="l").iloc[0]
    away = 0.05 / np.sqrt(0.2 * 0.8 / 10 + 0.25 * 0.75 / 88)
    expected = stats.norm.cdf(away - 1.959964) + stats.norm.cdf(-away - 1.959964)
    assert row["value"] == pytest.approx(expected) and row["list"] == "l"


@pytest.mark.parametrize(("to_call", "kept"), [((5, 5, 1), (0, 0, 0)), ((0, 0, 0), (5, 0, 1))])
def test_without_two_groups_there_is_no_power(to_call, kept):
    outcomes = outcomes_of(to_call, kept)
    assert holdout.holdout_power(outcomes, year=2025, list_name="l")["value"].isna().all()


def test_power_where_all_come():
    # 0.98 and five points more is 1, not 1.03; and of 1 and 1 there is no chance left.
    away = 0.05 / np.sqrt(0.98 * 0.02 / 50)
    found = holdout.two_proportion_power(0.98, 0.05, 10, 50)
    assert found == pytest.approx(stats.norm.cdf(away - 1.959964) + stats.norm.cdf(-away - 1.959964))
    assert holdout.two_proportion_power(1.0, 0.05, 10, 50) == 1


def test_from_the_day_after_the_lists_to_the_last_day(clean_table, visits_of):
    days = {"V0": "2024-12-31", "V1": "2025-01-01", "V2": "2025-04-30", "V3": "2025-05-01"}
    contacts = clean_table(
        "contacts",
        [
            {"contact_id": v, "vin": v, "contact_date": f"{day} 10:00", "purpose": "maintenance"}
            for v, day in days.items()
        ],
    )
    visits = visits_of({vin: [day] for vin, day in days.items()})
    outcomes = holdout.holdout_outcomes(
        pd.Series(list(days)), np.zeros(4, dtype=bool), visits, contacts, after=AFTER, until=UNTIL,
        purposes=INVITATIONS,
    )  # fmt: skip
    assert outcomes.to_numpy().tolist() == [[False, 4, 2, 2], [True, 0, 0, 0]]
    other = holdout.holdout_outcomes(
        pd.Series(list(days)),
        np.zeros(4, dtype=bool),
        visits,
        contacts,
        after=AFTER,
        until=UNTIL,
        purposes=(),
    )
    assert other["called"].tolist() == [0, 0]
