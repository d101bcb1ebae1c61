"""The group's stores side by side: every number of the network report."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import METRICS
from csanalysis.chapters.network.targets import group_targets, targets_wanted
from csanalysis.chapters.network.wanted import MONTH, SPAN, Numbers, Wanted
from csanalysis.chapters.plan.goals import GOALS
from csanalysis.metrics.network.calibration import range_calibration
from csanalysis.metrics.network.funnel import Scale, funnel, told_apart
from csanalysis.metrics.network.group import group_rate, group_total, quartiles
from csanalysis.metrics.network.league import measures_league
from csanalysis.metrics.network.peers import peers_of, shrinkage_backtest
from csanalysis.metrics.network.practice import best_quarter, practice_differences
from csanalysis.metrics.results import Results, tidy

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

PRACTICES = (
    Wanted("contact_coverage_rate", {"purpose": "post_sale"}, longest=MONTH),
    Wanted("contact_coverage_rate", {"purpose": "post_service"}, longest=MONTH),
    Wanted("follow_up_on_time_rate", {"grade": "A"}, longest=MONTH),
    Wanted("follow_up_on_time_rate", {"grade": "B"}, longest=MONTH),
    Wanted("recovery_rate", {"grade": "A"}, longest=MONTH),
    Wanted("upsell_visit_rate", longest=MONTH),
    Wanted("upsell_success_rate", {"grade": "C"}, longest=MONTH),
    Wanted("false_defeat_rate", longest=MONTH),
    Wanted("contacts_per_arrival", longest=MONTH),
    Wanted("record_accuracy_rate", longest=MONTH),
    Wanted("late_entry_rate", longest=MONTH),
)
"""What stores do, as a yearly metric of a split."""

HELD_OUT = (
    "first_service_invitations",
    "service_due",
    "contact_window",
    "marginal",
    "win_back",
    "warranty_ending",
    "package_ending",
    "insurance_due",
    "trade_in",
)
MEASURES = (
    *(
        Wanted("call_gain", {"purpose": purpose}, longest=SPAN)
        for purpose in ("first_service", "maintenance", "win_back", "campaign")
    ),
    *(Wanted("holdout_effect", {"list": name}) for name in HELD_OUT),
)
"""What stores do, as far as each held it against what would have been without it."""

SIMULATED = ("visits", "first_services", "lapses", "won_back", "churn_rate", "revenue")
BACKTESTS = ("simulation_backtest", "simulation_backtest_actual")
PEERS = ("region", "size", "brand")


def wanted(plan_year: int) -> list[Wanted]:
    """What :func:`measure` reads of each store's numbers."""
    last = str(plan_year - 1)
    found = [
        *(Wanted(metric) for metric in (*RATES, *TOTALS)),
        *(Wanted(each.metric, each.group, last, each.longest) for each in PRACTICES),
        *MEASURES,
        *(Wanted(metric, {"quantity": name}, last) for metric in BACKTESTS for name in SIMULATED),
        *targets_wanted(plan_year),
    ]
    widest: dict[tuple[str, str], Wanted] = {}
    for each in found:  # what is wanted twice comes once
        known = widest.get(key := (each.metric, each.text), each)
        begins = known.begins if each.begins.startswith(known.begins) else each.begins
        widest[key] = Wanted(each.metric, each.group, begins, max(each.longest, known.longest))
    return list(widest.values())


def measure(
    stores: pd.DataFrame,
    numbers: pd.DataFrame,
    moved: Results,
    *,
    plan_year: int,
    given: Mapping[str, float] | None = None,
) -> Results:
    """Stores side by side, the group's totals and targets, what is proven, and what its best quarter does.

    Parameters
    ----------
    stores : DataFrame
        Indexed by each store's name: ``region``, ``size`` and ``brand``, empty where unknown.
    numbers : DataFrame
        What :func:`wanted` names of them, as :class:`csanalysis.chapters.network.wanted.Numbers` takes it.
    moved : Results
        ``network_seen_elsewhere_rate`` and ``network_moved_vehicles``, from the stores' visits.
    plan_year : int
        The year before it is the year that is compared.
    given : mapping of str to float, optional
        The group's own figures, by target.

    Returns
    -------
    Results
        The stores' own metrics by ``dealership``, by ``region``, the group's under no split and by
        ``quartile``; ``network_limits``, ``network_standing``, ``network_q_value``, ``network_funnel``,
        ``network_practice_difference``, ``network_backtest_error``, ``network_peers``, and those of
        :func:`group_targets`, :func:`measures_league` and :func:`range_calibration`.
    """
    last, known = str(plan_year - 1), Numbers(numbers)
    peers = peers_of(stores[list(PEERS)])
    metrics: dict[str, list[pd.DataFrame]] = {}

    def add(found: Mapping[str, pd.DataFrame]) -> None:
        for name, frame in found.items():
            metrics.setdefault(name, []).append(frame)

    practices = {each.name: _of(known, each, last) for each in PRACTICES}
    for metric, scale in RATES.items():
        rates = known.select(metric)
        if rates.empty:
            continue
        regions = group_rate(_with_region(rates, stores), scale=scale, by=["region"])
        metrics[metric] = [rates, group_rate(rates, scale=scale), quartiles(rates), regions]
        found = funnel(rates[rates["period"] == last], metric=metric, scale=scale)
        add(found)
        if not found:
            continue
        add({"network_backtest_error": _backtest(rates, peers, metric, plan_year - 1, scale)})
        standing = found["network_standing"].set_index("dealership")["value"]
        best = best_quarter(standing, better=METRICS[metric].better)
        others = {name: values for name, values in practices.items() if not name.startswith(metric)}
        differences = practice_differences(others, best, metric=metric, period=last)
        add({"network_practice_difference": differences})
    if standings := metrics.get("network_standing"):
        metrics["network_q_value"] = [told_apart(pd.concat(standings, ignore_index=True))]
    for metric in TOTALS:
        if len(counts := known.select(metric)):
            regions = group_total(_with_region(counts, stores), by=["region"])
            metrics[metric] = [counts, group_total(counts), regions]
    for name, frame in group_targets(known, peers, plan_year=plan_year, given=given or {}):
        add({name: frame})
    effects = pd.concat([known.latest(each).assign(tried=each.name) for each in MEASURES], ignore_index=True)
    add(measures_league(effects, period=last))
    told, came = (_simulated(known, metric, last) for metric in BACKTESTS)
    add(range_calibration(told, came, period=last))
    metrics["network_peers"] = [
        tidy(
            [last] * len(peers),
            value=peers["peers"],
            dealership=list(peers.index),
            region=list(stores["region"]),
            peers=list(peers["kind"]),
        )
    ]
    return Results(metrics) + moved


def _with_region(rows: pd.DataFrame, stores: pd.DataFrame) -> pd.DataFrame:
    """The rows of stores that say their region, with it."""
    region = rows["dealership"].map(stores["region"])
    return rows.assign(region=region)[region != ""]


def _backtest(rates: pd.DataFrame, peers: pd.DataFrame, metric: str, year: int, scale: Scale) -> pd.DataFrame:
    before, after = (
        rates[rates["period"] == str(each)]
        .set_index("dealership")
        .rename(columns={"denominator": "cases"})[["value", "cases"]]
        for each in (year - 1, year)
    )
    return shrinkage_backtest(before, after, peers, metric=metric, period=str(year), scale=scale)


def _simulated(numbers: Numbers, metric: str, year: str) -> pd.DataFrame:
    parts = [numbers.select(metric, quantity=name).assign(quantity=name) for name in SIMULATED]
    every = pd.concat(parts, ignore_index=True)
    return every[every["period"] == year]


def _of(numbers: Numbers, practice: Wanted, year: str) -> pd.Series:
    rows = numbers.select(practice.metric, longest=MONTH, **practice.group)
    yearly = rows[rows["period"] == year].set_index("dealership")["value"]
    months = rows[(rows["period"].str.len() == MONTH) & rows["period"].str.startswith(year)]
    # Some practices are published by the month alone: the year's mean stands for them.
    return yearly.combine_first(months.groupby("dealership", sort=False)["value"].mean()).astype(float)
