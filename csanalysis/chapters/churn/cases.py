"""What the chapter's rates count, so that they can be split by any column."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd

from csanalysis.chapters.churn.groups import Tables, counted_visits, groups_by
from csanalysis.metrics.customers.churn_splits import (
    annual_churn_rate_by,
    lapsed_vehicles_by,
    retained_share_by,
)
from csanalysis.metrics.customers.lapses import lapse_dates, lapse_years
from csanalysis.metrics.customers.unit_cases import Groups, UnitCases
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.periods import complete_years
from csanalysis.params import Params


def cases(params: Params, tables: Tables) -> dict[str, UnitCases]:
    """By metric what it counts."""
    as_of, months = pd.Timestamp(params.as_of), params.lifecycle.churned_months
    counted = counted_visits(
        params, units(tables["service_visits"], tables["vehicle_sales"], unit=params.unit)
    )
    years = complete_years(tables["service_visits"]["visit_date"], as_of=as_of)
    lapses = lapse_dates(counted, as_of=as_of, lapse_months=months)
    return unit_cases(
        counted,
        lambda names: groups_by(params, tables, names, unit=params.unit),
        tables,
        years=years,
        lapses=lapses,
        lapses_of=lapse_years(years, lapse_months=months),
    )


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
    return {name: UnitCases(count, groups, tables) for name, count in counts.items()}
