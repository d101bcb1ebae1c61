"""Plain forecasts that a rule has to beat: last year again, and past years smoothed.

Every forecast knows, of the year it tests, only the years before. Methods are held against the rule in use on
the same years, by how far they were off.
"""

import numpy as np
import pandas as pd

from csanalysis.metrics.periods import span
from csanalysis.metrics.results import group_columns, tidy

SMOOTHING = 0.5
"""Weight of the latest year in exponential smoothing; all before it share the rest alike."""

FEWEST_TESTED = 2
"""Years in which a method has to have been tested before it can take the place of a rule."""

RULE, LAST_YEAR, SMOOTHED = "rule", "last_year", "exponential_smoothing"


def plain_backtest(past: "pd.Series[float]") -> pd.DataFrame:
    """What last year's number, and the smoothed ones, would have foretold.

    Parameters
    ----------
    past : Series
        The measure by year (int), complete years only; unknown years are passed over.

    Returns
    -------
    DataFrame
        By year and ``method``: ``value`` foretold, ``numerator`` what came. A year with none before it is
        left out.

    Notes
    -----
    Simple exponential smoothing: the forecast moves by :data:`SMOOTHING` of what it was off. Source: R. G.
    Brown (1959), Statistical Forecasting for Inventory Control.
    """
    known = past.dropna().sort_index()
    smoothed, level = [], np.nan
    for value in known:
        smoothed.append(level)
        level = value if np.isnan(level) else level + SMOOTHING * (value - level)
    told = {LAST_YEAR: known.shift().to_numpy(float), SMOOTHED: np.array(smoothed, float)}
    years = [str(year) for year in known.index]
    rows = [
        tidy(years, value=values, numerator=known.to_numpy(float), method=method)
        for method, values in told.items()
    ]
    return pd.concat(rows).dropna(subset="value").reset_index(drop=True)


def forecast_error(backtest: pd.DataFrame) -> pd.DataFrame:
    """How far each method was off in a year, on average.

    Parameters
    ----------
    backtest : DataFrame
        ``value`` foretold, ``numerator`` came, by year, ``method`` and perhaps another split.

    Returns
    -------
    DataFrame
        By ``method`` and split, over the span of those years that every method of the split foretold:
        ``numerator`` = sum of errors without their signs, ``denominator`` = years, ``value`` = mean absolute
        error. Lower is better.
    """
    split = group_columns(backtest)
    if backtest.empty:
        return tidy([], **{name: [] for name in split})
    others = [name for name in split if name != "method"]
    key = [*others, "period"]
    methods = backtest.groupby(others)["method"] if others else None
    wanted = backtest["method"].nunique() if methods is None else methods.transform("nunique")
    kept = backtest[backtest.groupby(key)["method"].transform("nunique") == wanted]
    if kept.empty:
        return tidy([], **{name: [] for name in split})
    off = kept.assign(off=(kept["value"] - kept["numerator"]).abs(), year=kept["period"].astype(int))
    found = off.groupby(split, sort=False).agg(
        sum=("off", "sum"), years=("off", "size"), first=("year", "min"), last=("year", "max")
    )
    found = found.reset_index()
    spans = [span([first, last]) for first, last in zip(found["first"], found["last"], strict=True)]
    groups = {name: found[name] for name in split}
    return tidy(spans, numerator=found["sum"], denominator=found["years"], **groups)


def nearest_method(errors: pd.DataFrame, *, rule: str = RULE, by: str = "method") -> str:
    """The method that was nearest, if it beats the rule over two tested years or more; else the rule.

    Parameters
    ----------
    errors : DataFrame
        Of one goal: ``value`` [error] by the column ``by``, all over the same years.
    rule : str
        What the rule is called there.

    Returns
    -------
    str
        Ties go to the rule.
    """
    known = errors.dropna(subset="value")
    own = known[known[by] == rule]
    if own.empty or own["denominator"].iloc[0] < FEWEST_TESTED:
        return rule
    best = known.iloc[int(known["value"].to_numpy(float).argmin())]
    return str(best[by]) if best["value"] < own["value"].iloc[0] else rule
