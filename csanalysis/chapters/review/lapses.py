"""The month's lapses: by the team or advisor who received the last visit, and the vehicles still away."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.metrics.customers.lapses import lapsed_and_away, lapses_by_carer
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.results import Results, tidy
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def carer_column(visits: pd.DataFrame, as_of: pd.Timestamp) -> str | None:
    """What the last year's visits say of who looks after a vehicle: ``team``, else ``advisor``, else None."""
    late = visits[visits["visit_date"] > as_of - pd.DateOffset(years=1)]
    return next((name for name in ("team", "advisor") if late[name].notna().any()), None)


def away(params: Params, tables: Tables) -> pd.DataFrame:
    """Vehicles that lapsed in the month of ``as_of`` and are still away: with last visit and team."""
    visits = tables["service_visits"]
    counted = visits[~visits["service_type"].isin(params.churn.exclude_service_types)]
    return lapsed_and_away(
        counted, as_of=pd.Timestamp(params.as_of), lapse_months=params.lifecycle.churned_months
    )


def month_lapses(params: Params, tables: Tables, carer: str | None, month: str) -> Results:
    """Lapses of the month and its year so far by ``carer``, and how many of the month's are still away."""
    gone = away(params, tables)
    still = Results({"lapsed_still_away": tidy([month], value=float(len(gone)))})
    if carer is None:
        return still
    by_carer = gone[carer].value_counts()
    split = {carer: by_carer.index.astype("str")}
    still += Results({"lapsed_still_away": tidy([month] * len(by_carer), value=by_carer.to_numpy(), **split)})
    visits = tables["service_visits"]
    ordered = units(visits, tables["vehicle_sales"], unit=params.unit).visits
    counted = ordered[~ordered["service_type"].isin(params.churn.exclude_service_types)].reset_index(
        drop=True
    )
    names = visits[carer].take(counted["row"].to_numpy()).reset_index(drop=True)
    lapses = lapses_by_carer(
        counted,
        names,
        by=carer,
        month=month,
        as_of=pd.Timestamp(params.as_of),
        lapse_months=params.lifecycle.churned_months,
    )
    return still + Results({"review_lapses": lapses})
