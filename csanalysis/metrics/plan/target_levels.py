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
    drawn: NDArray[np.float64],
    *,
    plan_year: int,
    better: str,
    last: float,
    whole: bool = False,
    given: float | None = None,
    **group: str,
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
        What the last complete year gave, NaN where unknown: a target or stretch asks for no less than that.
    whole : bool
        Whether it is counted in whole numbers.
    given : float, optional
        The target where it follows from another one; else it is told from the drawn years.

    Returns
    -------
    DataFrame
        By ``level``: ``value``, ``numerator`` [drawn years that meet it] of ``denominator`` [drawn years].
        A target that fewer than one year in twenty meets is left out: the stretch stands in its place.

    Notes
    -----
    A floor is the value that 8 of 10 drawn years meet, a target 5, a stretch 2. The floor is what has to hold
    in a bad year too, and may lie below last year's number; held up to that, it would be met in 5 years of 10
    and be no floor. Where last year is out of reach of most years, target and stretch fall together there.
    """
    best = max if better == "higher" else min
    rows: list[tuple[str, float, int]] = []
    asked = np.nan
    for level, share in LEVELS.items() if len(drawn) else ():
        value = float(np.quantile(drawn, 1 - share if better == "higher" else share, method="inverted_cdf"))
        value = _whole(value, easier=better == "higher") if whole else value
        if level != "floor" and not np.isnan(last):
            held = _whole(last, easier=better != "higher") if whole else last
            value = best(value, held)
        if level == "target":
            asked = value = value if given is None else given
        if level == "stretch":
            value = best(value, asked)
        met = int(_met(drawn, value, better).sum())
        if level == "target" and met < LEAST_CHANCE * len(drawn):
            continue
        rows.append((level, value, met))
    return tidy(
        [str(plan_year)] * len(rows),
        value=[value for _, value, _ in rows],
        numerator=[met for *_, met in rows],
        denominator=len(drawn),
        level=[level for level, *_ in rows],
        **group,
    )


def _whole(value: float, *, easier: bool) -> float:
    """The whole number below, where that is the one more easily met, else the one above."""
    return float(np.floor(value + 1e-9) if easier else np.ceil(value - 1e-9))


def _met(drawn: NDArray[np.float64], value: float, better: str) -> NDArray[np.bool_]:
    slack = 1e-9 * max(abs(value), 1.0)
    return drawn >= value - slack if better == "higher" else drawn <= value + slack
