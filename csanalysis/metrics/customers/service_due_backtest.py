"""The service-due prediction held against the past: how far off it was, and how often its band held true."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.service_habits import came_in_time, learn_habits, predict_next_service
from csanalysis.metrics.periods import add_months
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson

METHODS = ("prediction", "same_interval", "params_interval")


def service_due_backtest(rows: pd.DataFrame, *, months: int, km: float, as_of: pd.Timestamp) -> pd.DataFrame:
    """Arrivals of past years beside what would have been expected when each vehicle was last serviced.

    Parameters
    ----------
    rows : DataFrame
        From :func:`csanalysis.metrics.customers.service_due.services`.
    months, km
        The service interval.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row an arrival whose vehicle had been serviced twice before: ``year`` of the arrival, the error of
        each method [days late against it; ``prediction``, ``same_interval``, ``params_interval``],
        ``within`` (inside the band), ``width`` [days of the band] - NaN where nothing had been learned.

    Notes
    -----
    The habits that a year's expectations rest on are learned from the arrivals of the years before. An
    arrival later than twice the interval in months is a return after a lapse and no case; years before
    there was enough to learn from are none either, unless there is no other year. Nor is the arrival after a
    first service: the time from the sale to it is no service interval that could come again.
    """
    came = rows[came_in_time(rows, months) & (rows["next_service"] <= as_of).to_numpy()]
    came = came[came["interval_before"].notna().to_numpy()]
    parts = []
    for year, cases in came.groupby(came["next_service"].dt.year):
        habits = learn_habits(rows, months=months, km=km, before=pd.Timestamp(year, 1, 1))
        told = predict_next_service(cases, habits, months=months, km=km)
        again = cases["service_date"] + pd.to_timedelta(cases["interval_before"], unit="D")
        plain = add_months(cases["service_date"], months)
        arrived = cases["next_service"]
        inside = (arrived >= told["from"]) & (arrived <= told["until"])
        parts.append(
            pd.DataFrame(
                {
                    "year": year,
                    "prediction": (arrived - told["expected"]).dt.days,
                    "same_interval": (arrived - again).dt.days,
                    "params_interval": (arrived - plain).dt.days,
                    "within": inside.astype(float) if habits.learned else np.nan,
                    "width": (told["until"] - told["from"]).dt.days,
                }
            )
        )
    if not parts:
        return pd.DataFrame(columns=["year", *METHODS, "within", "width"], dtype=float)
    cases = pd.concat(parts, ignore_index=True)
    learned = cases["within"].notna()
    return cases[learned].reset_index(drop=True) if learned.any() else cases


def service_due_error_days(
    cases: pd.DataFrame, *, as_of: pd.Timestamp, by_method: bool = False
) -> pd.DataFrame:
    """By how many days the expected date was wrong, half of the time by less.

    Parameters
    ----------
    cases : DataFrame
        From :func:`service_due_backtest`.
    as_of : Timestamp
        Names the period of all cases together.
    by_method : bool
        One row a ``method``: our prediction, the same interval again, the params' interval in months.

    Returns
    -------
    DataFrame
        At ``as_of`` and for every year: ``denominator`` [arrivals], ``value`` [days, median of the absolute
        error], ``low``, ``high`` (95 %, by order statistics). NaN without a case. Lower is better.

    Notes
    -----
    All methods are judged on the same arrivals.
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    methods = METHODS if by_method else METHODS[:1]
    found = [
        (period, method, *_median(rows[method].abs().to_numpy(float)))
        for method in methods
        for period, rows in _periods(cases, as_of)
    ]
    periods, named, sizes, values, lows, highs = (list(column) for column in zip(*found, strict=True))
    groups = {"method": named} if by_method else {}
    return tidy(periods, denominator=sizes, value=values, low=lows, high=highs, **groups)


def service_due_coverage(cases: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Share of the arrivals that fell inside the band; four in five are meant to.

    Returns
    -------
    DataFrame
        At ``as_of`` and for every year: ``numerator``, ``denominator`` [arrivals], ``value`` [fraction 0-1],
        ``low``, ``high`` (95 % Wilson). NaN without a band. Neither high nor low is better: 80 % is meant.
    """
    found = [(period, rows["within"].dropna()) for period, rows in _periods(cases, as_of)]
    inside, size = [within.sum() for _, within in found], [len(within) for _, within in found]
    low, high = wilson(inside, size)
    return tidy([period for period, _ in found], numerator=inside, denominator=size, low=low, high=high)


def service_due_band_days(cases: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Median width of the band [days], at ``as_of`` and for every year. Lower is better."""
    found = [(period, rows["width"].median()) for period, rows in _periods(cases, as_of)]
    return tidy([period for period, _ in found], value=[width for _, width in found])


def _periods(cases: pd.DataFrame, as_of: pd.Timestamp) -> Sequence[tuple[str, pd.DataFrame]]:
    years = [(str(year).removesuffix(".0"), rows) for year, rows in cases.groupby("year")]
    return [(f"{as_of:%Y-%m-%d}", cases), *years]


def _median(errors: NDArray[np.float64]) -> tuple[int, float, float, float]:
    """How many, their median, and its interval by the order statistics that hold it 95 times in 100."""
    from scipy.stats import binom

    count = len(errors)
    if not count:
        return 0, np.nan, np.nan, np.nan
    rank = int(binom.ppf(0.025, count, 0.5))
    ordered = np.sort(errors)
    ends = (np.nan, np.nan) if rank < 1 else (ordered[rank - 1], ordered[count - rank])
    return count, float(np.median(errors)), float(ends[0]), float(ends[1])
