"""Every vehicle sold or seen with its last visit, state, team and class, and which of them to call."""

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.classes import CLASSES, visit_class
from csanalysis.metrics.customers.lifecycle import BOUNDARIES, Boundaries, with_state
from csanalysis.metrics.customers.units import last_visits, units
from csanalysis.metrics.remembered import remembered


def vehicle_roster(
    visits: pd.DataFrame, sales: pd.DataFrame, *, as_of: pd.Timestamp, boundaries: Boundaries = BOUNDARIES
) -> pd.DataFrame:
    """One row a vehicle sold or seen.

    Parameters
    ----------
    visits, sales : DataFrame
        Clean tables.
    as_of : Timestamp
        Last day counted.
    boundaries : tuple of int
        Ages [months] at which a vehicle becomes marginal, churned and permanent.

    Returns
    -------
    DataFrame
        In order of ``vin``: ``last_visit``, ``months_since`` [months], ``state``, ``team`` and ``advisor`` of
        the last visit, ``visit_class``. A vehicle never seen has a class and nothing else.
    """
    numbered = units(visits, sales)
    classes = visit_class(numbered.visits, numbered.sales, at=as_of)
    last = with_state(last_visits(numbered.visits, at=as_of), at=as_of, boundaries=boundaries)
    last = last.assign(advisor=visits["advisor"].take(last["row"].to_numpy()).array).set_index("unit")
    roster = last.reindex(np.flatnonzero(classes >= 0))
    return pd.DataFrame(
        {
            "vin": numbered.names[roster.index].astype("str"),
            "last_visit": roster["visit_date"].array,
            "months_since": roster["months_since"].array,
            "state": roster["state"].astype("str").array,
            "team": roster["team"].astype("str").array,
            "advisor": roster["advisor"].array,
            "visit_class": np.array(CLASSES)[classes[roster.index]],
        }
    ).sort_values("vin", ignore_index=True)


@remembered
def vehicle_customers(visits: pd.DataFrame, sales: pd.DataFrame) -> pd.Series:
    """``customer_id`` by VIN: of the latest visit that names one, else of the latest such sale."""
    dated = [
        table.rename(columns={date: "date"})[["vin", "customer_id", "date"]].assign(place=place)
        for place, (table, date) in enumerate(((sales, "sale_date"), (visits, "visit_date")))
    ]
    known = pd.concat(dated, ignore_index=True).dropna(subset=["customer_id"])
    known = known.sort_values(["place", "date"], kind="stable")
    return known.drop_duplicates("vin", keep="last").set_index("vin")["customer_id"]


def contact_window(roster: pd.DataFrame, *, from_months: int, to_months: int) -> pd.DataFrame:
    """Vehicles whose last visit is so many months ago, both ends meant: 4 to 11 is the time to stay in touch.

    By team, within it the longest away first.
    Source: 《汽车维修企业ERP客户管理现状及改善建议》.
    """
    return _by_team(roster[roster["months_since"].between(from_months, to_months).fillna(False).astype(bool)])


def marginal_vehicles(roster: pd.DataFrame) -> pd.DataFrame:
    """Vehicles about to be lost; by team, within it the longest away first."""
    return _by_team(roster[roster["state"] == "marginal"])


def win_back_vehicles(roster: pd.DataFrame) -> pd.DataFrame:
    """Vehicles lost, though not for good; by team, within it the most recently lost first."""
    return _by_team(roster[roster["state"] == "churned"], longest_first=False)


def _by_team(rows: pd.DataFrame, *, longest_first: bool = True) -> pd.DataFrame:
    order = ["team", "last_visit", "vin"]
    return rows.sort_values(order, ascending=[True, longest_first, True], ignore_index=True)
