"""Vehicles lost to one store and seen at another of the same group, counted by VIN where none is shown."""

from collections.abc import Sequence
from typing import Any

import duckdb
import pandas as pd
from numpy.typing import ArrayLike

from csanalysis.metrics.customers.lapses import lapse_day
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.network.members import Member

# A vehicle is lost to a store once its last visit there has lapsed; it is seen elsewhere if it came to
# another store of the group after that visit. The latest such store counts.
_LAST_VISITS = """
CREATE TEMP TABLE last_visits AS
SELECT store, grouping, as_of, vin, max(visit_date) AS last_visit FROM ({visits}) GROUP BY ALL
"""
_LOST = """
WITH lost AS (
  SELECT last_visits.* FROM last_visits JOIN lapse_days USING (store, last_visit) WHERE lapse_day <= as_of
),
seen AS (
  SELECT lost.store AS lost_by, lost.vin, arg_max(other.store, (other.last_visit, other.store)) AS seen_at
  FROM lost
  JOIN last_visits AS other
    ON other.vin = lost.vin AND other.grouping = lost.grouping
   AND other.store <> lost.store AND other.last_visit > lost.last_visit
  GROUP BY lost.store, lost.vin
)
SELECT lost.store AS lost_by, seen.seen_at, count(*)::DOUBLE AS vehicles
FROM lost LEFT JOIN seen ON seen.lost_by = lost.store AND seen.vin = lost.vin
GROUP BY ALL ORDER BY ALL
"""
_VISITS = """
SELECT ? AS store, ? AS grouping, ?::DATE AS as_of, vin, visit_date::DATE AS visit_date
FROM read_parquet(?) WHERE vin IS NOT NULL AND visit_date <= ?::DATE
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
    values: list[object] = []
    for member in members:
        day = member.params.as_of.isoformat()
        # A store without a group is a group of its own.
        group = member.params.dealership.group or f"\0{member.name}"
        values += [member.name, group, day, str(member.visits), day]
    union = " UNION ALL ".join([_VISITS] * len(members))
    with duckdb.connect() as connection:
        connection.execute(_LAST_VISITS.format(visits=union), values)
        visited = connection.execute("SELECT DISTINCT store, last_visit FROM last_visits").df()
        connection.register("lapse_days", _lapse_days(visited, members))
        counts = connection.execute(_LOST).df()
    day_of = {member.name: member.params.as_of.isoformat() for member in members}
    lost = counts.groupby("lost_by")["vehicles"].sum()
    moved = counts.dropna(subset="seen_at")
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


def _lapse_days(visited: pd.DataFrame, members: Sequence[Member]) -> pd.DataFrame:
    """The last visits by store with the day on which each lapses, as that store's params have it."""
    months = {member.name: member.params.lifecycle.churned_months for member in members}
    parts = [
        of_store.assign(lapse_day=lapse_day(of_store["last_visit"], lapse_months=months[str(store)]))
        for store, of_store in visited.groupby("store")
    ]
    return pd.concat(parts, ignore_index=True) if parts else visited.assign(lapse_day=visited["last_visit"])


def _rate(days: Sequence[str], seen: ArrayLike, lost: ArrayLike, **groups: Any) -> pd.DataFrame:
    low, high = wilson(seen, lost)
    if not days:
        return tidy([])
    return tidy(days, numerator=seen, denominator=lost, low=low, high=high, **groups)


def benchmark_scores(member: Member) -> pd.DataFrame:
    """A store's own monthly scores, by item and for each programme's total, as the bulletin has them."""
    scores = member.published(("item_score", "programme_score"))
    items = scores.select("item_score", "month", "programme", "item_code")
    totals = scores.select("programme_score", "month", "programme").assign(item_code="total")
    every = pd.concat([items, totals], ignore_index=True)
    return every.rename(columns={"period": "month"})[["month", "programme", "item_code", "value"]]
