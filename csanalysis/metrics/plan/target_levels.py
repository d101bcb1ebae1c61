"""Three levels of a target, set by how often a year like the next one meets them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.results import tidy

LEVELS: Mapping[str, float] = {"floor": 0.8, "target": 0.5, "stretch": 0.2}
"""In how many of ten years each is to be met."""

LEAST_CHANCE = 0.05
"""What is met less often than this is asked of nobody: it stands as a stretch alone."""


def target_levels(
    drawn: NDArray[np.float64], *, plan_year: int, better: str, last: float, whole: bool = False, **group: str
) -> pd.DataFrame:
    """The levels of one target from the drawn years.

    Parameters
    ----------
    drawn : array
        What each drawn year gives; no NaN. Without any there are no rows.
    plan_year : int
        The year that is planned.
    better : {"higher", "lower"}
        The side on which a level is met.
    last : float
        What the last complete year gave, NaN where unknown: no level asks for less than that.
    whole : bool
        Whether it is counted in whole numbers.

    Returns
    -------
    DataFrame
        By ``level``: ``value``, ``numerator`` [drawn years that meet it] of ``denominator`` [drawn years].
        A floor or a target that fewer than one year in twenty meets is left out.

    Notes
    -----
    A floor is the value that 8 of 10 drawn years meet, a target 5, a stretch 2, and none is worse than last
    year's. Where last year is out of reach of most years, levels fall together there.
    """
    rows = []
    for level, share in LEVELS.items() if len(drawn) else ():
        value = float(np.quantile(drawn, 1 - share if better == "higher" else share))
        if whole:
            value = float(np.round(value))
        if not np.isnan(last):
            value = max(value, last) if better == "higher" else min(value, last)
        if whole:
            value = float(np.ceil(value - 1e-9) if better == "higher" else np.floor(value + 1e-9))
        slack = 1e-9 * max(abs(value), 1.0)
        met = int((drawn >= value - slack).sum() if better == "higher" else (drawn <= value + slack).sum())
        if level == "stretch" or met >= LEAST_CHANCE * len(drawn):
            rows.append((level, value, met))
    return tidy(
        [str(plan_year)] * len(rows),
        value=[value for _, value, _ in rows],
        numerator=[met for *_, met in rows],
        denominator=len(drawn),
        level=[level for level, *_ in rows],
        **group,
    )
