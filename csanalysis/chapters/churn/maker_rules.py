"""Churn and retention by the manufacturers' rules of the params, beside what their bulletins say."""

from collections.abc import Mapping, Sequence

import pandas as pd

from csanalysis.metrics.customers.maker_rules import (
    Fleet,
    fleet_of,
    rule_churn_rate,
    rule_retention_rate,
)
from csanalysis.metrics.customers.units import Units, unit_warranty, units
from csanalysis.metrics.periods import months_between
from csanalysis.metrics.results import Results
from csanalysis.params import Params
from csanalysis.params.rules import Rule

Tables = Mapping[str, pd.DataFrame]


def measure_rules(params: Params, tables: Tables) -> Results:
    """What each rule of the params gives, month by month; nothing without rules."""
    if not params.rules or tables["service_visits"].empty:
        return Results()
    numbered, months = numbered_vehicles(tables), months_over(params, tables)
    churn, kept = [], []
    for rule in params.rules:
        fleet = rule_fleet(params, tables, rule, numbered, months)
        if rule.kind == "not_back":
            churn.append(rule_churn_rate(fleet, rule=rule.name, lag=rule.months))
        else:
            kept += rule_retention_rate(
                fleet, rule=rule.name, window=rule.months, min_visits=rule.min_visits, apart=rule.apart
            )
    return Results({"rule_churn_rate": churn, "rule_retention_rate": kept})


def numbered_vehicles(tables: Tables) -> Units:
    """Vehicles by number, whatever the params count: a manufacturer counts vehicles."""
    return units(tables["service_visits"], tables["vehicle_sales"])


def months_over(params: Params, tables: Tables) -> list[str]:
    """The months from the first visit on, without the running one."""
    as_of = pd.Timestamp(params.as_of)
    months = months_between(tables["service_visits"]["visit_date"].min(), as_of)
    return months if (as_of + pd.Timedelta(days=1)).day == 1 else months[:-1]


def rule_fleet(params: Params, tables: Tables, rule: Rule, numbered: Units, months: Sequence[str]) -> Fleet:
    """The vehicles by the visits that a rule counts."""
    visits = numbered.visits[~numbered.visits["service_type"].isin(rule.exclude)]
    first = numbered.sales.groupby("unit")["sale_date"].min().reindex(range(len(numbered.names)))
    # The odometer is read at whatever the vehicle comes for, whether the rule counts it or not.
    warranty = unit_warranty(
        numbered.visits,
        first,
        visits=tables["service_visits"],
        months=params.warranty.months,
        km=params.warranty.km,
    )
    return fleet_of(visits, first, months=months, warranty=warranty)
