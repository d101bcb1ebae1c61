"""Weak items: where the store is behind the region by more than chance."""

import numpy as np
import pandas as pd
from scipy import stats

from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.survey_items import ITEM, gap_of

MONTHS_IN_A_ROW = 3
"""So many months below the region in a row make an item weak that has too few responses for a test."""


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
    rows = months.assign(gap=gap_of(months))["gap"].dropna().reset_index().sort_values([*ITEM, "month"])
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
        By ``programme``, ``item_code``, ``year``: ``months_below``, ``q`` (NaN where untested), ``weak``
        (1, 0, NaN without own score or region).

    Notes
    -----
    One-sample, one-sided t test of the year's own responses against the weighted regional mean;
    false-discovery rate over the items of a programme and year.
    Source: Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate, JRSS B 57.
    """
    gap = gap_of(years)
    tested = (years["responses"] >= min_responses) & gap.notna()
    chance = _chance_of_so_low(gap, years["deviation"], years["responses"]).where(tested)
    adjusted = chance.dropna().groupby(level=["programme", "year"]).transform(stats.false_discovery_control)
    q = adjusted.reindex(years.index)
    runs = months_below(months).reindex(years.index)
    by_months = runs.fillna(0) >= MONTHS_IN_A_ROW
    weak = ((q <= q_value) & (gap < 0)).where(tested, by_months).astype(float).where(gap.notna())
    return pd.DataFrame({"months_below": runs.where(gap.notna()), "q": q, "weak": weak})


def weak_item(found: pd.DataFrame) -> pd.DataFrame:
    """1 where the item is weak, 0 where it is not, or cannot be shown to be; NaN where no item can be judged.

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
    judged = found["weak"].groupby(level=["programme", "year"]).transform("count") > 0
    return _by_item(found, found["weak"].mask(judged & found["weak"].isna(), 0.0))


def item_q_value(found: pd.DataFrame) -> pd.DataFrame:
    """The share of false alarms to be borne if this item and all clearer ones are called weak.

    One row an item and year: ``value`` [fraction 0-1], NaN where the months decide.
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
    return pd.Series(stats.t.cdf(t, size - 1), index=gap.index)


def _by_item(found: pd.DataFrame, numbers: pd.Series) -> pd.DataFrame:
    keys = found.index.to_frame(index=False)
    return tidy(
        keys["year"].astype(str), value=numbers.to_numpy(float), **{name: keys[name] for name in ITEM}
    )
