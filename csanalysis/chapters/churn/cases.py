"""What the chapter's rates count, so that they can be split by any column."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd

from csanalysis.chapters.answered import still_here
from csanalysis.chapters.churn.groups import Tables, counted_visits, groups_by
from csanalysis.metrics.contacts.churn_reasons import churn_reasons
from csanalysis.metrics.customers import lifecycle
from csanalysis.metrics.customers.churn_splits import (
    annual_churn_rate_by,
    lapsed_vehicles_by,
    retained_share_by,
)
from csanalysis.metrics.customers.lapses import lapse_dates, lapse_years
from csanalysis.metrics.customers.unit_cases import Groups, UnitCases
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.periods import complete_years
from csanalysis.metrics.stats.cases import Cases, by_one, by_team_of, each_alone
from csanalysis.params import Params


def cases(params: Params, tables: Tables) -> dict[str, UnitCases | Cases]:
    """By metric what it counts."""
    as_of, months = pd.Timestamp(params.as_of), params.lifecycle.churned_months
    numbered = units(tables["service_visits"], tables["vehicle_sales"], unit=params.unit)
    counted = counted_visits(params, numbered)
    years = complete_years(tables["service_visits"]["visit_date"], as_of=as_of)
    lapses = lapse_dates(counted, as_of=as_of, lapse_months=months)
    return (
        reason_cases(tables)
        | state_cases(params, tables, numbered.visits)
        | unit_cases(
            counted,
            lambda names: groups_by(params, tables, names, unit=params.unit),
            tables,
            years=years,
            lapses=lapses,
            lapses_of=lapse_years(years, lapse_months=months),
        )
    )


def reason_cases(tables: Tables) -> dict[str, Cases]:
    """What counts answers to the question why: a vehicle asked in two groups counts in each."""
    if (made := tables.get("contacts")) is None:
        return {}
    count = each_alone(churn_reasons)
    return {"churn_reasons": Cases(made, count, "contacts", "contact_date", tables, ("reason",))}


def state_cases(params: Params, tables: Tables, visits: pd.DataFrame) -> dict[str, Cases]:
    """By metric what it counts of vehicles as they stand: visits, the last of which says the vehicle's group.

    Vehicle ages are those at ``as_of``; split, the states at earlier month-ends are left out. ``visits`` are
    those of :func:`~csanalysis.metrics.customers.units.units`.
    """
    as_of, ages = pd.Timestamp(params.as_of), params.lifecycle.boundaries
    rows = visits.set_axis(tables["service_visits"].index[visits["row"]], axis=0).assign(standing=as_of)

    def states(rows: pd.DataFrame, by_team: bool) -> pd.DataFrame:
        here = still_here(params, tables, rows)
        now = lifecycle.lifecycle_vehicles(here, as_of=as_of, boundaries=ages, by_team=by_team)
        return (
            now
            if by_team
            else pd.concat([now, lifecycle.lifecycle_history(rows, as_of=as_of, boundaries=ages)])
        )

    def base(rows: pd.DataFrame, by_team: bool) -> pd.DataFrame:
        here = still_here(params, tables, rows)
        return lifecycle.effective_base(here, as_of=as_of, boundaries=ages, by_team=by_team)

    counts = {"lifecycle_vehicles": (states, ("state",)), "effective_base": (base, ())}
    return {
        name: Cases(rows, by_one(by_team_of(count)), "service_visits", "standing", tables, always)
        for name, (count, always) in counts.items()
    }


def unit_cases(
    counted: pd.DataFrame,
    groups: Callable[[Sequence[str]], Groups],
    tables: Tables,
    *,
    years: Sequence[int],
    lapses: pd.Series,
    lapses_of: Sequence[int],
) -> dict[str, UnitCases]:
    """By metric what it counts.

    ``counted`` are the visits that count, ``groups`` gives the groups of some splits, ``lapses`` are the
    visits' lapses and ``lapses_of`` the years to report of them.
    """
    counts = {
        "annual_churn_rate": partial(annual_churn_rate_by, counted, years=years),
        "retained_share": partial(retained_share_by, counted, years=years),
        "lapsed_vehicles": partial(lapsed_vehicles_by, counted, lapses, years=lapses_of),
    }
    always = {"retained_share": ("years_later",)}
    return {name: UnitCases(count, groups, tables, always.get(name, ())) for name, count in counts.items()}
