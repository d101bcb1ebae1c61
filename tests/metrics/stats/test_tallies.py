import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.stats.tallies import Timeline, count_hits, split_by

DAYS = pd.to_datetime(["2024-11-03", "2024-11-30", "2025-01-01", None, "2025-02-01"])
CASES = pd.DataFrame(
    {"team": pd.Categorical(["x", "y", "x", "x", None]), "grade": pd.Categorical(list("ABAAB"))}
)


def timeline(as_of: str = "2025-01-15") -> Timeline:
    return Timeline.spanning(pd.Series(DAYS), since=pd.Timestamp("2024-11-03"), as_of=pd.Timestamp(as_of))


def test_months_and_years_with_the_empty_ones():
    found = timeline()
    assert found.periods() == ["2024-11", "2024-12", "2025-01", "2024", "2025"]
    assert found.sums(split_by(CASES)).tolist() == [[2, 0, 1, 2, 1]]
    assert found.sums(split_by(CASES, "team")).tolist() == [[1, 0, 1, 1, 1], [1, 0, 0, 1, 0]]
    assert found.year_of_row.tolist() == [0, 0, 1, -1, -1]


def test_weights_are_summed():
    sums = timeline().sums(split_by(CASES), np.array([1.5, 2.0, 4.0, 8.0, 16.0]), kind="year")
    assert sums.tolist() == [[3.5, 4.0]]


def test_only_combinations_that_occur_are_groups():
    split = split_by(CASES, "team", "grade")
    assert split.groups == {"team": ["x", "y"], "grade": ["A", "B"]}
    assert split.code.tolist() == [0, 1, 0, 0, -1]


def test_nothing_begins_after_the_end():
    none = Timeline.spanning(pd.Series(DAYS), since=pd.NaT, as_of=pd.Timestamp("2025-01-15"))
    assert none.periods() == [] and none.sums(split_by(CASES)).shape == (1, 0)


@given(st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 3), st.booleans()), max_size=30))
def test_rows_are_counted_by_codes(rows):
    first, second, yes = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.zeros(0, int),) * 3
    )
    accepted, all_ = count_hits((first, second), (3, 4), yes.astype(bool))
    for a in range(3):
        for b in range(4):
            assert all_[a, b] == sum(row[:2] == (a, b) for row in rows)
            assert accepted[a, b] == sum(row == (a, b, True) for row in rows)
