import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.customers.mileage import HALF_LIFE_DAYS, distance_driven, readings


def known(*rows, sold=()):
    visits = pd.DataFrame(rows, columns=["unit", "day", "mileage_km"]).astype({"mileage_km": float})
    sales = pd.DataFrame(list(sold), columns=["unit", "day"]).astype("int64")
    return readings(visits.astype({"unit": "int64", "day": "int64"}), sales)


def pace(found, unit=0, day=10_000):
    driven, taken = distance_driven(found, np.array([unit]), np.array([day]))
    return driven[0] / taken[0] if taken[0] else None


def test_a_new_vehicle_starts_from_nothing():
    # Sold on day 100, 4,000 km on day 200.
    assert pace(known((0, 200, 4000), sold=[(0, 100)])) == pytest.approx(40)


def test_two_readings_of_an_old_vehicle():
    assert pace(known((0, 100, 50_000), (0, 200, 53_000))) == pytest.approx(30)


@pytest.mark.parametrize(
    "rows",
    [[], [(0, 100, 5000)], [(0, 100, 5000), (0, 150, None)], [(1, 1, 0), (1, 100, 500)]],
    ids=["nothing known", "one reading", "the other missing", "another vehicle's"],
)
def test_one_reading_gives_no_pace(rows):
    assert pace(known(*rows)) is None


def test_what_comes_later_is_not_known_yet():
    found = known((0, 100, 1000), (0, 200, 5000), (0, 300, 6000))
    assert pace(found, day=200) == pytest.approx(40)
    assert pace(found, day=199) is None


def test_recent_stretches_weigh_more():
    # 10 km a day for a year, then 50 km a day for a year: the older stretch counts half.
    year = HALF_LIFE_DAYS
    found = known((0, 0, 0), (0, year, 10 * year), (0, 2 * year, 60 * year))
    assert pace(found, day=2 * year) == pytest.approx((50 + 0.5 * 10) / 1.5)


@pytest.mark.parametrize(
    "wrong",
    [(0, 250, 4_000), (0, 250, 105_000), (0, 250, 999_999), (0, 500, 1_000)],
    ids=["a digit short", "one too large", "a digit too many", "the last one too small"],
)
def test_an_implausible_reading_is_set_aside(wrong):
    rows = [(0, day, 40 * day) for day in (100, 200, 300, 400)]
    assert pace(known(*rows, wrong, sold=[(0, 0)]), day=600) == pytest.approx(40)


def test_of_two_that_contradict_neither_is_believed():
    assert pace(known((0, 100, 90_000), (0, 200, 1_000))) is None


@given(
    st.lists(st.tuples(st.integers(1, 400), st.floats(0, 400)), min_size=1, max_size=8),
    st.integers(0, 8),
)
def test_a_steady_pace_is_found_from_any_readings(steps, dropped):
    """Whatever the days between them, readings of one pace give that pace."""
    days = np.cumsum([days for days, _ in steps])
    rows = [(0, int(day), 25.0 * day) for place, day in enumerate(days) if place != dropped]
    found = pace(known(*rows, sold=[(0, 0)]), day=int(days[-1]))
    assert found is None if not rows else found == pytest.approx(25)
