"""Vehicles lost to one store and seen at another of the same group, counted by VIN where none is shown."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
from numpy.typing import ArrayLike

from csanalysis.metrics.customers.lapses import lapse_day
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.network.duck import database
from csanalysis.network.members import Member
from csanalysis.network.visits import last_visits

# A vehicle is lost to a store once its last visit there has lapsed; it is seen elsewhere if it came to
# another store of the group after that visit. The latest such store counts: of one day, the last by name.
_LOST = """
SELECT dealership, count(*)::DOUBLE AS vehicles FROM last_visits JOIN stores USING (store)
WHERE last_visit <= lapsed GROUP BY ALL ORDER BY ALL
"""
# Numbers are compared faster than texts: vehicles whose hash is no other's came to one store alone. A day and
# a store are one number for the same reason.
_MOVED = """
WITH several AS MATERIALIZED (
  SELECT hash(vin) AS hash FROM last_visits GROUP BY ALL HAVING count(*) > 1
),
visits AS MATERIALIZED (
  SELECT store, vin, grouping, lapsed, last_visit, (last_visit - DATE '0001-01-01')::BIGINT AS day
  FROM last_visits JOIN several ON several.hash = hash(vin) JOIN stores USING (store)
),
latest AS (SELECT grouping, vin, max(day * {stores} + store) AS visit FROM visits GROUP BY ALL),
moved AS (
  SELECT visits.store, visit % {stores} AS elsewhere FROM visits JOIN latest USING (vin, grouping)
  WHERE last_visit <= lapsed AND visit // {stores} > day
),
counts AS (SELECT store, elsewhere, count(*)::DOUBLE AS vehicles FROM moved GROUP BY ALL)
SELECT lost.dealership AS lost_by, found.dealership AS seen_at, vehicles
FROM counts JOIN stores AS lost USING (store) JOIN stores AS found ON found.store = elsewhere
ORDER BY ALL
"""


def moved_vehicles(members: Sequence[Member]) -> Results:
    """Vehicles lost by each store, and how many of them came to another store of its group.

    Parameters
    ----------
    members : sequence of Member
        Stores whose params name no group belong to none, and lose to nobody.

    Returns
    -------
    Results
        At each store's ``as_of``: ``network_seen_elsewhere_rate`` by ``dealership``, its denominator all that
        were lost; ``network_moved_vehicles`` by ``lost_by`` and ``seen_at``, none that is 0.
    """
    stores = sorted(members, key=lambda member: member.name)
    told = pd.DataFrame(
        {
            "store": range(len(stores)),
            "dealership": [store.name for store in stores],
            # A store without a group is a group of its own.
            "grouping": pd.factorize(
                pd.Series([store.params.dealership.group or f"\0{store.name}" for store in stores])
            )[0],
            "lapsed": [
                _last_lapsed(store.params.as_of, store.params.lifecycle.churned_months) for store in stores
            ],
        }
    )
    with database() as connection:
        connection.register("given_stores", told)
        connection.execute("CREATE TEMP TABLE stores AS SELECT * FROM given_stores")
        connection.register("given_visits", last_visits(stores))
        connection.execute("CREATE TEMP TABLE last_visits AS SELECT * FROM given_visits")
        lost = connection.execute(_LOST).df().set_index("dealership")["vehicles"]
        moved = connection.execute(_MOVED.format(stores=len(stores))).df()
    day_of = {member.name: member.params.as_of.isoformat() for member in members}
    seen = moved.groupby("lost_by")["vehicles"].sum().reindex(lost.index, fill_value=0.0)
    days = [day_of[name] for name in lost.index]
    return Results(
        {
            "network_seen_elsewhere_rate": [
                _rate(days, seen, lost, dealership=lost.index),
                # Stores of different days have no common sum.
                _rate(days[:1] if len(set(days)) == 1 else [], [seen.sum()], [lost.sum()]),
            ],
            "network_moved_vehicles": tidy(
                [day_of[name] for name in moved["lost_by"]],
                value=moved["vehicles"],
                lost_by=moved["lost_by"],
                seen_at=moved["seen_at"],
            ),
        }
    )


@cache
def _last_lapsed(as_of: date, months: int) -> date:
    """The last day whose visits have lapsed by ``as_of``: those of a later day lapse no earlier."""
    latest = pd.Timestamp(as_of) - pd.DateOffset(months=months)
    near = pd.Series(pd.date_range(latest - pd.Timedelta(days=5), latest + pd.Timedelta(days=5)))
    return near[lapse_day(near, lapse_months=months) <= pd.Timestamp(as_of)].max().date()


def _rate(days: Sequence[str], seen: ArrayLike, lost: ArrayLike, **groups: Any) -> pd.DataFrame:
    low, high = wilson(seen, lost)
    if not days:
        return tidy([])
    return tidy(days, numerator=seen, denominator=lost, low=low, high=high, **groups)
