import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.customers.classes import CLASSES, visit_class
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.customers.visit_history import History, day_number
from csanalysis.metrics.periods import age_in_months


def on(date, *names, history):
    unit = history.units(pd.Series(names))
    return unit, np.full(len(unit), day_number(pd.Timestamp(date)))


@pytest.fixture
def history(visits_of, clean_table):
    visits = visits_of({"A": ["2024-03-31", "2024-09-30", "2025-01-10"], "B": ["2025-06-01"]})
    return History(visits, clean_table("vehicle_sales", [{"vin": "C", "sale_date": "2025-01-15"}]))


def test_what_was_known_on_a_day(history):
    moments = history.at(*on("2024-09-30", "A", "B", "C", history=history))
    known = [CLASSES[place] if place < len(CLASSES) else "never" for place in moments.visit_class]
    assert known == ["B", "never", "never"]
    assert moments.age.tolist() == [0, -1, -1]
    assert (moments.last >= 0).tolist() == [True, False, False]
    assert (moments.following >= 0).tolist() == [True, True, False]


def test_a_vehicle_never_seen_has_the_age_since_its_sale(history):
    assert history.at(*on("2025-04-14", "C", history=history)).age.tolist() == [2]


def test_who_came_until_a_day(history):
    unit, day = on("2024-12-31", "A", "B", "C", history=history)
    moments = history.at(unit, day)
    assert history.came(moments, day + 10).tolist() == [True, False, False]
    assert history.came(moments, day + 9).tolist() == [False, False, False]


def test_no_visits(visits_of, clean_table):
    history = History(visits_of({}), clean_table("vehicle_sales", [{"vin": "C", "sale_date": "2025-01-15"}]))
    unit, day = on("2025-03-01", "C", history=history)
    moments = history.at(unit, day)
    assert moments.age.tolist() == [1] and not history.came(moments, day + 99).any()


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 1500)), min_size=1, max_size=12),
    st.integers(400, 1600),
)
def test_classes_and_ages_are_those_of_the_other_chapters(rows, offset):
    start = pd.Timestamp("2021-01-01")
    visits = pd.DataFrame(
        {
            "ro_number": [str(n) for n in range(len(rows))],
            "vin": pd.Series([vin for vin, _ in rows], dtype="str"),
            "visit_date": pd.Series([start + pd.Timedelta(days=day) for _, day in rows]).dt.as_unit("s"),
            "service_type": "repair",
            "team": None,
            "total_amount": 1.0,
            "customer_id": None,
        }
    )
    sales = pd.DataFrame({"vin": ["A"], "sale_date": [start], "customer_id": None})
    sales["sale_date"] = sales["sale_date"].dt.as_unit("s")
    at = start + pd.Timedelta(days=offset)
    history, numbered = History(visits, sales), units(visits, sales)
    unit, day = on(at, *numbered.names, history=history)
    moments = history.at(unit, day)
    expected = visit_class(numbered.visits, numbered.sales, at=at)
    seen = moments.last >= 0
    assert moments.visit_class[seen].tolist() == expected[seen].tolist()
    last = pd.Series(
        history.visits["day"].to_numpy()[moments.last[seen]].astype("datetime64[D]").astype("datetime64[s]")
    )
    ages = age_in_months(last, at)
    # Only a month's last day counts differently: the 31st of March + 6 months is cut to the 30th.
    assert all(abs(a - b) <= (at.is_month_end) for a, b in zip(ages, moments.age[seen], strict=True))
