"""A year's target over its months and parts, on numbers that can be redone on paper."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.periods import months_of
from csanalysis.metrics.plan.planned import months_of_target, moved_alike

MONTHS = months_of(2026)


def test_months_add_up_to_the_year():
    """A hundred over eleven months of eight and one of twelve: each of them whole, none is lost."""
    found = months_of_target(100, pd.Series([8.0] * 11 + [12.0], index=MONTHS))
    assert found["value"].sum() == 100
    assert found["value"].tolist()[-1] == 12 and set(found["value"]) == {8, 12}
    assert found["period"].tolist() == MONTHS


@pytest.mark.parametrize("total, shares", [(np.nan, [1.0] * 12), (5, [np.nan] + [1.0] * 11), (5, [0.0] * 12)])
def test_what_is_not_known_is_not_spread(total, shares):
    assert months_of_target(total, pd.Series(shares, index=MONTHS)).empty
    assert months_of_target(5, pd.Series(dtype=float)).empty


def test_parts_move_by_as_much_as_the_whole():
    """Half of each grade: 0.8 and 0.4 made 0.6; for 0.65 each is to gain five points."""
    last = pd.Series({"A": 0.8, "B": 0.4})
    found = moved_alike(0.65, 0.6, last, plan_year=2026, by="grade", names=["A", "B"])
    assert found.set_index("grade")["value"].to_dict() == pytest.approx({"A": 0.85, "B": 0.45})
    assert set(found["period"]) == {"2026"}


def test_no_part_passes_the_whole_and_an_unknown_one_stays_unknown():
    last = pd.Series({"A": 0.98, "B": np.nan})
    found = moved_alike(0.65, 0.6, last, plan_year=2026, by="grade", names=["A", "B", "C"])
    assert found["value"].tolist()[0] == 1.0 and found["value"].isna().tolist() == [False, True, True]
