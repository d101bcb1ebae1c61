"""What asking again changes: declined work that was followed up beside like work that was not, by grade."""

import numpy as np
import pandas as pd

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.upsell.open_items import HORIZON_DAYS

AGE_STEP = 10
"""Days since the decline are told apart in steps of so many."""

FEWEST = 30
"""Of fewer followed-up items nothing is said."""


def follow_up_cells(declined: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Items followed up and like ones that were not, by grade and days since the decline.

    Parameters
    ----------
    declined : DataFrame
        Declined cases: ``date``, ``grade``, ``followed_up_date``, ``recovered_days``.
    as_of : Timestamp
        Last day counted; an item whose 90 days are not over by then is left out.

    Returns
    -------
    DataFrame
        One row a ``grade`` and ``step``: ``called`` and ``came`` (done within 90 days of the follow-up);
        ``others`` and ``others_came``, the items of the grade still open and not yet followed up on the
        step's first day.

    Notes
    -----
    An item followed up later counts among the others until then and after, which understates the difference.
    """
    rows = declined[declined["date"].notna()]
    followed = (rows["followed_up_date"] - rows["date"]).dt.days.to_numpy(float)
    done = rows["recovered_days"].fillna(np.inf).to_numpy()
    seen = (as_of - rows["date"]).dt.days.to_numpy() - HORIZON_DAYS
    grade = rows["grade"].astype("str").to_numpy()
    called = (followed >= 0) & (done >= followed) & (followed <= seen)
    step = np.floor(np.where(called, followed, 0) / AGE_STEP).astype("int64")
    parts = [
        _counted(grade[called], step[called], (done <= followed + HORIZON_DAYS)[called], "called", "came")
    ]
    for number in range(step[called].max(initial=-1) + 1):
        day = number * AGE_STEP
        waiting = (seen >= day) & (done > day) & ~(followed <= day)
        came = (done <= day + HORIZON_DAYS)[waiting]
        parts.append(_counted(grade[waiting], np.full(waiting.sum(), number), came, "others", "others_came"))
    cell = ["grade", "step"]
    others = pd.concat(parts[1:], ignore_index=True) if parts[1:] else parts[0].iloc[:0]
    others = others.reindex(columns=[*cell, "others", "others_came"])
    return parts[0].merge(others, on=cell)


def follow_up_effect(cells: pd.DataFrame, *, period: str) -> pd.DataFrame:
    """By how much likelier declined work was to be done within 90 days of being followed up.

    Parameters
    ----------
    cells : DataFrame
        :func:`follow_up_cells`.
    period : str
        The span of years of the items.

    Returns
    -------
    DataFrame
        One row a ``grade``: ``denominator`` [items followed up], ``value`` [difference of two fractions],
        ``low``, ``high`` (95 %, normal); no row for a grade with fewer than 30. Higher is better.

    Notes
    -----
    The differences of the cells weighted by the items followed up. Nobody drew lots, and no outcome before
    the follow-up shows whether the chosen were likelier anyway: the number is the most it can be.
    Source: 《借助分级管理机制提升维修增项成功比例》.
    """
    parts = [tidy([], grade=[])]
    for grade, rows in cells.groupby("grade"):
        if rows["called"].sum() >= FEWEST:
            parts.append(_difference(rows, period).assign(grade=pd.array([str(grade)], dtype="str")))
    return pd.concat(parts, ignore_index=True)


def _difference(cells: pd.DataFrame, period: str) -> pd.DataFrame:
    """Share done of those followed up, less that of the others as if they lay in the same cells."""
    followed, others = cells["called"], cells["others"]
    weight, size = followed / followed.sum(), followed.sum()
    done = cells["came"].sum() / size
    value = done - (weight * cells["others_came"] / others).sum()
    # One more of each kind: a cell of few others does not know its share for certain.
    likely = (cells["others_came"] + 1) / (others + 2)
    variance = done * (1 - done) / size + (weight**2 * likely * (1 - likely) / others).sum()
    half = normal.Z95 * np.sqrt(variance)
    return tidy([period], denominator=size, value=value, low=max(value - half, -1), high=min(value + half, 1))


def _counted(grade: np.ndarray, step: np.ndarray, came: np.ndarray, size: str, sum_: str) -> pd.DataFrame:
    rows = pd.DataFrame({"grade": grade, "step": step, "came": came})
    found = rows.groupby(["grade", "step"])["came"].agg(["size", "sum"])
    return found.rename(columns={"size": size, "sum": sum_}).reset_index()
