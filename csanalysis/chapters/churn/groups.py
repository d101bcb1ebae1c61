"""The groups that churn is told by: by age, model, district, origin, kind of customer, warranty, last job."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.metrics.customers.churn_splits import (
    annual_churn_rate_by,
    lapsed_vehicles_by,
    retained_share_by,
    year_end,
)
from csanalysis.metrics.customers.split_tests import churn_rate_shrunk, churn_split_q_value
from csanalysis.metrics.customers.units import Unit, Units, seen_in_years, units
from csanalysis.metrics.customers.vehicle_groups import Labels, vehicle_facts, vehicle_groups
from csanalysis.metrics.periods import complete_years
from csanalysis.metrics.results import Results
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def counted_visits(params: Params, numbered: Units) -> pd.DataFrame:
    """The visits that count as having come, by the params."""
    return numbered.visits[~numbered.visits["service_type"].isin(params.churn.exclude_service_types)]


def churn_groups(params: Params, tables: Tables, *, unit: Unit) -> dict[pd.Timestamp, Labels]:
    """The groups of all units at the end of each complete year, of the one before, and of ``as_of``.

    Parameters
    ----------
    params, tables
        The dealership's; ``customers`` may be missing.
    unit : {"vehicle", "customer"}
        What is counted.
    """
    visits, sales = tables["service_visits"], tables["vehicle_sales"]
    numbered = units(visits, sales, unit=unit)
    counted = counted_visits(params, numbered)
    years = complete_years(visits["visit_date"], as_of=pd.Timestamp(params.as_of))
    facts = vehicle_facts(
        numbered,
        counted,
        visits=visits,
        sales=sales,
        customers=tables.get("customers"),
        warranty_months=params.warranty.months,
        warranty_km=params.warranty.km,
    )
    base = np.zeros(facts.size, dtype=bool)
    if years:
        # Those that the last churn rate is of say which models and districts are large enough to be named.
        seen = seen_in_years(counted, years=years)[:, max(len(years) - 2, 0)]
        base[: len(seen)] = seen
    ends = {year_end(year) for year in (*years, *(years[:1] and [years[0] - 1]))}
    return vehicle_groups(facts, sorted({*ends, pd.Timestamp(params.as_of)}), base=base)


@shared
def _vehicle_groups(params: Params, tables: Tables) -> dict[pd.Timestamp, Labels]:
    """Those of vehicles, whatever the store counts."""
    return churn_groups(params, tables, unit="vehicle")


@shared
def vehicle_labels(params: Params, tables: Tables) -> pd.DataFrame:
    """The groups at ``as_of`` by VIN, one column a split, all text."""
    numbered = units(tables["service_visits"], tables["vehicle_sales"])
    labels = _vehicle_groups(params, tables)[pd.Timestamp(params.as_of)].astype("str")
    return labels.set_axis(numbered.names.astype("str"))


def measure_groups(
    params: Params,
    tables: Tables,
    counted: pd.DataFrame,
    *,
    years: list[int],
    lapses: pd.Series,
    lapses_of: list[int],
) -> Results:
    """Churn, lapses and retention by each split, and which splits differ beyond chance.

    ``counted`` are the visits that count, ``lapses`` their lapses, ``lapses_of`` the years to report of them.
    """
    groups = (
        _vehicle_groups(params, tables)
        if params.unit == "vehicle"
        else churn_groups(params, tables, unit=params.unit)
    )
    splits = [*next(iter(groups.values()))]
    rates = {by: annual_churn_rate_by(counted, groups, by=by, years=years) for by in splits}
    found = Results(
        {
            "annual_churn_rate": [*rates.values()],
            "retained_share": [retained_share_by(counted, groups, by=by, years=years) for by in splits],
            "lapsed_vehicles": [
                lapsed_vehicles_by(counted, lapses, groups, by=by, years=lapses_of) for by in splits
            ],
        }
    )
    if len(years) < 2:
        return found
    return found + Results(
        {
            "churn_rate_shrunk": [
                churn_rate_shrunk(rates[by], by=by, year=years[-1]) for by in splits if len(rates[by])
            ],
            "churn_split_q_value": churn_split_q_value(rates, year=years[-1]),
        }
    )
