"""How often vehicles come: classes A to D by visits in twelve months, and how they moved in a year.

Visits and sales are those of :func:`csanalysis.metrics.customers.units.units`.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.units import last_visits
from csanalysis.metrics.periods import date_plus_months
from csanalysis.metrics.results import tidy

CLASSES = ("A", "B", "C", "D")
NEW = "new"
WINDOW_MONTHS = 12


def visit_class(visits: pd.DataFrame, sales: pd.DataFrame, *, at: pd.Timestamp) -> NDArray[np.int64]:
    """Class of each unit number at a date: 0 to 3 for A to D, -1 for a unit neither sold nor seen by then."""
    unit, sold = visits["unit"].to_numpy(), sales["unit"].to_numpy()
    count = max(unit.max(initial=-1), sold.max(initial=-1)) + 1
    seen = (visits["visit_date"] <= at).to_numpy()
    recent = seen & (visits["visit_date"] > date_plus_months(at, -WINDOW_MONTHS)).to_numpy()
    # One visit is C, two or three are B, four or more are A.
    classes = 3 - np.digitize(np.bincount(unit[recent], minlength=count), [1, 2, 4])
    known = np.zeros(count, dtype=bool)
    known[unit[seen]] = True
    known[sold[(sales["sale_date"] <= at).to_numpy()]] = True
    return np.where(known, classes, -1)


def visit_class_vehicles(
    visits: pd.DataFrame, sales: pd.DataFrame, *, as_of: pd.Timestamp, by_team: bool = False
) -> pd.DataFrame:
    """Vehicles by visits in the twelve months up to a date: A four and more, B two or three, C one, D none.

    Parameters
    ----------
    visits, sales : DataFrame
        One row a visit, one row a sale.
    as_of : Timestamp
        Last day counted; the first is the day after ``as_of`` - 12 months.
    by_team : bool
        Split by the ``team`` of the last visit too; a vehicle without one is left out.

    Returns
    -------
    DataFrame
        One row a ``visit_class`` (and ``team``) of all vehicles sold or seen: ``value`` [vehicles].

    Notes
    -----
    Source: 《汽车维修企业ERP客户管理现状及改善建议》.
    """
    classes = visit_class(visits, sales, at=as_of)
    teams = visits["team"].cat.categories if by_team else pd.Index([None])
    team = np.zeros(len(classes), dtype="int64")
    if by_team:
        last = last_visits(visits, at=as_of)
        team[:] = -1
        team[last["unit"]] = last["team"].cat.codes
    kept = (classes >= 0) & (team >= 0)
    counts = np.bincount(classes[kept] * len(teams) + team[kept], minlength=len(CLASSES) * len(teams))
    split = {"visit_class": np.repeat(CLASSES, len(teams))}
    if by_team:
        split["team"] = np.tile(teams, len(CLASSES))
    return tidy([f"{as_of:%Y-%m-%d}"] * len(counts), value=counts, **split)


def visit_class_migration(visits: pd.DataFrame, sales: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Vehicles by class a year ago and class now.

    Parameters
    ----------
    visits, sales : DataFrame
        One row a visit, one row a sale.
    as_of : Timestamp
        Now; a year ago is ``as_of`` - 12 months.

    Returns
    -------
    DataFrame
        One row a pair ``from`` (A to D, or ``new`` for a vehicle neither sold nor seen a year ago) and
        ``to``: ``value`` [vehicles]. Over ``from`` they add up to :func:`visit_class_vehicles`. NaN where the
        visits do not reach back 24 months.
    """
    now = visit_class(visits, sales, at=as_of)
    before = visit_class(visits, sales, at=date_plus_months(as_of, -WINDOW_MONTHS))
    before = np.where(before < 0, len(CLASSES), before)
    origins = (*CLASSES, NEW)
    counts = np.bincount(
        before[now >= 0] * len(CLASSES) + now[now >= 0], minlength=len(origins) * len(CLASSES)
    )
    covered_from = date_plus_months(as_of, -2 * WINDOW_MONTHS) + pd.Timedelta(days=1)
    covered = not visits.empty and visits["visit_date"].min().replace(day=1) <= covered_from
    return tidy(
        [f"{as_of:%Y-%m-%d}"] * len(counts),
        value=counts if covered else np.nan,
        **{"from": np.repeat(origins, len(CLASSES)), "to": CLASSES * len(origins)},
    )
