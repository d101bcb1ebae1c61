"""What a visit brings, before and after: amounts that can be redone on paper."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.upsell.revenue import (
    revenue_before,
    revenue_per_visit,
    revenue_per_visit_change,
    revenue_series,
)

AS_OF, SINCE = pd.Timestamp("2025-12-31"), pd.Timestamp("2025-07-01")


def orders(*rows) -> pd.DataFrame:
    """Repair orders from ``(date, service type, amounts)``."""
    return pd.DataFrame(
        [
            {"visit_date": pd.Timestamp(date), "service_type": kind, "total_amount": float(amount)}
            for date, kind, amounts in rows
            for amount in amounts
        ]
    )


def estimate(visits, **options):
    found = revenue_per_visit_change(visits, graded_since=SINCE, as_of=AS_OF, **options)
    assert found["period"].tolist() == ["2025-12-31"]
    return found[["value", "low", "high"]].iloc[0].tolist()


# Two types rise by 100 and by 300; a third is there only afterwards. The first day of grading is after.
RISEN = orders(
    ("2025-06-30", "repair", [900, 1100]), ("2025-06-01", "accident", [3000, 3000]),
    ("2025-07-01", "repair", [1000, 1100, 1200]), ("2025-08-01", "accident", [3300, 3300]),
    ("2025-09-01", "warranty", [100]), ("2025-09-02", "repair", [np.nan]),
)  # fmt: skip


def test_a_type_weighs_as_many_visits_as_tell_of_its_change():
    # Of repairs 3 x 2 / 5 = 1.2, of accidents 2 x 2 / 4 = 1; warranty has nothing before.
    assert estimate(RISEN, standardised=True)[0] == pytest.approx((1.2 * 100 + 1 * 300) / 2.2)


def test_the_crude_change_is_of_all_visits_with_an_amount():
    assert estimate(RISEN)[0] == pytest.approx((3300 + 6600 + 100) / 6 - 8000 / 4)
    assert revenue_before(RISEN, graded_since=SINCE) == 2000
    assert np.isnan(revenue_before(RISEN, graded_since=None))


def monthly(amounts):
    """Six months at 1,000 yuan, then one visit of each amount a month."""
    before = [(f"2025-{month:02d}-05", "repair", [1000]) for month in range(1, 7)]
    after = [(f"2025-{month:02d}-05", "repair", [amount]) for month, amount in enumerate(amounts, 7)]
    return orders(*before, *after)


@pytest.mark.parametrize("standardised", [False, True], ids=["crude", "same mix"])
@pytest.mark.parametrize(
    ("amounts", "limits"),
    [([1600] + [1000] * 5, (100, 0, 300)), ([1000] + [1600] * 5, (500, 300, 600))],
    ids=["one dear month", "one cheap month"],
)
def test_limits_are_those_of_months_drawn(amounts, limits, standardised):
    # Of six months drawn the odd one is drawn 0 times in 33 % of draws, more than twice in 6 %, more than three
    # times in 0.9 %: the 2.5 % at that end lie at three of six.
    assert estimate(monthly(amounts), standardised=standardised) == pytest.approx(limits)


def test_five_months_have_no_limits():
    value, low, high = estimate(monthly([1600] + [1000] * 4))
    assert value == pytest.approx(120) and np.isnan([low, high]).all()


@pytest.mark.parametrize(
    "since", [None, "2025-01-01", "2026-01-01"], ids=["not said", "all after", "all before"]
)
def test_nothing_to_compare(since):
    since = since and pd.Timestamp(since)
    found = revenue_per_visit_change(monthly([1000] * 6), graded_since=since, as_of=AS_OF)
    assert found["value"].isna().all() and len(found) == 1
    assert revenue_series(monthly([1000] * 6), graded_since=since) is None


def test_a_month_without_an_amount_is_nan_and_not_0():
    found = revenue_per_visit(RISEN, since=pd.Timestamp("2025-06-01"), as_of=pd.Timestamp("2025-10-31"))
    found = found.set_index("period")
    assert found["value"]["2025-09"] == 100 and found["denominator"]["2025-09"] == 1
    assert np.isnan(found["value"]["2025-10"]) and np.isnan(found["numerator"]["2025-10"])
    assert found["denominator"]["2025-10"] == 0
