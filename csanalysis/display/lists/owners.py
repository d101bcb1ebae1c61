"""Who does the work: shares by weight, the same input always giving the same owners."""

from collections.abc import Mapping

import pandas as pd


def by_weight(rows: int, weights: Mapping[str, float]) -> list[str | None]:
    """An owner for each of ``rows`` rows, so that after every row each has nearly the share of their weight.

    Returns None for every row where nobody has a weight above 0. Ties go to the first in ``weights``.
    """
    people = {name: weight for name, weight in weights.items() if weight > 0}
    if not people:
        return [None] * rows
    total = sum(people.values())
    given = dict.fromkeys(people, 0)
    owners: list[str | None] = []
    for row in range(1, rows + 1):
        # Whoever lags furthest behind their share of the rows so far is next.
        name = max(people, key=lambda person: round(people[person] / total * row - given[person], 9))
        given[name] += 1
        owners.append(name)
    return owners


def agent_weights(agents: Mapping[str, float], staff: pd.DataFrame | None) -> dict[str, float]:
    """The weights params give; else those of the staff whose role is agent (an empty weight is 1)."""
    if agents or staff is None:
        return dict(agents)
    known = staff[staff["role"] == "agent"]
    return dict(zip(known["staff"], known["weight"].fillna(1.0), strict=True))
