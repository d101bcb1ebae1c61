"""The group's stores side by side: every number of the network report."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from csanalysis.catalogue import METRICS
from csanalysis.chapters.plan.goals import GOALS
from csanalysis.metrics.network.funnel import Scale, funnel, told_apart
from csanalysis.metrics.network.group import group_rate, group_total, quartiles
from csanalysis.metrics.network.practice import best_quarter, practice_differences
from csanalysis.metrics.results import NUMBERS, Results

RATES: Mapping[str, Scale] = {
    "first_service_return_rate_pooled": "ratio",
    "annual_churn_rate": "proportion",
    "upsell_success_rate": "proportion",
    "record_accuracy_rate": "proportion",
    "late_entry_rate": "proportion",
}
"""The yearly rates by which stores are held side by side; each has its cases, so a funnel can be drawn."""

TOTALS = (
    "new_vehicle_sales",
    *(metric for goal in GOALS if goal.kind == "sum" for metric in (goal.actual, goal.planned)),
    "referral_rebate",
    "leads_reactivated",
)
"""Yearly counts and amounts that add up over stores."""


class Practice(NamedTuple):
    """What stores do, as a yearly metric of a split."""

    metric: str
    group: Mapping[str, str]


PRACTICES = (
    Practice("contact_coverage_rate", {"purpose": "post_sale"}),
    Practice("contact_coverage_rate", {"purpose": "post_service"}),
    Practice("follow_up_on_time_rate", {"grade": "A"}),
    Practice("follow_up_on_time_rate", {"grade": "B"}),
    Practice("recovery_rate", {"grade": "A"}),
    Practice("upsell_visit_rate", {}),
    Practice("upsell_success_rate", {"grade": "C"}),
    Practice("false_defeat_rate", {}),
    Practice("contacts_per_arrival", {}),
    Practice("record_accuracy_rate", {}),
    Practice("late_entry_rate", {}),
)

PUBLISHED = tuple(dict.fromkeys([*RATES, *TOTALS, *(practice.metric for practice in PRACTICES)]))
"""What :func:`measure` reads of each store's numbers."""


def measure(stores: Mapping[str, Results], moved: Results, *, plan_year: int) -> Results:
    """Stores side by side, the group's totals, and what its best quarter does differently.

    Parameters
    ----------
    stores : mapping of str to Results
        Each store's published numbers, by its name.
    moved : Results
        ``network_lost_vehicles`` and ``network_moved_vehicles``, from the stores' visits.
    plan_year : int
        The year before it is the year that is compared.

    Returns
    -------
    Results
        The stores' own metrics by ``dealership``, the group's under no split, ``quartile``;
        ``network_limits``, ``network_standing``, ``network_q_value``, ``network_funnel``,
        ``network_practice_difference``.
    """
    last = str(plan_year - 1)
    metrics: dict[str, list[pd.DataFrame]] = {}
    practices = {_practice_name(each): _of(stores, each, last) for each in PRACTICES}
    for metric, scale in RATES.items():
        rates = _by_store(stores, metric)
        if rates.empty:
            continue
        metrics[metric] = [rates, group_rate(rates, scale=scale), quartiles(rates)]
        found = funnel(rates[rates["period"] == last], metric=metric, scale=scale)
        for name, frame in found.items():
            metrics.setdefault(name, []).append(frame)
        if not found:
            continue
        standing = found["network_standing"].set_index("dealership")["value"]
        best = best_quarter(standing, better=METRICS[metric].better)
        others = {name: values for name, values in practices.items() if not name.startswith(metric)}
        differences = practice_differences(others, best, metric=metric, period=last)
        metrics.setdefault("network_practice_difference", []).append(differences)
    if standings := metrics.get("network_standing"):
        metrics["network_q_value"] = [told_apart(pd.concat(standings, ignore_index=True))]
    for metric in TOTALS:
        if len(counts := _by_store(stores, metric)):
            metrics[metric] = [counts, group_total(counts)]
    return Results(metrics) + moved


def _by_store(stores: Mapping[str, Results], metric: str) -> pd.DataFrame:
    frames = [results.select(metric, "year").assign(dealership=name) for name, results in stores.items()]
    every = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    return every[["period", "dealership", *NUMBERS]] if len(every) else every


def _of(stores: Mapping[str, Results], practice: Practice, year: str) -> pd.Series:
    values = {}
    for name, results in stores.items():
        rows = results.select(practice.metric, None, period=year, **practice.group)
        months = results.select(practice.metric, "month", **practice.group)
        months = months[months["period"].str.startswith(year)]
        # Some practices are published by the month alone: the year's mean stands for them.
        values[name] = rows["value"].iloc[0] if len(rows) else months["value"].mean()
    return pd.Series(values, dtype=float)


def _practice_name(practice: Practice) -> str:
    return "/".join([practice.metric, *practice.group.values()])
