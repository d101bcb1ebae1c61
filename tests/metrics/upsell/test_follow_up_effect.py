import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.upsell.follow_up_effect import follow_up_cells, follow_up_effect

AS_OF = pd.Timestamp("2025-12-31")


def declined(*kinds, grade="A"):
    """``(how many, followed up after, done after)`` [days], declined on 1 January 2025."""
    rows = [(after, done) for count, after, done in kinds for _ in range(count)]
    day = pd.Timestamp("2025-01-01")
    followed = [pd.NaT if after is None else day + pd.Timedelta(days=after) for after, _ in rows]
    return pd.DataFrame(
        {
            "date": pd.Series([day] * len(rows), dtype="datetime64[s]"),
            "grade": pd.Categorical([grade] * len(rows), categories=["A", "B", "C"]),
            "followed_up_date": pd.Series(followed, dtype="datetime64[s]"),
            "recovered_days": [np.nan if done is None else float(done) for _, done in rows],
        }
    )


def test_asked_again_against_left_alone():
    # 40 followed up on day 5, half of them done within 90 days; of 60 others 15 done.
    cases = declined((20, 5, 30), (20, 5, None), (15, None, 40), (45, None, None))
    cells = follow_up_cells(cases, as_of=AS_OF)
    # On day 0 all 100 are still open and not asked: 35 of them were done within 90 days.
    assert cells.to_numpy().tolist() == [["A", 0, 40, 20, 100, 35]]
    found = follow_up_effect(cells, period="2025")
    assert found[["period", "grade", "denominator"]].to_numpy().tolist() == [["2025", "A", 40]]
    likely = 36 / 102
    half = 1.959964 * (0.5 * 0.5 / 40 + likely * (1 - likely) / 100) ** 0.5
    assert found[["value", "low", "high"]].to_numpy()[0] == pytest.approx([0.15, 0.15 - half, 0.15 + half])


def test_work_done_before_anybody_asked_is_no_success_of_asking():
    cells = follow_up_cells(declined((40, 20, 10), (40, None, None)), as_of=AS_OF)
    assert cells.empty


def test_ninety_days_must_be_over_and_thirty_items_asked_for():
    cases = declined((40, 5, 30), (40, None, None))
    assert follow_up_cells(cases, as_of=pd.Timestamp("2025-04-01")).empty
    few = follow_up_cells(declined((29, 5, 30), (40, None, None)), as_of=AS_OF)
    assert len(few) == 1 and follow_up_effect(few, period="2025").empty


def test_nothing_declined():
    cells = follow_up_cells(declined(), as_of=AS_OF)
    assert cells.empty and follow_up_effect(cells, period="2025").empty


def test_thirty_items_are_enough():
    cells = follow_up_cells(declined((30, 5, 30), (40, None, None)), as_of=AS_OF)
    assert follow_up_effect(cells, period="2025")["denominator"].tolist() == [30]
