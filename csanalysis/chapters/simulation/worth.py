"""The range of the plan year about every target, and what meeting it is worth."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.chapters.goal import Goal
from csanalysis.chapters.simulation.aims import Outlook
from csanalysis.metrics.plan import target_ranges
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.simulation.outcomes import BAND
from csanalysis.params import Params


def ranges(params: Params, results: Results, told: Outlook) -> dict[str, list[pd.DataFrame]]:
    """By name, a row a goal: what the plan asks for, with the range in which the year falls.

    The range is that of the simulated year with the plan's moves, eight drawn years of ten; without a
    simulation that of a normal year, as far off as years have been.
    """
    rows: dict[str, list[pd.DataFrame]] = {}
    for place, goal in enumerate(told.goals):
        drawn = told.drawn(place)
        if drawn is None:
            low, high = goal.normal_year(params, results, goal)
        else:
            low, _, high = np.quantile(drawn, BAND, method="inverted_cdf")
        if goal.unit == "count":
            low, high = target_ranges.rounded_outward((low, high))
        value = goal.value(results, params.plan_year)
        rows.setdefault(goal.range_metric, []).append(_of(params, goal, value=value, low=low, high=high))
    return rows


def worth(params: Params, results: Results, goals: Sequence[Goal]) -> list[pd.DataFrame]:
    """What meeting each target brings above last year's level; NaN where no price is known."""
    return [_of(params, goal, value=goal.worth(params, results, goal)) for goal in goals]


def _of(params: Params, goal: Goal, **numbers: float) -> pd.DataFrame:
    """A number of the plan year about one goal."""
    split = {name: [label] for name, label in goal.group.items()}
    return tidy([str(params.plan_year)], **numbers, target=goal.target, **split)
