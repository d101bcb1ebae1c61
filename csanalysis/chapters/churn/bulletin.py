"""The manufacturer's published figures beside ours by the same rule, and what may explain the difference."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from csanalysis.chapters.churn.maker_rules import months_over, numbered_vehicles, rule_fleet
from csanalysis.chapters.shared import shared
from csanalysis.metrics.customers.bulletin import (
    Count,
    Otherwise,
    bulletin_reasons,
    counted_otherwise,
)
from csanalysis.metrics.customers.maker_rules import Fleet, not_back, visits_in
from csanalysis.metrics.customers.units import Units
from csanalysis.metrics.periods import month_labels
from csanalysis.metrics.results import Results, tidy
from csanalysis.params import Params
from csanalysis.params.rules import Rule

Tables = Mapping[str, pd.DataFrame]

OWN = {"not_back": "rule_churn_rate", "visits_in": "rule_retention_rate"}
"""By kind of rule the metric that holds our own count."""


class Explained(NamedTuple):
    """The last month that both count by a rule, and the vehicles that may be counted otherwise there."""

    rule: Rule
    month: str
    theirs: float
    own: Count
    found: dict[str, Otherwise]
    numbered: Units


def published_rates(params: Params, bulletin: pd.DataFrame) -> dict[str, "pd.Series[float]"]:
    """By name of a rule what the manufacturer published, by month [fraction].

    Of a measure whose figures are above 1 they are taken for percent: 25.3 is 25.3%.
    """
    measure = bulletin["measure"].str.strip().str.casefold()
    found = {}
    for rule in params.rules:
        rows = bulletin[measure == rule.published_as.strip().casefold()].dropna(subset=["month", "value"])
        if rows.empty:
            continue
        values = rows["value"].to_numpy(float)
        of_month = pd.Series(values / (100 if values.max() > 1 else 1), index=month_labels(rows["month"]))
        found[rule.name] = of_month.sort_index()
    return found


def measure_bulletin(params: Params, tables: Tables, own: Results) -> Results:
    """The published figures, ours less theirs, and by reason what would be left of the last difference.

    Parameters
    ----------
    params, tables
        The dealership's; nothing without ``oem_bulletin`` or a rule that it has a figure of.
    own : Results
        Our count by the rules.
    """
    if "oem_bulletin" not in tables or not params.rules:
        return Results()
    theirs, gaps = [], []
    kinds = {rule.name: rule.kind for rule in params.rules}
    for name, rates in published_rates(params, tables["oem_bulletin"]).items():
        theirs.append(tidy(rates.index, value=rates.to_numpy(), rule=name))
        ours = own.select(OWN[kinds[name]], "month", rule=name).set_index("period")["value"]
        both = rates.index.intersection(ours.dropna().index)
        gaps.append(tidy(both, value=(ours[both] - rates[both]).to_numpy(), rule=name))
    vehicles, left = [], []
    for each in explained(params, tables):
        counted, without = bulletin_reasons(
            each.own, each.found, theirs=each.theirs, rule=each.rule.name, month=each.month
        )
        vehicles.append(counted)
        left += without
    return Results(
        {
            "oem_bulletin_rate": theirs,
            "oem_bulletin_gap": gaps,
            "bulletin_reason_vehicles": vehicles,
            "bulletin_gap_left": left,
        }
    )


@shared
def explained(params: Params, tables: Tables) -> list[Explained]:
    """Each rule with a published figure: the last month of both, and what may be counted otherwise."""
    if "oem_bulletin" not in tables or tables["service_visits"].empty:
        return []
    numbered, months = numbered_vehicles(tables), months_over(params, tables)
    published = published_rates(params, tables["oem_bulletin"])
    return list(_explained(params, tables, numbered, months, published))


def _explained(
    params: Params,
    tables: Tables,
    numbered: Units,
    months: list[str],
    published: Mapping[str, "pd.Series[float]"],
) -> Iterator[Explained]:
    for rule in params.rules:
        fleet = rule_fleet(params, tables, rule, numbered, months)
        needs = rule.months if rule.kind == "not_back" else 2 * rule.months - 1
        known = [month for month in published.get(rule.name, pd.Series(dtype=float)).index if month in months]
        known = [month for month in known if months.index(month) >= needs]
        if not known:
            continue
        count = _count(rule, fleet, months.index(known[-1]))
        if not count.base.any():
            continue
        found = counted_otherwise(
            count,
            fleet,
            numbered._replace(visits=numbered.visits[~numbered.visits["service_type"].isin(rule.exclude)]),
            visits=tables["service_visits"],
            sales=tables["vehicle_sales"],
        )
        yield Explained(rule, known[-1], float(published[rule.name][known[-1]]), count, found, numbered)


def _count(rule: Rule, fleet: Fleet, at: int) -> Count:
    """A rule's count in the month at a place."""
    if rule.kind == "not_back":
        base, hit = not_back(fleet, at, lag=rule.months)
        return Count(base, hit, at, at - rule.months)
    base, hit = visits_in(fleet, at, window=rule.months, min_visits=rule.min_visits)
    return Count(base, hit, at, at - rule.months + 1, least=rule.min_visits)


def vehicles_otherwise(each: Explained) -> pd.DataFrame:
    """One row a vehicle and reason: ``unit``, ``hit``, ``gap_reason``, ``leaves``."""
    parts = [
        pd.DataFrame(
            {
                "unit": np.flatnonzero(how.units),
                "hit": each.own.hit[how.units],
                "gap_reason": reason,
                "leaves": how.leaves[how.units],
            }
        )
        for reason, how in each.found.items()
    ]
    return pd.concat(parts, ignore_index=True)
