"""Weak items: where the store is behind the region by more than chance."""

import numpy as np
import pandas as pd
import scipy

from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.survey_items import ITEM, score_gap

LEAST_MONTHS = 6
"""Months of a year with score and region, from which on they are tested where the responses are too few."""


def months_below(months: pd.DataFrame) -> pd.Series:
    """The longest run of consecutive calendar months below the region, within each calendar year.

    Parameters
    ----------
    months : DataFrame
        What :func:`csanalysis.metrics.surveys.survey_items.item_months` returns.

    Returns
    -------
    Series
        [months] by ``programme``, ``item_code``, ``year``; a month without score or region ends a run. Years
        without such a month are not in it.
    """
    rows = months.assign(gap=score_gap(months))["gap"].dropna().reset_index().sort_values([*ITEM, "month"])
    rows["year"] = rows["month"] // 12 + 1970
    below = rows["gap"] < 0
    place = [*ITEM, "year"]
    same = (
        (rows[place] == rows[place].shift()).all(axis=1)
        & (rows["month"].diff() == 1)
        & (below == below.shift())
    )
    rows["run"] = below.groupby((~same).cumsum()).cumsum()
    longest: pd.Series = rows.groupby(place)["run"].max()
    return longest


def weak_items(
    years: pd.DataFrame, months: pd.DataFrame, *, min_responses: int, q_value: float
) -> pd.DataFrame:
    """What is known of each item's weakness.

    Parameters
    ----------
    years, months : DataFrame
        What :func:`csanalysis.metrics.surveys.survey_items.item_years` and ``item_months`` return.
    min_responses : int
        Items with fewer responses in the year go by their months.
    q_value : float
        Share of false alarms to be borne among the items called weak [fraction 0-1].

    Returns
    -------
    DataFrame
        By ``programme``, ``item_code``, ``year``: ``months_below`` (a description), ``q`` and ``weak`` (1 or
        0), both NaN where nothing could be tested.

    Notes
    -----
    One-sample, one-sided t test: of the year's own responses against the weighted regional mean, or, of items
    with too few of them and at least :data:`LEAST_MONTHS` months with score and region, of the unweighted
    monthly gaps against 0. All tested items of a programme and year are one family for the false-discovery
    rate.
    Source: Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate, JRSS B 57.
    """
    gap = score_gap(years)
    enough = (years["responses"] >= min_responses) & gap.notna()
    by_responses = _chance_of_so_low(gap, years["deviation"], years["responses"])
    by_months = _chance_of_months(months).reindex(years.index).where(gap.notna())
    chance = by_responses.where(enough, by_months)
    adjusted = (
        chance.dropna().groupby(level=["programme", "year"]).transform(scipy.stats.false_discovery_control)
    )
    q = adjusted.reindex(years.index)
    weak = ((q <= q_value) & (gap < 0)).astype(float).where(q.notna())
    runs = months_below(months).reindex(years.index)
    return pd.DataFrame({"months_below": runs.where(gap.notna()), "q": q, "weak": weak})


def weak_item(found: pd.DataFrame) -> pd.DataFrame:
    """1 where the item is weak, 0 where it is not, or cannot be shown to be; NaN where no item can be tested.

    Parameters
    ----------
    found : DataFrame
        What :func:`weak_items` returns.

    Returns
    -------
    DataFrame
        One row an item (``programme``, ``item_code``) and year: ``value``. Lower is better.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    tested = found["weak"].groupby(level=["programme", "year"]).transform("count") > 0
    return _by_item(found, found["weak"].mask(tested & found["weak"].isna(), 0.0))


def item_q_value(found: pd.DataFrame) -> pd.DataFrame:
    """The share of false alarms to be borne if this item and all clearer ones are called weak.

    One row an item and year: ``value`` [fraction 0-1], NaN where nothing could be tested.
    """
    return _by_item(found, found["q"])


def item_months_below(found: pd.DataFrame) -> pd.DataFrame:
    """Longest run of months below the region; one row an item and year: ``value`` [months]."""
    return _by_item(found, found["months_below"])


def _chance_of_so_low(gap: pd.Series, deviation: pd.Series, size: pd.Series) -> pd.Series:
    """Chance of a mean so low if the store were as the region; where all answers agree, the gap decides."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = gap.to_numpy() / (deviation.to_numpy() / np.sqrt(size.to_numpy()))
    t = np.where((deviation == 0) & (gap == 0), 0.0, t)
    return pd.Series(scipy.stats.t.cdf(t, size - 1), index=gap.index)


def _chance_of_months(months: pd.DataFrame) -> "pd.Series[float]":
    """Chance of monthly gaps so low if the store were as the region, by item and year; NaN: few months."""
    gaps = months.assign(gap=score_gap(months).round(9))["gap"].dropna().reset_index()
    gaps["year"] = gaps["month"] // 12 + 1970
    by_year = gaps.groupby([*ITEM, "year"])["gap"]
    size = by_year.size()
    spread = by_year.std().mask(by_year.max() == by_year.min(), 0.0)
    return _chance_of_so_low(by_year.mean(), spread, size).where(size >= LEAST_MONTHS)


def _by_item(found: pd.DataFrame, numbers: pd.Series) -> pd.DataFrame:
    keys = found.index.to_frame(index=False)
    return tidy(
        keys["year"].astype(str), value=numbers.to_numpy(float), **{name: keys[name] for name in ITEM}
    )
