import numpy as np
import pytest

from csanalysis.metrics.plan.moves import calls_a_case, calls_per_case, weighted_mean_effect


@pytest.fixture
def contacts(clean_table):
    """Each month two reminders, the second a second try that reaches; in December a post-service call more."""
    rows = [
        {"contact_id": f"{month}{attempt}", "contact_date": f"2025-{month:02d}-05", "purpose": "maintenance",
         "attempt": attempt, "reached": attempt == 2}
        for month in range(1, 13) for attempt in (1, 2)
    ]  # fmt: skip
    more = {"contact_id": "p", "contact_date": "2025-12-06", "purpose": "post_service", "reached": True}
    return clean_table("contacts", [*rows, more])


def test_a_case_takes_its_tries_and_is_reached_once_at_most(contacts):
    assert calls_per_case(contacts, purposes=("maintenance",), year=2025) == (2.0, 1.0)
    assert calls_per_case(contacts, purposes=(), year=2025) == (25 / 13, 1.0)
    assert np.isnan(calls_per_case(contacts, purposes=("lead",), year=2025)).all()


def test_effects_are_mixed_by_how_many_cases_of_each_kind_there_are():
    effects = {"A": (0.2, 0.1, 0.3), "B": (0.1, 0.06, 0.14)}
    value, low, high = weighted_mean_effect(effects, {"A": 1, "B": 3})
    half = ((0.1 * 1) ** 2 + (0.04 * 3) ** 2) ** 0.5 / 4
    assert (value, low, high) == pytest.approx((0.125, 0.125 - half, 0.125 + half))
    assert (
        np.isnan(weighted_mean_effect(effects, {"C": 2})).all()
        and np.isnan(weighted_mean_effect(effects, {})).all()
    )


def test_calls_a_case_are_those_of_the_first_purposes_with_a_record(contacts):
    assert calls_a_case(contacts, year=2025, purposes=(("lead",), ("maintenance",))) == 2.0
    assert calls_a_case(contacts, year=2025, purposes=(("lead",),)) == 1.0 == calls_a_case(None, year=2025)
