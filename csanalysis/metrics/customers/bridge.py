"""From one year-end's active base to the next: who came new, who came back, who lapsed.

The active base of a year-end is the vehicles with a visit in the twelve months up to it. Visits and sales
are those of :func:`csanalysis.metrics.customers.units.units`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.units import seen_in_years
from csanalysis.metrics.first_service.targets import round_half_up
from csanalysis.metrics.results import tidy

FLOWS = ("opening", "new_from_sales", "new_from_elsewhere", "won_back", "lapsed", "closing")


def retention_bridge(visits: pd.DataFrame, sales: pd.DataFrame, *, years: Sequence[int]) -> pd.DataFrame:
    """How the active base moved in each year.

    Parameters
    ----------
    visits, sales : DataFrame
        One row a visit, one row a sale.
    years : sequence of int
        The complete years, in a row; the first gives only the opening of the second.

    Returns
    -------
    DataFrame
        One row a year but the first and ``flow``: ``value`` [vehicles], none below 0.

    Notes
    -----
    opening + new_from_sales + new_from_elsewhere + won_back - lapsed = closing. ``new_from_sales`` are the
    first visits ever of vehicles that the sales ledger holds by that year's end, ``new_from_elsewhere``
    those of all others; ``won_back`` are vehicles seen before, though not in the year before. A customer
    from before the data passes for a new one.
    """
    if len(years) < 2:
        return tidy([], flow=[])
    first = min(int(visits["month"].min()) // 12 + 1970, years[0])
    span = range(first, years[-1] + 1)
    seen = seen_in_years(visits, years=span)
    bought = np.full(max(len(seen), sales["unit"].max() + 1 if len(sales) else 0), years[-1] + 1)
    np.minimum.at(bought, sales["unit"].to_numpy(), sales["sale_date"].dt.year.to_numpy())
    rows = []
    for year in years[1:]:
        place = year - first
        before, now = seen[:, place - 1], seen[:, place]
        returning = now & ~before & seen[:, : place - 1].any(axis=1)
        new = now & ~before & ~returning
        sold = bought[: len(seen)] <= year
        rows += [before, new & sold, new & ~sold, returning, before & ~now, now]
    return tidy(
        np.repeat([str(year) for year in years[1:]], len(FLOWS)),
        value=[members.sum() for members in rows],
        flow=FLOWS * (len(years) - 1),
    )


def vehicles_sold(sales: pd.DataFrame) -> pd.Series:
    """Vehicles by the year of their first sale, the self-sold and all others."""
    by_year: pd.Series = sales.groupby("unit")["sale_date"].min().dt.year.value_counts()
    return by_year


def planned_bridge(
    bridge: pd.DataFrame, *, target: float, sold: pd.Series, planned_units: float, plan_year: int
) -> pd.DataFrame:
    """The plan year's bridge if its targets are met and all else goes as last year: no forecast.

    Parameters
    ----------
    bridge : DataFrame
        What :func:`retention_bridge` returns.
    target : float
        Target churn rate [fraction 0-1].
    sold : Series
        What :func:`vehicles_sold` returns.
    planned_units : float
        Vehicles to be sold in the plan year; NaN where the dealership set no target.
    plan_year : int
        The year to project.

    Returns
    -------
    DataFrame
        One row a ``flow`` of the plan year: ``value`` [vehicles, whole]. NaN without a target; no row without
        a year to start from.

    Notes
    -----
    Opening is the last closing; lapsed = target x opening, rounded down as the churn ceiling is. New from
    sales is last year's x planned units / vehicles sold last year, rounded half up, or plainly last year's
    where either is missing. New from elsewhere and won back are last year's.
    """
    if bridge.empty:
        return tidy([], flow=[])
    last = bridge.tail(len(FLOWS)).set_index("flow")["value"]
    vehicles = sold.get(int(bridge["period"].iloc[-1]), 0)
    growth = planned_units / vehicles if vehicles and not np.isnan(planned_units) else 1.0
    gains = round_half_up([last["new_from_sales"] * growth, last["new_from_elsewhere"], last["won_back"]])
    opening = last["closing"]
    lapsed = np.floor(round(target * opening, 9))
    closing = opening + gains.sum() - lapsed
    return tidy([str(plan_year)] * len(FLOWS), value=[opening, *gains, lapsed, closing], flow=FLOWS)
