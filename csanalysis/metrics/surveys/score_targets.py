"""Next year's score and rank of each programme, and the items that would bring the score there."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.metrics.first_service.targets import round_half_up
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.surveys.rebates import Tiers
from csanalysis.metrics.surveys.survey_items import ITEM

RULES = ("next_tier", "close_gaps", "regional_mean", "last_year")
FEWEST_RANKS = 6
"""Months with a rank needed to tell which rank a score brings."""


def programme_score_target(
    scores: pd.DataFrame,
    regional: pd.DataFrame,
    gaps: pd.DataFrame,
    *,
    rebates: Mapping[str, Tiers],
    year: int,
    plan_year: int,
) -> pd.DataFrame:
    """The score each rule would ask for.

    Parameters
    ----------
    scores, regional : DataFrame
        ``programme_score`` and ``programme_regional_mean``, metric frames.
    gaps : DataFrame
        ``item_gap``, a metric frame.
    rebates : mapping of programme to tiers
        From the params.
    year : int
        The year to start from.
    plan_year : int
        The year of the target.

    Returns
    -------
    DataFrame
        One row a ``programme`` and ``rule``: ``value`` [points]. ``next_tier`` is the least score
        of the lowest tier not reached, the highest tier's where all are; ``close_gaps`` last
        year's score with every item that is behind brought up to the region; ``regional_mean`` and
        ``last_year`` what they say. NaN where unknown.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    last, region = _of_year(scores, year), _of_year(regional, year)
    behind = gaps[(gaps["period"] == str(year)) & (gaps["value"] < 0)].groupby("programme")["value"].sum()
    known = gaps[(gaps["period"] == str(year)) & gaps["value"].notna()]["programme"].unique()
    rows = []
    for programme in dict.fromkeys([*last.index, *rebates]):
        score = last.get(programme, np.nan)
        closing = -behind.get(programme, 0.0) if programme in known else np.nan
        by_rule = (
            _next_tier(rebates.get(programme, ()), score),
            score + closing,
            region.get(programme, np.nan),
            score,
        )
        rows += [(programme, rule, value) for rule, value in zip(RULES, by_rule, strict=True)]
    frame = pd.DataFrame(rows, columns=["programme", "rule", "value"])
    return tidy([str(plan_year)] * len(frame), **{str(name): column for name, column in frame.items()})


def chosen_score_target(by_rule: pd.DataFrame) -> pd.DataFrame:
    """Each programme's target: the next tier, without tiers the closed gaps, at least last year's score.

    Parameters
    ----------
    by_rule : DataFrame
        What :func:`programme_score_target` returns.

    Returns
    -------
    DataFrame
        One row a ``programme``: ``value`` [points], NaN where no rule gives one.
    """
    wide = by_rule.pivot(index="programme", columns="rule", values="value").reindex(columns=list(RULES))
    wide = wide.reindex(by_rule["programme"].unique())
    asked = wide["next_tier"].fillna(wide["close_gaps"])
    return tidy(
        by_rule["period"].iloc[: len(wide)],
        value=np.fmax(asked, wide["last_year"]),
        programme=wide.index,
    )


def programme_rank_target(
    scores: pd.DataFrame, regional: pd.DataFrame, ranks: pd.DataFrame, stores: pd.DataFrame,
    targets: pd.DataFrame, *, year: int,
) -> pd.DataFrame:  # fmt: skip
    """The rank that the target score would bring among the region's stores.

    Parameters
    ----------
    scores, regional, ranks, stores : DataFrame
        ``programme_score``, ``programme_regional_mean``, ``programme_rank`` and ``programme_store_count``,
        metric frames.
    targets : DataFrame
        What :func:`chosen_score_target` returns.
    year : int
        The year to start from: the region is supposed to stay as it was.

    Returns
    -------
    DataFrame
        One row a ``programme``: ``value`` [rank, whole], never worse than last year's; NaN with
        fewer than six months of ranks, or where ranks do not rise with the distance to the region.

    Notes
    -----
    Normal scores of the monthly ranks, regressed on the monthly distance to the region.
    """
    last_rank, last_region, last_stores = (_of_year(frame, year) for frame in (ranks, regional, stores))
    found = []
    for programme, target in zip(targets["programme"], targets["value"], strict=True):
        months = _months_of(programme, scores, regional, ranks, stores)
        count, region = last_stores.get(programme, np.nan), last_region.get(programme, np.nan)
        distance = months["score"] - months["region"]
        if len(months) < FEWEST_RANKS or distance.nunique() < 2 or np.isnan(target + count + region):
            found.append(np.nan)
            continue
        ahead = normal.quantile((months["rank"] - 0.5) / months["stores"])
        slope, level = np.polyfit(distance, ahead, 1)
        expected = 0.5 + count * normal.below(level + slope * (target - region))
        best = min(expected, last_rank.get(programme, np.inf))
        found.append(max(1.0, float(round_half_up(best))) if slope < 0 else np.nan)
    return tidy(targets["period"], value=found, programme=targets["programme"])


def item_improvement(
    gaps: pd.DataFrame, scores: pd.DataFrame, targets: pd.DataFrame, *, year: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The fewest items to mend for the target score, each at most up to the region.

    Parameters
    ----------
    gaps, scores : DataFrame
        ``item_gap`` and ``programme_score``, metric frames.
    targets : DataFrame
        What :func:`chosen_score_target` returns.
    year : int
        The year to start from.

    Returns
    -------
    (DataFrame, DataFrame)
        One row a ``programme`` and ``item_code`` that is behind, the largest gap first: ``value`` [points to
        gain, 0 where not needed]. One row a ``programme``: ``value`` [points still missing once every item is
        level with the region]; NaN where target or score is unknown.

    Notes
    -----
    What the region reaches can be reached, so the largest gaps come first: no choice of items is smaller.
    """
    last = _of_year(scores, year)
    of_year = gaps[(gaps["period"] == str(year)) & (gaps["value"] < 0)].sort_values("value", kind="stable")
    items, rest = [], []
    for programme, target in zip(targets["programme"], targets["value"], strict=True):
        missing = float(np.maximum(0.0, target - last.get(programme, np.nan)))
        own = of_year[of_year["programme"] == programme]
        behind = -own["value"].to_numpy()
        before = np.concatenate([[0.0], np.cumsum(behind)])
        gained = np.clip(missing - before[:-1], 0, behind)
        items.append(own[ITEM].assign(value=gained))
        rest.append(missing - gained.sum())
    frame = pd.concat(items, ignore_index=True) if items else pd.DataFrame(columns=[*ITEM, "value"])
    period = list(targets["period"][:1])
    return (
        tidy(period * len(frame), **{str(name): column for name, column in frame.items()}),
        tidy(targets["period"], value=rest, programme=targets["programme"]),
    )


def _next_tier(tiers: Tiers, score: float) -> float:
    floors = sorted(floor for floor, _ in tiers)
    return next((floor for floor in floors if not floor <= score + 1e-9), floors[-1]) if floors else np.nan


def _of_year(frame: pd.DataFrame, year: int) -> pd.Series:
    rows: pd.Series = frame[frame["period"] == str(year)].set_index("programme")["value"]
    return rows


def _months_of(programme: str, *frames: pd.DataFrame) -> pd.DataFrame:
    columns = {
        name: frame[(frame["programme"] == programme) & (frame["period"].str.len() == 7)].set_index("period")[
            "value"
        ]
        for name, frame in zip(("score", "region", "rank", "stores"), frames, strict=True)
    }
    return pd.DataFrame(columns).dropna()
