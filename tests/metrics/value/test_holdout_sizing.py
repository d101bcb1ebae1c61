"""Holdouts sized before they begin, worked out on paper."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.value import holdout_sizing


def lists_of(*rows):
    return pd.DataFrame(rows, columns=["list", "vehicles", "base"])


def test_a_holdout_is_sized_before_it_begins():
    """1,000 vehicles, 100 kept: sqrt(.5 * .5 / 100 + .55 * .45 / 900) = 0.05268, so 5 points are 0.949 errors."""
    each, whole = holdout_sizing.holdout_planned_power(
        lists_of(("service_due", 1000, 0.5)), share=0.1, year=2026
    )
    error = np.sqrt(0.25 / 100 + 0.2475 / 900)
    power = stats.norm.sf(1.959964 - 0.05 / error) + stats.norm.cdf(-1.959964 - 0.05 / error)
    for row in (each.iloc[0], whole.iloc[0]):
        assert row["value"] == pytest.approx(power, abs=1e-6)
        assert (row["numerator"], row["denominator"]) == (100, 900)
    (_, twice) = holdout_sizing.holdout_planned_power(
        lists_of(("service_due", 1000, 0.5)), share=0.1, year=2026, years=2
    )
    assert twice["value"].iloc[0] > power and twice["numerator"].iloc[0] == 200


def test_lists_together_tell_more_and_sooner():
    """One list: (2.80159 * 0.05268 / 0.05)^2 = 8.71 years, so 9; two alike halve the variance: 4.36, so 5."""
    one, two = lists_of(("a", 1000, 0.5)), lists_of(("a", 1000, 0.5), ("b", 1000, 0.5))
    months = [
        holdout_sizing.holdout_months_needed(lists, share=0.1, year=2026, list_months=4)[-1]["value"].iloc[0]
        for lists in (one, two)
    ]
    assert months == [8 * 12 + 4, 4 * 12 + 4]
    (_, half) = holdout_sizing.holdout_months_needed(one, share=0.5, year=2026, list_months=4)
    assert half["value"].iloc[0] == 3 * 12 + 4  # sqrt(.25 / 500 + .2475 / 500): 3.12 years


@pytest.mark.parametrize(
    "rows", [[("a", 3, 0.5)], [("a", 1000, np.nan)]], ids=["nobody kept apart", "base unknown"]
)
def test_what_cannot_be_sized(rows):
    sizing = {"share": 0.1, "year": 2026}
    for frame in (
        *holdout_sizing.holdout_planned_power(lists_of(*rows), **sizing),
        *holdout_sizing.holdout_months_needed(lists_of(*rows), list_months=4, **sizing),
    ):
        assert frame["value"].isna().all()
    assert holdout_sizing.holdout_planned_power(lists_of(), **sizing) == []


@pytest.mark.parametrize(
    ("vehicles", "base", "share", "years"),
    [
        # sqrt(.16 / 500 + .1875 / 500) = 0.02636: (2.80159 * 0.02636 / 0.05)^2 = 2.18
        (1000, 0.2, 0.5, 3),
        # nobody comes of those kept apart, and a called one comes in 20 cases: sqrt(.0475 / 500): 0.30
        (1000, 0.0, 0.5, 1),
        # 97 % and what is called cannot pass 100 %: sqrt(.0291 / 500): 0.18
        (1000, 0.97, 0.5, 1),
        # one kept apart: sqrt(.16 / 1 + .1875 / 9) = 0.4252: 567.7
        (10, 0.2, 0.1, 568),
    ],
)
def test_years_until_five_points_are_seen(vehicles, base, share, years):
    (row, _) = holdout_sizing.holdout_months_needed(
        lists_of(("a", vehicles, base)), share=share, year=2026, list_months=0
    )
    assert row["value"].item() == 12 * (years - 1)
