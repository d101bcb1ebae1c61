"""Every target's floor, target and stretch, from the simulated year with the plan's measures."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from csanalysis.chapters.goal import Goal
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.plan.target_levels import target_levels
from csanalysis.metrics.results import Results
from csanalysis.metrics.simulation.chances import drawn_year
from csanalysis.metrics.simulation.model import Array
from csanalysis.metrics.simulation.run import Year
from csanalysis.params import Params


def levels(
    year: Year, goals: Sequence[Goal], params: Params, results: Results, apart: Mapping[int, Array]
) -> dict[str, list[pd.DataFrame]]:
    """By name, the levels of every goal that can be simulated, and the chance of each.

    Parameters
    ----------
    year : Year
        The simulated year.
    goals : sequence of Goal
        Those with a target.
    params, results
        Of the plan; the results hold what past years gave.
    apart : mapping of int to array
        By place of the goal, the drawn years of what no vehicle gives.

    Returns
    -------
    dict
        ``target_level_rate``, ``_count`` and ``_score``, and ``target_level_chance``.
    """
    frames: dict[str, list[pd.DataFrame]] = {}
    before = last_complete_year(pd.Timestamp(params.as_of))
    for place, goal in enumerate(goals):
        drawn = drawn_year(year, goal.simulated) if goal.simulated else apart.get(place)
        if drawn is None or np.isnan(drawn).any():
            continue
        found = target_levels(
            drawn,
            plan_year=params.plan_year,
            better=goal.better,
            last=float(goal.past(params, results).get(before, np.nan)),
            whole=goal.unit == "count",
            **goal.key,
        )
        chance = found.assign(value=found["numerator"] / found["denominator"])
        level = found.assign(numerator=np.nan, denominator=np.nan)
        frames.setdefault(f"target_level_{goal.unit}", []).append(level)
        frames.setdefault("target_level_chance", []).append(chance)
    return frames
