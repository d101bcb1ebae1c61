"""Rows dated long before all others: a year mistyped, or a system's own day for no date."""

import numpy as np
import numpy.typing as npt
import pandas as pd

_FEWEST_ROWS = 50  # fewer tell nothing about what is usual
_MOST_SHARE = 0.01
_SEARCHED_SHARE = 0.05  # where the first rows are thin for longer, they are data
_GAP_DAYS = 180


def lone_early(days: pd.Series) -> npt.NDArray[np.bool_]:
    """Rows before a gap of more than half a year, if they are no more than one in a hundred, or one alone.

    They would make years complete of which the export holds nothing. ``days`` are datetimes, NaT where a row
    does not count.
    """
    known = days.dropna().sort_values()
    found = np.zeros(len(days), dtype=bool)
    if len(known) < _FEWEST_ROWS:
        return found
    first = known.iloc[: int(len(known) * _SEARCHED_SHARE) + 2]
    gaps = np.flatnonzero(first.diff().dt.days.to_numpy()[1:] > _GAP_DAYS)
    if len(gaps) and gaps[-1] + 1 <= max(1, int(len(known) * _MOST_SHARE)):
        found[:] = (days < first.iloc[gaps[-1] + 1]).to_numpy()
    return found
