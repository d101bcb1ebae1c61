"""Which team looks after which vehicle."""

import heapq
from collections.abc import Mapping, Sequence

import pandas as pd


def allocate_to_teams(
    roster: pd.DataFrame, *, teams: Sequence[str], requested: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Give every vehicle but the permanently lost to a team, each class even over teams.

    Parameters
    ----------
    roster : DataFrame
        One row a vehicle: ``vin``, ``state``, ``visit_class``, ``team`` (of the last visit, NA for none).
    teams : sequence of str
        The teams to give to; a vehicle whose own team is not among them is free.
    requested : mapping of str to str, optional
        Team by VIN that asked for a vehicle and was granted it.

    Returns
    -------
    DataFrame
        In order of ``vin``: ``visit_class``, ``team``, ``reason`` (requested, looked_after, spread). The same
        input in any order gives the same split. No teams, no rows.

    Notes
    -----
    A request comes before the team of the last visit; both are fixed. Each free vehicle, in order of VIN,
    goes to the team that has fewest of its class by then, ties to the first in ``teams``. So of every class
    the teams hold the same number, give or take one, except a team that was fixed more to begin with.
    Source: 《汽车维修企业ERP客户管理现状及改善建议》.
    """
    rows = roster[roster["state"].ne("permanent") & (len(teams) > 0)].sort_values("vin", ignore_index=True)
    asked = rows["vin"].map(requested or {}).astype("str")
    asked = asked.where(asked.isin(teams))
    own = rows["team"].where(rows["team"].isin(teams))
    fixed = asked.fillna(own)
    given = fixed.copy()
    for _, members in rows.groupby("visit_class"):
        of_class = fixed[members.index]
        held = {team: int((of_class == team).sum()) for team in teams}
        free = of_class.index[of_class.isna()]
        given.loc[free] = pd.Series(_spread(held, len(free)), index=free, dtype="str")
    reason = pd.Series("spread", index=rows.index, dtype="str")
    reason = reason.mask(own.notna(), "looked_after").mask(asked.notna(), "requested")
    return rows[["vin", "visit_class"]].assign(team=given, reason=reason)


def _spread(held: Mapping[str, int], count: int) -> list[str]:
    """The team of each of ``count`` free vehicles: always the one that holds fewest."""
    places = {team: place for place, team in enumerate(held)}
    heap = [(number, places[team], team) for team, number in held.items()]
    heapq.heapify(heap)
    chosen = []
    for _ in range(count):
        number, place, team = heap[0]
        chosen.append(team)
        heapq.heapreplace(heap, (number + 1, place, team))
    return chosen
