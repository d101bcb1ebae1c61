"""The target of a goal: what the frozen plan of the year says, or else what its rule gives now."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import NUMBERS, group_columns, tidy
from csanalysis.params import Params
from csanalysis.params.standing import StandingTarget

SAME = 1e-9


def standing(params: Params, target: str, reckoned: pd.DataFrame) -> pd.DataFrame:
    """A target's frame as it stands.

    Parameters
    ----------
    params : Params
        With the targets that stand, if a plan was frozen.
    target : str
        The goal's target, such as ``churn_rate_target``.
    reckoned : DataFrame
        What its rule gives: of the plan year, and of its months where it has any.

    Returns
    -------
    DataFrame
        The same rows; those of the frozen plan have its ``value``, and none of the other numbers where that
        is another one. A frozen target that cannot be reckoned any more gets a row.
    """
    frame = reckoned
    for each in params.standing:
        if each.target == target:
            for period, value in _values(each, params.plan_year).items():
                frame = _set(frame, period, value, each.group)
    return frame


def reckoned_anew(params: Params, unit: str, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """``target_reckoned_<unit>``: of each target that stands, what its rule gives now; nothing without any.

    ``frames`` are the targets of one unit as reckoned.
    """
    period, parts = str(params.plan_year), []
    for each in params.standing:
        if (frame := frames.get(each.target)) is not None:
            rows = frame.loc[_rows(frame, period, each.group), "value"]
            value = float(rows.iloc[0]) if len(rows) else np.nan
            parts.append(tidy([period], value=value, target=each.target, **each.group))
    return {f"target_reckoned_{unit}": pd.concat(parts, ignore_index=True)} if parts else {}


def _values(each: StandingTarget, year: int) -> dict[str, float]:
    months = dict(zip(months_of(year), each.months, strict=True)) if each.months else {}
    return {str(year): each.year, **months}


def _rows(frame: pd.DataFrame, period: str, group: Mapping[str, str]) -> NDArray[np.bool_]:
    """Where a frame has the row of a period and split."""
    found = (frame["period"] == period).to_numpy(dtype=bool, copy=True)
    if {*group_columns(frame)} != {*group}:
        return np.zeros(len(frame), dtype=bool)
    for name, label in group.items():
        found &= (frame[name] == label).to_numpy(dtype=bool)
    return found


def _set(frame: pd.DataFrame, period: str, value: float, group: Mapping[str, str]) -> pd.DataFrame:
    found = _rows(frame, period, group)
    if not found.any():
        missing = tidy([period], value=value, **group)
        return pd.concat([frame, missing], ignore_index=True) if len(frame) else missing
    other = found & ~(np.abs(frame["value"].to_numpy(float) - value) <= SAME)
    changed = frame.copy()
    changed.loc[other, list(NUMBERS)] = np.nan
    changed.loc[other, "value"] = value
    return changed
