"""Which forecast of first services the plan's months follow: the one nearer in the store's own past."""

import numpy as np
import pandas as pd

from csanalysis.metrics.results import tidy, with_period_kind

RETURN_RATE, WAITING_TIMES = "return_rate", "lag_kernel"
FEWEST_TESTED = 2
"""Years in which both have been tested before the waiting times can take the place of the rule."""


def method_in_use(errors: pd.DataFrame, expected: pd.DataFrame, forecast: pd.DataFrame) -> str:
    """The rule's or the waiting times': whichever was off less over at least two years of back-test.

    Parameters
    ----------
    errors : DataFrame
        ``first_service_backtest_error`` by ``rule``, years and the span of all years.
    expected, forecast : DataFrame
        ``first_service_expected`` and ``first_service_forecast`` of the plan year.

    Returns
    -------
    str
        ``return_rate``, also in a tie and where the waiting times do not know a month that the rule knows;
        or ``lag_kernel``.
    """
    years = with_period_kind(errors, "year")
    tested = years.dropna(subset="value").groupby("rule")["period"].nunique()
    whole = with_period_kind(errors, "span").dropna(subset="value").set_index("rule")["value"]
    if len(whole) == 0:  # one year alone is no span
        return RETURN_RATE
    if tested.reindex([RETURN_RATE, WAITING_TIMES]).fillna(0).min() < FEWEST_TESTED:
        return RETURN_RATE
    if not whole.get(WAITING_TIMES, np.inf) < whole.get(RETURN_RATE, -np.inf):
        return RETURN_RATE
    months = with_period_kind(forecast, "month").set_index("period")["value"]
    asked = expected.set_index("period")["value"]
    unknown = months.reindex(asked.index).isna() & asked.notna()
    return RETURN_RATE if unknown.any() else WAITING_TIMES


def forecast_in_use(method: str, *, plan_year: int) -> pd.DataFrame:
    """1 for the ``method`` that the plan follows, 0 for the other."""
    names = [RETURN_RATE, WAITING_TIMES]
    return tidy([str(plan_year)] * 2, value=[float(name == method) for name in names], method=names)
