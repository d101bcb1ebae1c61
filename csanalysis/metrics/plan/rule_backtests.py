"""What each target rule would have set in past years, and how often it was met.

Every function knows, of the year it tests, only the years before. A back-test has ``value`` (what the rule
would have set) and ``numerator`` (what came) by year and ``rule``.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from csanalysis.metrics.first_service.targets import round_half_up
from csanalysis.metrics.periods import span
from csanalysis.metrics.results import group_columns, tidy, with_period_kind
from csanalysis.metrics.surveys import score_targets
from csanalysis.metrics.surveys.rebates import Tiers

Better = Literal["higher", "lower"]
IN_USE = "in_use"
"""The rule of rank targets: the rank that the score target would bring."""


def with_actual(set_: pd.DataFrame, actual: pd.DataFrame) -> pd.DataFrame:
    """A back-test of what was set and what came.

    Parameters
    ----------
    set_ : DataFrame
        By year, ``rule`` and perhaps another split: ``value``.
    actual : DataFrame
        By period and the same split, but for ``rule``: ``value``.

    Returns
    -------
    DataFrame
        The rows of ``set_`` whose year has both numbers, with what came as ``numerator``.
    """
    split = [name for name in group_columns(set_) if name != "rule"]
    came = actual[["period", *split, "value"]].rename(columns={"value": "came"})
    both = set_.merge(came, on=["period", *split], how="left").dropna(subset=["value", "came"])
    groups = {name: both[name] for name in group_columns(set_)}
    return tidy(both["period"], value=both["value"], numerator=both["came"], **groups)


def first_service_rule(
    backtest: pd.DataFrame, *, uplift: float, method: str = "return_rate", rule: str | None = None
) -> pd.DataFrame:
    """What one method of forecasting would have set, rounded by month as the target is.

    Parameters
    ----------
    backtest : DataFrame
        ``first_service_backtest``: ``numerator`` forecast, ``denominator`` what came, by month and ``rule``.
    uplift : float
        As in :func:`csanalysis.metrics.first_service.targets.first_service_target`.
    method : str
        The ``rule`` of the back-test: ``return_rate`` or ``lag_kernel``.
    rule : str, optional
        What it is called with this uplift; else as the method.

    Returns
    -------
    DataFrame
        One row a year: ``value`` and ``numerator`` [vehicles], ``rule``. A year with an unknown
        month is left out.
    """
    months = with_period_kind(backtest, "month")
    months = months[months["rule"] == method] if len(months) else months
    if months.empty:
        return tidy([], rule=[])
    rows = pd.DataFrame(
        {
            "year": months["period"].str[:4],
            "asked": round_half_up(months["numerator"] * (1 + uplift)),
            "came": months["denominator"],
        }
    )
    years = rows.groupby("year")[["asked", "came"]].sum(min_count=12).dropna()
    return tidy(years.index, value=years["asked"], numerator=years["came"], rule=rule or method)


def ceiling_rule(targets: pd.DataFrame, rates: pd.DataFrame, lapsed: pd.DataFrame) -> pd.DataFrame:
    """How many lapses each churn rule would have allowed.

    Parameters
    ----------
    targets : DataFrame
        Past churn targets by year and ``rule``.
    rates : DataFrame
        ``annual_churn_rate``; its ``denominator`` is the base that the year began with.
    lapsed : DataFrame
        ``lapsed_vehicles`` by year.

    Returns
    -------
    DataFrame
        By year and ``rule``: ``value`` = target x base rounded down, times lapses over yearly churners
        of the years before, rounded down; ``numerator`` [vehicles lapsed]. NaN without a churner before.
    """
    years = rates.set_index("period").join(lapsed.set_index("period")["value"].rename("lapses"))
    known = years[["numerator", "lapses"]].dropna().sort_index().cumsum().shift()
    many = (known["lapses"] / known["numerator"].where(known["numerator"] > 0)).reindex(years.index)
    base, factor = (
        targets["period"].map(by_year).to_numpy(float) for by_year in (years["denominator"], many)
    )
    churners = np.floor(np.round(targets["value"].to_numpy() * base, 9))
    return with_actual(targets.assign(value=np.floor(np.round(churners * factor, 9))), lapsed)


def fixed_rule(rate: float | None, *, rule: str, years: Sequence[int]) -> pd.DataFrame:
    """A rate that is given from outside, as the target of each past year; no rows for None."""
    return tidy([str(year) for year in years if rate is not None], value=rate or 0.0, rule=rule)


def score_rules(
    scores: pd.DataFrame,
    regional: pd.DataFrame,
    gaps: pd.DataFrame,
    *,
    rebates: Mapping[str, Tiers],
    years: Sequence[int],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each score rule would have asked for in past years, with today's tiers.

    Parameters
    ----------
    scores, regional, gaps, rebates
        As in :func:`csanalysis.metrics.surveys.score_targets.programme_score_target`.
    years : sequence of int
        The years to test; each is told from the year before it.

    Returns
    -------
    (DataFrame, DataFrame)
        By year, ``programme`` and ``rule``: ``value`` and ``numerator`` [points]; and the targets that would
        have been chosen, by year and ``programme``.
    """
    by_rule, chosen = [], []
    for year in years:
        asked = score_targets.programme_score_target(
            scores, regional, gaps, rebates=rebates, year=year - 1, plan_year=year
        )
        if len(asked):
            by_rule.append(asked)
            chosen.append(score_targets.chosen_score_target(asked))
    if not by_rule:
        return tidy([], programme=[], rule=[]), tidy([], programme=[])
    targets = pd.concat(chosen, ignore_index=True).dropna(subset="value", ignore_index=True)
    every = pd.concat([*by_rule, targets.assign(rule=IN_USE)], ignore_index=True)
    return with_actual(every, scores), targets


def rank_rule(
    scores: pd.DataFrame,
    regional: pd.DataFrame,
    ranks: pd.DataFrame,
    stores: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    years: Sequence[int],
) -> pd.DataFrame:
    """The rank that each past score target would have been thought to bring.

    Parameters
    ----------
    scores, regional, ranks, stores : DataFrame
        As in :func:`csanalysis.metrics.surveys.score_targets.programme_rank_target`.
    targets : DataFrame
        The past score targets, from :func:`score_rules`.
    years : sequence of int
        The years to test.

    Returns
    -------
    DataFrame
        By year, ``programme`` and ``rule``: ``value`` and ``numerator`` [rank].
    """
    parts = [tidy([], programme=[], rule=[])]
    for year in years:
        # The line from distance to rank is drawn through the months of earlier years only.
        known, region, rank, count = (
            frame[frame["period"].str[:4] < str(year)] for frame in (scores, regional, ranks, stores)
        )
        asked = targets[targets["period"] == str(year)].reset_index(drop=True)
        told = score_targets.programme_rank_target(known, region, rank, count, asked, year=year - 1)
        parts.append(told.assign(rule=IN_USE))
    return with_actual(pd.concat(parts, ignore_index=True), ranks)


def rule_met_share(backtest: pd.DataFrame, *, better: Better) -> pd.DataFrame:
    """In how many of the years tested a rule's target was met.

    Parameters
    ----------
    backtest : DataFrame
        ``value`` set, ``numerator`` came, by year, ``rule`` and perhaps another split.
    better : {"higher", "lower"}
        On which side of the target it is met; the target itself meets it.

    Returns
    -------
    DataFrame
        One row a rule (and split), its period the span of years: ``numerator`` [years met], ``denominator``
        [years tested], ``value`` [fraction 0-1].
    """
    split = group_columns(backtest)
    if backtest.empty:
        return tidy([], **{name: [] for name in split})
    over = backtest["numerator"] - backtest["value"]
    met = over >= -1e-9 if better == "higher" else over <= 1e-9
    rows = backtest.assign(met=met, year=backtest["period"].astype(int))
    found = rows.groupby(split, sort=False).agg(
        met=("met", "sum"), tested=("met", "size"), first=("year", "min"), last=("year", "max")
    )
    found = found.reset_index()
    return tidy(
        [span([first, last]) for first, last in zip(found["first"], found["last"], strict=True)],
        numerator=found["met"],
        denominator=found["tested"],
        **{name: found[name] for name in split},
    )
