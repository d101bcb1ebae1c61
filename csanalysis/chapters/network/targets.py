"""What the group asks of each store: its own targets, drawn towards its peers, adding up to the group's."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.chapters.goal import Goal
from csanalysis.chapters.network.wanted import Numbers, Wanted
from csanalysis.chapters.plan.goals import GOALS
from csanalysis.metrics.network.peers import reconciled, shrunk_to_peers
from csanalysis.metrics.results import tidy

TARGETS: tuple[Goal, ...] = tuple(
    goal for goal in GOALS if not goal.by and (goal.unit == "rate" or goal.kind == "sum")
)
"""The targets that stores and group can share: a rate of cases, or a count that adds up."""


def targets_wanted(plan_year: int) -> list[Wanted]:
    """The numbers of each store that :func:`group_targets` needs."""
    names = [name for goal in TARGETS for name in (goal.planned, goal.target) if name]
    rates = [goal.actual for goal in TARGETS if goal.unit == "rate"]
    return [*(Wanted(name, begins=str(plan_year)) for name in names), *(Wanted(name) for name in rates)]


def group_targets(
    numbers: Numbers, peers: pd.DataFrame, *, plan_year: int, given: Mapping[str, float]
) -> list[tuple[str, pd.DataFrame]]:
    """Each store's targets as the group holds them, and the group's own, which they add up to.

    Parameters
    ----------
    numbers : Numbers
        What :func:`targets_wanted` names.
    peers : DataFrame
        :func:`csanalysis.metrics.network.peers.peers_of`.
    plan_year : int
        Of the targets.
    given : mapping of str to float
        By target, the figure that the group asks for [fraction, or a count]; without one it is what the
        stores' own targets come to.

    Returns
    -------
    list of (str, DataFrame)
        Frames of metrics, by name. By ``target``: ``network_target_rate`` and ``network_target_count``,
        the stores' by ``dealership`` too, the group's without; of a rate ``numerator`` = cases that it asks
        for and ``denominator`` = cases of the last year. By ``dealership`` and ``target``:
        ``network_target_own`` (what the store's rule gives), ``network_target_weight`` (how much of it is
        kept; ``denominator`` = peers). By ``target``: ``network_target_gap``, what the drawn targets lacked
        of the group's figure [cases].
    """
    found: list[tuple[str, pd.DataFrame]] = []
    for goal in TARGETS:
        own = _own(numbers, goal, plan_year)
        if own.empty:
            continue
        if goal.unit == "rate":
            found += _rate(goal, own, numbers, peers, plan_year, given)
        else:
            found += _count(goal, own, plan_year, given)
    return found


def _own(numbers: Numbers, goal: Goal, plan_year: int) -> "pd.Series[float]":
    """What each store's plan asks for, else what its rule gives."""
    told = (numbers.select(name) for name in (goal.planned or goal.target, goal.target))
    planned, ruled = (
        rows[rows["period"] == str(plan_year)].set_index("dealership")["value"].dropna() for rows in told
    )
    return planned.combine_first(ruled)


def _rate(
    goal: Goal,
    own: "pd.Series[float]",
    numbers: Numbers,
    peers: pd.DataFrame,
    plan_year: int,
    given: Mapping[str, float],
) -> list[tuple[str, pd.DataFrame]]:
    actual = numbers.select(goal.actual)
    cases = actual[actual["period"] == str(plan_year - 1)].set_index("dealership")["denominator"]
    rates = pd.DataFrame({"value": own, "cases": cases.reindex(own.index)})
    drawn = shrunk_to_peers(rates, peers, scale="proportion")
    if drawn.empty:
        return []
    weights = drawn["cases"].to_numpy(float)
    whole = given.get(goal.target, float(weights @ drawn["own"] / weights.sum()))
    total = whole * weights.sum()
    fit = np.clip(reconciled(drawn["value"], weights, drawn["error"], total), 0, 1)
    fit = reconciled(fit, weights, fit * (1 - fit), total)  # what was cut off at either end
    stores, label = list(drawn.index), {"target": goal.target}
    years = [str(plan_year)] * len(stores)
    split = {"dealership": stores, **label}
    gap = total - float(weights @ drawn["value"])
    return [
        (
            "network_target_rate",
            tidy(years, value=fit, numerator=fit * weights, denominator=weights, **split),
        ),
        (
            "network_target_rate",
            tidy(years[:1], value=whole, numerator=total, denominator=weights.sum(), **label),
        ),
        ("network_target_own", tidy(years, value=drawn["own"], **split)),
        (
            "network_target_weight",
            tidy(years, value=drawn["weight"], denominator=peers.loc[stores, "peers"], **split),
        ),
        ("network_target_gap", tidy(years[:1], value=gap, **label)),
    ]


def _count(
    goal: Goal, own: "pd.Series[float]", plan_year: int, given: Mapping[str, float]
) -> list[tuple[str, pd.DataFrame]]:
    """Counts are shared out in proportion: that of each is as uncertain as it is large."""
    stores, label = list(own.index), {"target": goal.target}
    years = [str(plan_year)] * len(stores)
    total = given.get(goal.target, float(own.sum()))
    fit = reconciled(own, np.ones(len(own)), np.sqrt(own), total)
    return [
        ("network_target_count", tidy(years, value=fit, dealership=stores, **label)),
        ("network_target_count", tidy(years[:1], value=total, **label)),
    ]
