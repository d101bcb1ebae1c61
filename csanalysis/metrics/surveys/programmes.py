"""Survey programmes as a whole: score and rank among the region's stores."""

import numpy as np
import pandas as pd

from csanalysis.metrics.periods import month_labels, months_between, years_between
from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.survey_items import TOTAL

MYSTERY_WORDS = ("神秘", "暗访", "mystery")
"""A programme with one of these in its name is a mystery-shopper one, with targets of its own."""


def is_mystery_shopper(programme: str) -> bool:
    """Whether a programme's scores are given by mystery shoppers, not customers."""
    return any(word in programme.lower() for word in MYSTERY_WORDS)


def valid_benchmarks(benchmarks: pd.DataFrame) -> pd.DataFrame:
    """The survey benchmarks without ranks that lie beyond the number of stores: they cannot be true."""
    return benchmarks.assign(rank=benchmarks["rank"].mask(impossible_ranks(benchmarks)))


def impossible_ranks(benchmarks: pd.DataFrame) -> pd.Series:
    """Which rows rank the store beyond the number of stores, or before the first."""
    beyond = (benchmarks["rank"] > benchmarks["store_count"]) | (benchmarks["rank"] < 1)
    return beyond.fillna(False).astype(bool)


def programme_months(benchmarks: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    """Each programme and month with anything known of the whole.

    Parameters
    ----------
    benchmarks : DataFrame
        Sound survey benchmarks, a clean table.
    months : DataFrame
        What :func:`csanalysis.metrics.surveys.survey_items.item_months` returns.

    Returns
    -------
    DataFrame
        One row a ``programme`` and ``month`` (``2025-03``): ``programme_score``, ``programme_regional_mean``,
        ``programme_rank``, ``programme_store_count``.

    Notes
    -----
    A score that was not published is the sum of the items' scores, in months in which every item of the year
    has one; so is a regional mean.
    """
    whole = benchmarks[benchmarks["item_code"] == TOTAL]
    published = pd.DataFrame(
        {
            "programme": whole["programme"],
            "month": month_labels(whole["month"]),
            "programme_score": whole["own_score"],
            "programme_regional_mean": whole["regional_mean"],
            "programme_rank": whole["rank"].astype(float),
            "programme_store_count": whole["store_count"].astype(float),
        }
    ).set_index(["programme", "month"])
    joined = published.join(_summed(months), how="outer")
    for name in ("score", "regional_mean"):
        joined[f"programme_{name}"] = joined[f"programme_{name}"].fillna(joined.pop(name))
    return joined.reset_index()


def programme_series(months: pd.DataFrame, name: str, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """One column of the programmes over time.

    Parameters
    ----------
    months : DataFrame
        What :func:`programme_months` returns.
    name : str
        ``programme_score``, ``programme_rank``, ``programme_regional_mean`` or ``programme_store_count``.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row a ``programme`` and month, then year, from the first month known: ``value``; a year
        is the mean of its months. NaN where nothing is known.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    if months.empty:
        return tidy([], programme=[])
    first = pd.Timestamp(months["month"].min())
    spans = (months_between(first, as_of), years_between(first, as_of))
    by_month = months[["programme", "month", name]].set_axis(["programme", "period", "value"], axis=1)
    of_year = by_month.assign(period=by_month["period"].str[:4]).groupby(["programme", "period"], sort=False)
    by_year = of_year["value"].mean().reset_index()
    programmes = months[["programme"]].drop_duplicates()
    rows = [
        programmes.merge(pd.DataFrame({"period": span}), how="cross").merge(known, how="left")
        for span, known in zip(spans, (by_month, by_year), strict=True)
    ]
    frame = pd.concat(rows, ignore_index=True)
    return tidy(frame["period"], value=frame["value"], programme=frame["programme"])


def programme_gap(scores: pd.DataFrame, regional: pd.DataFrame) -> pd.DataFrame:
    """How far each programme lies above the region.

    Parameters
    ----------
    scores, regional : DataFrame
        ``programme_score`` and ``programme_regional_mean``, metric frames with the same rows.

    Returns
    -------
    DataFrame
        Their rows: ``value`` [points, negative where behind]. Higher is better.
    """
    return tidy(
        scores["period"],
        value=scores["value"].to_numpy() - regional["value"].to_numpy(),
        programme=scores["programme"],
    )


def _summed(months: pd.DataFrame) -> pd.DataFrame:
    """Sums over the items of programme and month; NaN unless every item of the year has a number."""
    rows = months[["score", "regional_mean"]].reset_index()
    year = rows["month"] // 12 + 1970
    of_year = rows.assign(year=year).groupby(["programme", "year"])["item_code"].nunique()
    by_month = rows.groupby(["programme", "month"])[["score", "regional_mean"]]
    sums, counts = by_month.sum(), by_month.count()
    wanted = of_year.reindex(
        pd.MultiIndex.from_arrays(
            [sums.index.get_level_values(0), sums.index.get_level_values(1) // 12 + 1970]
        )
    ).to_numpy()
    sums = sums.where(counts.to_numpy() == np.reshape(wanted, (-1, 1)))
    labels = [f"{1970 + month // 12}-{month % 12 + 1:02d}" for month in sums.index.get_level_values(1)]
    return sums.set_axis(
        pd.MultiIndex.from_arrays([sums.index.get_level_values(0), labels], names=["programme", "month"])
    )
