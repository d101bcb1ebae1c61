"""The groups that churn is told by: by age, model, district, origin, kind of customer, warranty, last job."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.metrics.customers.churn_splits import year_end
from csanalysis.metrics.customers.unit_cases import group_of
from csanalysis.metrics.customers.units import Unit, Units, seen_in_years, units
from csanalysis.metrics.customers.vehicle_groups import SPLITS, Labels, vehicle_facts, vehicle_groups
from csanalysis.metrics.periods import complete_years
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
    return groups_by(params, tables, [*SPLITS], unit=unit)


def groups_by(
    params: Params, tables: Tables, names: Sequence[str], *, unit: Unit
) -> dict[pd.Timestamp, Labels]:
    """The same days' groups by any columns of visits, sales and customers.

    Raises
    ------
    KeyError
        There is no such column.
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
    splits = {name: group_of(name, numbered, tables) for name in names}
    return vehicle_groups(facts, sorted({*ends, pd.Timestamp(params.as_of)}), base=base, splits=splits)


@shared
def _vehicle_groups(params: Params, tables: Tables) -> dict[pd.Timestamp, Labels]:
    """Those of vehicles, whatever the store counts."""
    return churn_groups(params, tables, unit="vehicle")


def unit_groups(params: Params, tables: Tables) -> dict[pd.Timestamp, Labels]:
    """Those of the params' unit."""
    if params.unit == "vehicle":
        return _vehicle_groups(params, tables)
    return churn_groups(params, tables, unit=params.unit)


@shared
def vehicle_labels(params: Params, tables: Tables) -> pd.DataFrame:
    """The groups at ``as_of`` by VIN, one column a split, all text."""
    numbered = units(tables["service_visits"], tables["vehicle_sales"])
    labels = _vehicle_groups(params, tables)[pd.Timestamp(params.as_of)].astype("str")
    return labels.set_axis(numbered.names.astype("str"))
