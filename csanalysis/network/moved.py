"""Vehicles lost to one store and seen at another of the same group, counted by VIN where none is shown."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd
from numpy.typing import ArrayLike

from csanalysis.metrics.customers.lapses import lapse_day
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.network.duck import database, stores_table
from csanalysis.network.members import Member

# A vehicle is lost to a store once its last visit there has lapsed; it is seen elsewhere if it came to
# another store of the group after that visit. The latest such store counts: of one day, the last by name.
# Most vehicles know one store alone: only the visits of others are looked at again.
_VEHICLES = """
CREATE TEMP TABLE vehicles AS
SELECT vin, min(store) AS store, max(store) > min(store) AS several, max(visit_date)::DATE AS last_visit
FROM read_parquet(?) AS visits JOIN stores ON stores.place = visits.file_index
WHERE vin IS NOT NULL AND visit_date < stores.ends
GROUP BY vin
"""
_SEVERAL = """
CREATE TEMP TABLE several AS SELECT vin, row_number() OVER () AS vehicle FROM vehicles WHERE several
"""
_LAST_VISITS = """
CREATE TEMP TABLE last_visits AS
SELECT vehicle, store, max(visit_date)::DATE AS last_visit
FROM read_parquet(?) AS visits JOIN several USING (vin) JOIN stores ON stores.place = visits.file_index
WHERE visit_date < stores.ends
GROUP BY ALL
"""
# A day and a store in one number, which is compared faster than two.
_LOST = """
WITH latest AS (
  SELECT grouping, vehicle, max(days(last_visit) * {stores} + store) AS visit
  FROM last_visits JOIN stores USING (store) GROUP BY ALL HAVING count(*) > 1
),
lost AS (
  SELECT store, vehicle, grouping, days(last_visit) AS day
  FROM last_visits JOIN stores USING (store) WHERE last_visit <= lapsed
),
seen AS (
  SELECT lost.store, CASE WHEN latest.visit // {stores} > day THEN latest.visit % {stores} END AS elsewhere
  FROM lost LEFT JOIN latest USING (vehicle, grouping)
  UNION ALL
  SELECT store, NULL FROM vehicles JOIN stores USING (store) WHERE NOT several AND last_visit <= lapsed
),
counts AS (SELECT store, elsewhere, count(*)::DOUBLE AS vehicles FROM seen GROUP BY ALL)
SELECT lost.dealership AS lost_by, found.dealership AS seen_at, vehicles
FROM counts JOIN stores AS lost USING (store) LEFT JOIN stores AS found ON found.store = elsewhere
ORDER BY ALL
"""
_DAYS = "CREATE TEMP MACRO days(day) AS (day - DATE '0001-01-01')::BIGINT"


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
    last_days = [member.params.as_of for member in members]
    months = [member.params.lifecycle.churned_months for member in members]
    told = {
        # A store without a group is a group of its own.
        "grouping": pd.factorize(
            pd.Series([member.params.dealership.group or f"\0{member.name}" for member in members])
        )[0],
        "ends": pd.Series([day + timedelta(days=1) for day in last_days], dtype="datetime64[us]"),
        "lapsed": [_last_lapsed(*each) for each in zip(last_days, months, strict=True)],
    }
    with database() as connection:
        files = stores_table(connection, {member.name: member.visits for member in members}, **told)
        connection.execute(_DAYS)
        connection.execute(_VEHICLES, [files])
        connection.execute(_SEVERAL)
        connection.execute(_LAST_VISITS, [files])
        counts = connection.execute(_LOST.format(stores=len(members))).df()
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
