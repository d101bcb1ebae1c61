"""Churn: who stayed away, the ceiling for the plan year, and what holding customers is worth."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from csanalysis.chapters.churn.bulletin import measure_bulletin
from csanalysis.chapters.churn.cases import state_cases, unit_cases
from csanalysis.chapters.churn.groups import counted_visits, unit_groups
from csanalysis.chapters.churn.maker_rules import measure_rules
from csanalysis.chapters.shared import shared
from csanalysis.chapters.standing import reckoned_anew, standing
from csanalysis.metrics.contacts.churn_reasons import (
    churn_reason_q_value,
    churn_reason_share,
    churn_reasons,
    reasons_told_apart,
)
from csanalysis.metrics.customers import bridge, churn, churn_splits, retention
from csanalysis.metrics.customers.lapses import lapse_dates, lapse_years, lapsed_vehicles
from csanalysis.metrics.customers.returned import returned_vehicles, vehicles_to_return
from csanalysis.metrics.customers.split_tests import churn_rate_shrunk, churn_split_q_value
from csanalysis.metrics.customers.units import seen_in_years, units
from csanalysis.metrics.periods import complete_years, months_between
from csanalysis.metrics.results import Results
from csanalysis.params import Params


@shared
def measure(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        Churn, lifecycle and value settings, plan year and unit.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``: service_visits, vehicle_sales and, if they are there, sales_targets and
        contacts. A vehicle that a contact says is sold, moved or scrapped is not of the base any more.

    Returns
    -------
    Results
        Yearly churn, its average, target, back-test and monthly ceiling, lapses, retention, lifecycle, the
        effective base, the value of retention and the bridge from one year's base to the next.
    """
    as_of, plan_year = pd.Timestamp(params.as_of), params.plan_year
    numbered = units(tables["service_visits"], tables["vehicle_sales"], unit=params.unit)
    visits, sales, _ = numbered
    counted = counted_visits(params, numbered)
    years = complete_years(visits["visit_date"], as_of=as_of)
    months = [] if visits.empty else months_between(visits["visit_date"].min(), as_of)

    rates = churn.annual_churn_rate(counted, years=years)
    targets = churn.churn_rate_target(
        rates,
        plan_year=plan_year,
        years=params.churn.years,
        industry_rate=params.churn.industry_rate,
        fixed_rate=params.churn.fixed_rate,
    )
    target = targets[targets["rule"] == params.churn.rule].drop(columns="rule")
    if params.churn.never_looser:
        target = target.assign(value=[churn.not_looser(target["value"].item(), rates)])
    ruled, target = target, standing(params, "churn_rate_target", target)
    ages = params.lifecycle
    lapses = lapse_dates(counted, as_of=as_of, lapse_months=ages.churned_months)
    seen_whole = lapse_years(years, lapse_months=ages.churned_months)
    averaged = [year for year in churn.averaged_years(rates, years=params.churn.years) if year in seen_whole]
    vehicles = float(seen_in_years(counted, years=years[-1:]).sum()) if years else np.nan
    ceiling = churn.monthly_churn_ceiling(
        lapses, target=target["value"].item(), base=vehicles, years=averaged, plan_year=plan_year
    )
    ruled_lapses = churn.monthly_lapse_ceiling(ceiling, rates, lapses, years=averaged, plan_year=plan_year)
    over = _months_over(months, as_of)
    states = state_cases(params, tables, visits)
    avoided = np.nan if rates.empty else rates["value"].iloc[-1] - target["value"].item()
    revenue = _revenue(params, visits, years)
    one_point = retention.retention_value(vehicles, churn_points=0.01, revenue=revenue, plan_year=plan_year)
    flows = [bridge.retention_bridge(visits, sales, years=years)]
    if plan_year not in years:
        flows.append(
            bridge.planned_bridge(
                flows[0],
                target=target["value"].item(),
                sold=bridge.vehicles_sold(sales),
                planned_units=_planned_units(tables.get("sales_targets"), plan_year),
                plan_year=plan_year,
            )
        )
    found = Results(
        {
            "annual_churn_rate": rates,
            "rolling_churn_rate": churn_splits.rolling_churn_rate(counted, months=over),
            "annual_churn_rate_average": churn.annual_churn_rate_average(rates, years=params.churn.years),
            "churn_rate_target": [target, targets],
            "churn_rate_target_backtest": churn.churn_rate_target_backtest(
                rates, years=params.churn.years, never_looser=params.churn.never_looser
            ),
            "monthly_churn_ceiling": ceiling,
            "monthly_lapse_ceiling": standing(params, "monthly_lapse_ceiling", ruled_lapses),
            **reckoned_anew(params, "rate", {"churn_rate_target": ruled}),
            **reckoned_anew(params, "count", {"monthly_lapse_ceiling": ruled_lapses}),
            "lapsed_vehicles": lapsed_vehicles(lapses, months=months, years=seen_whole),
            "retained_share": retention.retained_share(counted, years=years),
            "lifecycle_vehicles": states["lifecycle_vehicles"].by(),
            "effective_base": [states["effective_base"].by(*by) for by in ((), ("team",))],
            "retention_bridge": flows,
            "retention_value": [
                retention.retention_value(
                    vehicles, churn_points=avoided, revenue=revenue, plan_year=plan_year
                ),
                one_point.assign(points="1"),
            ],
        }
    )
    found += _groups(params, tables, counted, years=years, lapses=lapses, lapses_of=seen_whole)
    rules = measure_rules(params, tables)
    return found + rules + measure_bulletin(params, tables, rules) + _reasons(tables)


def _groups(
    params: Params,
    tables: Mapping[str, pd.DataFrame],
    counted: pd.DataFrame,
    *,
    years: list[int],
    lapses: pd.Series,
    lapses_of: list[int],
) -> Results:
    """Churn, lapses and retention by each split, and which splits differ beyond chance."""
    groups = unit_groups(params, tables)
    splits = [*next(iter(groups.values()))]
    cases = unit_cases(counted, lambda names: groups, tables, years=years, lapses=lapses, lapses_of=lapses_of)
    split = {name: {by: case.by(by) for by in splits} for name, case in cases.items()}
    found = Results({name: [*frames.values()] for name, frames in split.items()})
    if len(years) < 2:
        return found
    rates = split["annual_churn_rate"]
    return found + Results(
        {
            "churn_rate_shrunk": [
                churn_rate_shrunk(rates[by], by=by, year=years[-1]) for by in splits if len(rates[by])
            ],
            "churn_split_q_value": churn_split_q_value(rates, year=years[-1]),
        }
    )


def _reasons(tables: Mapping[str, pd.DataFrame]) -> Results:
    """Why customers say that they have left; nothing without contacts, or where no answer says."""
    if "contacts" not in tables:
        return Results()
    contacts, sales, visits = (tables[name] for name in ("contacts", "vehicle_sales", "service_visits"))
    reasons = churn_reasons(contacts)
    if reasons.empty:
        return Results()
    told = reasons_told_apart(contacts, sales, visits)
    return Results(
        {
            "churn_reasons": reasons,
            "churn_reason_share": churn_reason_share(told),
            "churn_reason_q_value": churn_reason_q_value(told),
        }
    )


def measure_returned(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """Of last year's vehicles how many have come back, month by month: what the review follows of churn.

    Returns
    -------
    Results
        ``returned_vehicles`` and ``vehicles_to_return`` of the complete years but the first, and of the year
        after them, whose months end at ``as_of``.
    """
    as_of = pd.Timestamp(params.as_of)
    numbered = units(tables["service_visits"], tables["vehicle_sales"], unit=params.unit)
    counted = counted_visits(params, numbered)
    years = complete_years(tables["service_visits"]["visit_date"], as_of=as_of)
    # The year after the last complete one is the one under review; its months end at as_of.
    reported = [*years[1:], years[-1] + 1] if years else []
    return Results(
        {
            "returned_vehicles": returned_vehicles(counted, years=reported, as_of=as_of),
            "vehicles_to_return": vehicles_to_return(counted, years=reported),
        }
    )


def vehicle_revenue(params: Params, tables: Mapping[str, pd.DataFrame]) -> tuple[float, float, int | None]:
    """What a vehicle is taken to bring in a year, and brought in the last complete one [yuan]; that year.

    The first is the params' figure if they give one, else it is the second.
    """
    visits, _, _ = units(tables["service_visits"], tables["vehicle_sales"], unit=params.unit)
    years = complete_years(visits["visit_date"], as_of=pd.Timestamp(params.as_of))
    last = years[-1] if years else None
    return _revenue(params, visits, years), retention.revenue_per_vehicle(visits, year=last), last


def _revenue(params: Params, visits: pd.DataFrame, years: Sequence[int]) -> float:
    if params.value.revenue_per_vehicle is not None:
        return params.value.revenue_per_vehicle
    return retention.revenue_per_vehicle(visits, year=years[-1] if years else None)


def _months_over(months: Sequence[str], as_of: pd.Timestamp) -> Sequence[str]:
    """The months without the running one."""
    return months if (as_of + pd.Timedelta(days=1)).day == 1 else months[:-1]


def _planned_units(targets: pd.DataFrame | None, plan_year: int) -> float:
    """Vehicles to be sold in the plan year; NaN unless all twelve months have a target."""
    if targets is None:
        return np.nan
    of_year = targets[targets["month"].dt.year == plan_year]
    return float(of_year["units"].sum()) if of_year["month"].nunique() == 12 else np.nan
