"""Maintenance after maintenance: six vehicles on paper, censored fleets against lifelines, and bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from csanalysis.metrics.first_service.cohorts import DAYS_A_MONTH
from csanalysis.metrics.first_service.sequence import (
    ServiceSteps,
    hardest_step,
    service_sequence_rate,
    service_step_loss_rate,
    service_step_waiting,
    service_steps,
    waiting_for,
)
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson

AS_OF = pd.Timestamp("2024-12-31")

# Limits of 6 months (182 days) to the first and 9 (273 days) to each further one.
FLEET = {
    # sold: maintenances
    "A": ("2022-01-01", ["2022-05-01", "2022-12-01", "2023-08-01"]),  # 1, 2 and 3 in time
    "B": ("2022-01-01", ["2022-07-02", "2023-04-01"]),  # on day 182, then on day 273: both in time
    "C": ("2022-01-01", ["2022-07-03", "2022-08-01"]),  # a day late: in none
    "D": ("2022-03-01", ["2022-05-01", "2023-03-01"]),  # the second after 304 days: in the first alone
    "E": ("2022-03-01", []),
    "F": ("2024-11-01", ["2024-12-01"]),  # in the first; its second is still to come
}


def sold_of(fleet=FLEET) -> pd.DataFrame:
    days = pd.Series(pd.to_datetime([sold for sold, _ in fleet.values()])).astype("datetime64[s]")
    return pd.DataFrame({"vin": pd.Series(list(fleet), dtype="str"), "sale_date": days})


def visits_of(fleet=FLEET, service_type="scheduled_service") -> pd.DataFrame:
    rows = [(vin, day, service_type) for vin, (_, days) in fleet.items() for day in days]
    frame = pd.DataFrame(rows, columns=["vin", "visit_date", "service_type"]).astype(
        {"vin": "str", "service_type": "str"}
    )
    return frame.assign(visit_date=pd.to_datetime(frame["visit_date"]).astype("datetime64[s]"))


def steps_of(fleet=FLEET, visits=None, as_of=AS_OF, steps=3) -> ServiceSteps:
    visits = visits_of(fleet) if visits is None else visits
    sold = sold_of(fleet)
    sold = sold[sold["sale_date"] <= as_of].reset_index(drop=True)
    return service_steps(sold, visits, window_months=6, step_months=9, as_of=as_of, steps=steps)


def values(rows: pd.DataFrame, period: str = "2024-12-31") -> list[float]:
    return rows[rows["period"] == period]["value"].tolist()


def test_who_reaches_what_in_time():
    reached = steps_of().reached[:, 1:].sum(axis=1)
    assert dict(zip(FLEET, reached.tolist(), strict=True)) == {"A": 3, "B": 2, "C": 0, "D": 1, "E": 0, "F": 1}


def test_share_of_a_year_that_was_observed_whole_is_a_plain_share():
    rates = service_sequence_rate(steps_of(), fewest=1)
    assert values(rates, "2022") == pytest.approx([3 / 5, 2 / 5, 1 / 5])


def test_the_vehicle_still_followed_is_censored():
    # All six: first maintenances come on day 30 (F), 61 (D), 120 (A) and 182 (B); nobody is censored before, but
    # F, which came. So 4/6. Second: F is censored on day 60; A comes on day 334 (1/5) and B on day 455 (1/4 of
    # the rest): 1 - 4/5 * 3/4 = 0.4. Third: A alone, on day 577: 1/5.
    rates = service_sequence_rate(steps_of(), fewest=1)
    assert values(rates) == pytest.approx([4 / 6, 0.4, 0.2])


def test_a_step_that_nobody_was_observed_long_enough_for_is_not_given():
    rates = service_sequence_rate(steps_of(), fewest=1)
    assert np.isnan(values(rates, "2024")).all()
    early = steps_of(as_of=pd.Timestamp("2022-07-01"))
    assert np.isnan(values(service_sequence_rate(early, fewest=1), "2022-07-01")).all()


@pytest.mark.parametrize(
    ("fewest", "given"),
    [
        pytest.param(5, True, id="five of six were observed whole"),
        pytest.param(6, False, id="six are asked for"),
    ],
)
def test_too_few_observed_whole(fewest, given):
    rates = service_sequence_rate(steps_of(), fewest=fewest)
    assert np.isnan(values(rates)).tolist() == [not given] * 3
    assert not np.isnan(values(rates, "2022")).any()  # of its year all five were


def test_losses_by_step():
    whole, by_step = service_step_loss_rate(steps_of())
    # Due by now: 1: all six but F, which came early and whose 182 days are not over: 5, lost C and E.
    # 2: A, B, D, lost D. 3: A and B, lost B.
    assert by_step["numerator"].tolist() == [2, 1, 1]
    assert by_step["denominator"].tolist() == [5, 3, 2]
    assert (whole["numerator"].item(), whole["denominator"].item()) == (4, 10)
    low, high = wilson([2, 1, 1], [5, 3, 2])
    assert by_step["low"].tolist() == pytest.approx(low) and by_step["high"].tolist() == pytest.approx(high)


def test_who_waits_for_what():
    steps = steps_of()
    assert service_step_waiting(steps)["value"].tolist() == [0, 1, 0]
    assert waiting_for(steps, "2").tolist() == ["F"]
    # On 1 July 2022 B (day 181) and C may yet come in time, as A, D after their first; E still has time.
    earlier = steps_of(as_of=pd.Timestamp("2022-07-01"))
    assert waiting_for(earlier, "1").tolist() == ["B", "C", "E"]
    assert waiting_for(earlier, "2").tolist() == ["A", "D"]


def test_one_day_is_one_maintenance_and_other_work_is_none():
    twice = pd.concat([visits_of({"A": ("2022-01-01", ["2022-05-01", "2022-05-01"])})] * 2)
    other = visits_of({"A": ("2022-01-01", ["2022-06-01", "2022-07-01"])}, service_type="repair")
    before = visits_of({"A": ("2022-01-01", ["2021-12-31"]), "Z": ("2022-01-01", ["2022-05-01"])})
    fleet = {"A": ("2022-01-01", [])}
    steps = steps_of(fleet, pd.concat([twice, other, before], ignore_index=True))
    assert steps.reached[:, 1:].sum() == 1


def test_first_and_scheduled_services_are_maintenances():
    first = visits_of({"A": ("2022-01-01", ["2022-05-01"])}, service_type="first_service")
    later = visits_of({"A": ("2022-01-01", ["2022-11-01"])})
    steps = steps_of({"A": ("2022-01-01", [])}, pd.concat([later, first], ignore_index=True))
    assert steps.days.tolist()[0][:2] == [120.0, 304.0]


def test_visits_after_as_of_have_not_happened():
    assert steps_of(as_of=pd.Timestamp("2022-06-30")).reached[:, 1:].sum() == 2


def test_the_input_is_left_alone():
    sold, visits = sold_of(), visits_of()
    before = sold.copy(), visits.copy()
    service_sequence_rate(service_steps(sold, visits, window_months=6, step_months=9, as_of=AS_OF))
    pd.testing.assert_frame_equal(sold, before[0])
    pd.testing.assert_frame_equal(visits, before[1])


@pytest.mark.parametrize("fleet", [{}, {"A": ("2022-01-01", [])}], ids=["no vehicle", "one without a visit"])
def test_empty_tables(fleet):
    steps = steps_of(fleet)
    rates = service_sequence_rate(steps)
    whole, by_step = service_step_loss_rate(steps)
    if fleet:
        assert values(rates, "2022") == [0.0] * 3
        assert by_step["value"].tolist()[:1] == [1.0]
    else:
        assert rates["value"].isna().all() and len(rates) == 3
        assert np.isnan(whole["value"].item())
    assert np.isnan(by_step["value"].tolist()[1:]).all()
    assert service_step_waiting(steps)["value"].sum() == 0


gaps = st.lists(st.integers(1, 400), max_size=5)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 1500), gaps), min_size=1, max_size=15))
def test_rate_is_kaplan_meier_of_the_days_to_the_step(cars):
    start = pd.Timestamp("2020-01-01")
    fleet = {
        f"V{place}": (
            start + pd.Timedelta(days=sold),
            [start + pd.Timedelta(days=sold + sum(waits[: n + 1])) for n in range(len(waits))],
        )
        for place, (sold, waits) in enumerate(cars)
    }
    found = values(service_sequence_rate(steps_of(fleet), fewest=1))
    limits = np.array([6, 9, 9]) * DAYS_A_MONTH
    for step in range(3):
        waited, over = [], []
        for sold, waits in cars:
            seen = (AS_OF - start).days - sold
            came = sum(waits[: step + 1])
            in_time = len(waits) > step and (np.array(waits[: step + 1]) <= limits[: step + 1]).all()
            over.append(in_time and came <= seen)
            waited.append(came if over[-1] else seen)
        longest = limits[: step + 1].sum()
        if not any((AS_OF - start).days - sold >= longest for sold, _ in cars):
            assert np.isnan(found[step])
            continue
        expected = 1 - KaplanMeierFitter().fit(waited, over).predict(min(longest, max(waited)))
        assert found[step] == pytest.approx(expected)


def losses_of(*counts: tuple[int, int]) -> pd.DataFrame:
    lost, due = zip(*counts, strict=True)
    steps = [str(step) for step in range(1, len(counts) + 1)]
    return tidy(["2024-12-31"] * len(counts), numerator=lost, denominator=due, step=steps)


@pytest.mark.parametrize(
    ("losses", "step"),
    [
        pytest.param([(200, 1000), (300, 800), (100, 500)], "2", id="the second loses far more"),
        pytest.param([(21, 100), (20, 79), (15, 59)], None, id="chance would do as much"),
        pytest.param([(200, 1000), (160, 800), (2, 2)], None, id="two of two prove little"),
        pytest.param([(0, 0), (0, 0)], None, id="nothing was due"),
        pytest.param([(0, 10), (0, 10)], None, id="nobody was lost"),
    ],
)
def test_the_hardest_step_is_named_only_beyond_chance(losses, step):
    assert hardest_step(losses_of(*losses)) == step
