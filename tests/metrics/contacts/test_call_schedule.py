import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.contacts.call_schedule import schedule

DAYS = pd.DatetimeIndex(["2026-01-05", "2026-01-06", "2026-01-07"]).as_unit("s")


def cases(*rows):
    """``(from, until, calls, late)``, days of January."""
    table = pd.DataFrame(rows, columns=["from", "until", "calls", "late"])
    return table.assign(
        **{name: pd.to_datetime([f"2026-01-{day:02d}" for day in table[name]]) for name in ("from", "until")}
    )


def callers(**pace):
    return pd.DataFrame({"owner": list(pace), "per_day": list(pace.values())})


def planned(rows, people, **options):
    found = schedule(rows, people, DAYS, **options)
    return [
        None if pd.isna(owner) else (owner, day.day)
        for owner, day in zip(found["owner"], found["day"], strict=True)
    ]


def test_the_first_in_order_has_the_first_day_and_the_caller_with_most_room():
    rows = cases(*[(1, 31, 1.0, False)] * 5)
    assert planned(rows, callers(a=1, b=2)) == [("b", 5), ("a", 5), ("b", 5), ("b", 6), ("a", 6)]


def test_a_case_is_called_within_its_days():
    rows = cases((6, 31, 1.0, False), (1, 4, 1.0, False), (7, 7, 1.0, False), (7, 7, 1.0, False))
    assert planned(rows, callers(a=1)) == [("a", 6), None, ("a", 7), None]


def test_a_duty_is_called_late_rather_than_not_at_all():
    rows = cases((1, 5, 1.0, False), (1, 5, 1.0, True), (1, 5, 1.0, False))
    assert planned(rows, callers(a=1)) == [("a", 5), ("a", 6), None]


def test_further_attempts_take_the_calls_of_the_days_after():
    # Three calls a case at two a day: the first takes Monday and half of Tuesday.
    assert planned(cases(*[(1, 31, 3.0, False)] * 3), callers(a=2)) == [("a", 5), ("a", 6), None]


def test_calls_kept_for_others_are_taken_from_everybody_alike():
    rows = cases(*[(1, 31, 1.0, False)] * 8)
    assert planned(rows, callers(a=2, b=2), reserved=[2, 2, 2]).count(("a", 5)) == 1
    assert sum(each is not None for each in planned(rows, callers(a=2, b=2), reserved=[2, 2, 2])) == 6


@pytest.mark.parametrize("people", [callers(), callers(a=0.0)], ids=["nobody", "no calls"])
def test_without_calls_nobody_is_planned(people):
    assert planned(cases((1, 31, 1.0, True)), people) == [None]


def test_without_days_or_cases():
    assert schedule(cases((1, 31, 1.0, True)), callers(a=1), DAYS[:0])["owner"].isna().all()
    assert schedule(cases(), callers(a=1), DAYS).empty


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.floats(1, 3), st.booleans()), max_size=40),
    st.lists(st.floats(0.0, 6.0), min_size=1, max_size=3),
)
def test_nobody_has_more_cases_than_calls_and_nobody_is_called_before_the_first_day(rows, pace):
    table, people = cases(*rows), callers(**{f"c{place}": value for place, value in enumerate(pace)})
    found = schedule(table, people, DAYS)
    known = found["owner"].notna()
    load = found[known].groupby(["owner", "day"]).size()
    limits = people.set_index("owner")["per_day"]
    assert all(count <= limits[owner] + 1e-6 for (owner, _), count in load.items())
    assert (found.loc[known, "day"] >= table.loc[known, "from"]).all()
    on_time = known & ~table["late"]
    assert (found.loc[on_time, "day"] <= table.loc[on_time, "until"]).all()
    assert np.isclose(table.loc[known, "calls"].clip(upper=1).sum(), known.sum())


def test_of_calls_kept_for_others_the_rest_is_filled():
    """Two calls a day of which one is kept: three days hold three cases."""
    rows = cases(*[(1, 31, 1.0, False)] * 4)
    assert planned(rows, callers(a=2), reserved=[1, 1, 1]) == [("a", 5), ("a", 6), ("a", 7), None]
