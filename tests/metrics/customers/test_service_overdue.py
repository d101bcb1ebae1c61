"""By which day half of those that come soon have come, where the chance of every vehicle is known."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.customers.hazard_features import day_number, present
from csanalysis.metrics.customers.return_hazard import MONTH_DAYS, chance_to_come, learn_hazard
from csanalysis.metrics.customers.service_overdue import SOON_MONTHS, half_way_dates, half_way_days

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture(scope="module")
def learned(visits_of, clean_table):
    """Three years of 300 vehicles that come at random, each at its own rate."""
    random, first = np.random.default_rng(7), pd.Timestamp("2023-01-01")
    dates = {}
    for number, monthly in enumerate(np.linspace(0.04, 0.35, 300)):
        days = np.flatnonzero(random.random(1096) < monthly / 30)
        dates[f"V{number:03d}"] = [str((first + pd.Timedelta(days=int(day))).date()) for day in days]
    return learn_hazard(visits_of(dates), clean_table("vehicle_sales"), as_of=AS_OF, months=6, km=7500)


def test_half_way_half_of_the_visits_of_six_months_have_come(learned):
    known, coefficients, *_ = learned
    day = day_number(AS_OF)
    rows = present(known, day)
    days = half_way_days(known, coefficients, rows, day)

    def chance(within):
        return chance_to_come(known, coefficients, rows, day, within)

    whole = chance(round(SOON_MONTHS * MONTH_DAYS))
    # Straight lines within a month, and whole days.
    assert chance(days - day) == pytest.approx(whole / 2, abs=0.015)
    # Whoever seldom comes stands half way near the middle, whoever often comes sooner.
    assert np.corrcoef(days, whole)[0, 1] < -0.7
    vins = pd.Series(known.names[known.unit[rows]])[::2]
    told = half_way_dates(learned, vins)
    assert told.tolist() == [pd.Timestamp(int(each), unit="D") for each in days[::2]]


def test_where_too_little_was_learned_no_day_is_said(visits_of, clean_table):
    few = visits_of({"A": ["2025-03-01", "2025-09-01"]})
    nothing = learn_hazard(few, clean_table("vehicle_sales"), as_of=AS_OF, months=6, km=7500)
    told = half_way_dates(nothing, pd.Series(["A"]))
    assert told.isna().all() and told.dtype.kind == "M"
