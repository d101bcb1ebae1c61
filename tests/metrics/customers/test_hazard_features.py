import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.customers.hazard_features import (
    MONTHS_OVERDUE,
    NEVER,
    OWN_GAPS,
    RECENCY_MONTHS,
    Histories,
    day_number,
    every_nth,
    features,
    histories,
    present,
)

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def visits(visits_of):
    """A comes three times, once for two orders on one day; B once, for a first service."""
    table = visits_of({"B": ["2025-03-01"], "A": ["2025-01-01", "2025-07-01", "2025-07-01", "2025-09-01"]})
    table["service_type"] = ["first_service", "repair", "repair", "scheduled_service", "repair"]
    return table


@pytest.fixture
def sales(clean_table):
    return clean_table("vehicle_sales", [{"vin": "B", "sale_date": "2024-12-01"}])


def known_of(visits, sales) -> Histories:
    return histories(visits, sales, months=6, km=7500, learned=AS_OF)


def day(date):
    return day_number(pd.Timestamp(date))


def test_histories_by_hand(visits, sales):
    known = known_of(visits, sales)
    assert known.names[known.unit].tolist() == ["A", "A", "A", "B"]
    assert known.day.tolist() == [day(d) for d in ("2025-01-01", "2025-07-01", "2025-09-01", "2025-03-01")]
    assert known.following.tolist() == [day("2025-07-01"), day("2025-09-01"), NEVER, NEVER]
    assert known.nth.tolist() == [1, 2, 3, 1] and known.kind.tolist() == [0, 2, 0, 1]
    # Gaps of 181 and 62 days: the median of both is 121.5.
    assert known.own_gap * 365.25 / 12 == pytest.approx([np.nan, 181, 121.5, np.nan], nan_ok=True)
    assert known.begun.tolist() == [day("2025-01-01")] * 3 + [day("2024-12-01")]
    # Nothing was learned: the next service is due six months after the last, none after a repair alone.
    assert known.expected == pytest.approx(
        [np.nan, day("2026-01-01"), day("2026-01-01"), day("2025-09-01")], nan_ok=True
    )


def test_who_was_seen_last_when(visits, sales):
    known = known_of(visits, sales)
    assert present(known, day("2024-12-31")).tolist() == []
    assert present(known, day("2025-07-01")).tolist() == [1, 3]
    assert present(known, day("2025-06-30")).tolist() == [0, 3]


def test_a_feature_is_what_was_known_that_day(visits, sales):
    whole, then = known_of(visits, sales), known_of(visits[visits["visit_date"] < "2025-08-01"], sales)
    late = day("2025-08-15")
    assert (features(whole, present(whole, late), late) == features(then, present(then, late), late)).all()


def test_unknown_is_no_feature(visits, sales):
    known = known_of(visits, sales)
    first, third = features(known, np.array([0, 2]), day("2025-10-01"))
    assert first[0] == third[0] == 1
    begin = 1 + len(RECENCY_MONTHS)
    gaps = slice(begin, begin + len(OWN_GAPS))
    overdue = slice(gaps.stop + 1, gaps.stop + 1 + len(MONTHS_OVERDUE))
    assert first[gaps].sum() == 0 and third[gaps].sum() == pytest.approx(1)
    assert first[overdue].sum() == 0 and third[overdue].sum() == pytest.approx(1)


def test_the_order_of_rows_makes_no_difference(visits, sales):
    turned = known_of(visits.iloc[::-1].reset_index(drop=True), sales)
    for one, other in zip(known_of(visits, sales), turned, strict=True):
        assert np.array_equal(np.asarray(one, dtype=object), np.asarray(other, dtype=object)) or np.allclose(
            one, other, equal_nan=True
        )


def test_nobody(visits, sales):
    known = known_of(visits.iloc[:0], sales.iloc[:0])
    assert len(known.day) == 0 and len(present(known, day("2025-12-31"))) == 0
    assert len(features(known, np.zeros(0, dtype=int), 0)) == 0


def test_one_of_so_many_whatever_else_there_is():
    names = pd.Index([f"V{number}" for number in range(3000)])
    chosen = every_nth(names, 3)
    assert 900 < chosen.sum() < 1100
    assert every_nth(names[:10], 3).tolist() == chosen[:10].tolist()
    assert every_nth(names, 1).all()
