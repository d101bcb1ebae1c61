import numpy as np
import pytest

from csanalysis.metrics.plan.goal_review import Course
from csanalysis.metrics.plan.target_course import target_course

NAN = float("nan")
KEY = {"goal": "g"}


def course(kind, plan, actual, **changes):
    known = np.array([*actual, *[NAN] * (12 - len(actual))], float)
    given = {"better": "higher", "aim": 12 * plan, "hits": np.full(12, NAN), "sizes": np.full(12, NAN)}
    given |= {"sigma": 1.0, "years": 3}
    return Course(kind, plan=np.full(12, plan), actual=known, **given | changes)


def of(found, name):
    return found[found["course"] == name].set_index("period")["value"].to_list()


def test_a_count_goes_on_as_it_went_so_far():
    """Ten a month planned; 12, 8, 13 came: 12 + 1.2 × 110, 20 + 1.0 × 100, 33 + 1.1 × 90."""
    found = target_course([course("count", 10.0, [12, 8, 13][:n]) for n in (1, 2, 3)], year=2026, key=KEY)
    assert of(found, "so_far") == [12, 20, 33]
    assert of(found, "expected") == pytest.approx([144, 120, 132])
    assert of(found, "target") == [120, 120, 120]
    ends = found[found["course"] == "expected"]
    assert (ends["low"] < ends["value"]).all() and (ends["value"] < ends["high"]).all()
    assert set(found["goal"]) == {"g"} and list(found["period"].unique()) == ["2026-01", "2026-02", "2026-03"]


def test_the_end_is_known_once_the_year_is_over():
    found = target_course([course("count", 10.0, [11] * n) for n in range(1, 13)], year=2026, key=KEY)
    assert of(found, "expected")[-1] == of(found, "so_far")[-1] == 132
    last = found[(found["course"] == "expected") & (found["period"] == "2026-12")].iloc[0]
    assert last["low"] == last["high"] == 132


def test_a_month_without_data_is_no_month_of_zero():
    found = target_course([course("count", 10.0, values) for values in ([], [NAN, 8])], year=2026, key=KEY)
    assert np.isnan(of(found, "expected")[0]) and np.isnan(of(found, "so_far")[0])
    assert of(found, "expected")[1] == pytest.approx(8 + 0.8 * 110)
