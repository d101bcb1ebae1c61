"""Rectification of weak items: which actions are done, and whether the item scores better since."""

import numpy as np
import pandas as pd
import scipy

from csanalysis.metrics.periods import add_months
from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.action_controls import (
    NORM_MONTHS,
    Effect,
    action_effect,
    action_effects_framed,
    left_alone,
)
from csanalysis.metrics.surveys.survey_items import manufacturer_responses, welch_half_width

STATES = ("done", "done_late", "open", "overdue")
WINDOW_MONTHS = 6
"""So many months before an action's start, and after its end, are compared."""

GROUP = ["action_id", "programme", "item_code"]


def action_states(actions: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.Series:
    """Whether each action is ``done``, ``done_late``, ``open`` or ``overdue`` at the end of ``as_of``."""
    done, due = actions["done_date"], actions["due_date"]
    late = (done > due).where(done.notna(), due < as_of)
    names = np.where(done.notna(), np.where(late, "done_late", "done"), np.where(late, "overdue", "open"))
    return pd.Series(names, index=actions.index, dtype="str")


def rectification_actions(actions: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """How many actions stand where.

    Parameters
    ----------
    actions : DataFrame
        Actions, a clean table as known at ``as_of``.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row a ``progress`` (done, done_late, open, overdue): ``value`` [actions].
    """
    counts = action_states(actions, as_of=as_of).value_counts().reindex(list(STATES), fill_value=0)
    return tidy([str(as_of.date())] * len(counts), value=counts.to_numpy(), progress=counts.index)


def action_effects(
    actions: pd.DataFrame, responses: pd.DataFrame, *, as_of: pd.Timestamp, min_responses: int = 30
) -> dict[str, pd.DataFrame]:
    """The item of each action before its start and after its end.

    Parameters
    ----------
    actions : DataFrame
        Actions, a clean table as known at ``as_of``.
    responses : DataFrame
        Sound survey responses, a clean table; the manufacturer's are used.
    as_of : Timestamp
        Last day counted.
    min_responses : int
        With fewer on either side the change is NaN: too few to tell.

    Returns
    -------
    dict of DataFrame
        One row an ``action_id``, ``programme`` and ``item_code`` each. ``action_before_score``:
        the six months before the start; ``action_after_score``: the six months after the end, as
        far as they are over; ``numerator`` [points], ``denominator`` [responses], ``value``
        [points], ``low``, ``high`` (Student's 95 %). ``action_change``: after - before, ``low``,
        ``high`` (Welch's 95 %). ``action_expected_change``: what items as low gain without an action;
        ``action_effect``: the change beyond that, ``low``, ``high`` (Student's 95 %); ``action_q_value``:
        the share of false findings to be borne among actions as clear as this.

    Notes
    -----
    An item that is weak by bad luck gains by itself afterwards: its change alone proves nothing.
    """
    own = manufacturer_responses(responses)
    where = own[["programme", "item_code"]].drop_duplicates()
    rows = actions.merge(where, on="item_code", how="inner")
    start, done = rows["start_date"], rows["done_date"]
    before = _scores(rows, own, add_months(start, -WINDOW_MONTHS), start - pd.Timedelta(days=1))
    after = _scores(rows, own, done + pd.Timedelta(days=1), add_months(done, WINDOW_MONTHS))
    enough = (before["size"] >= min_responses) & (after["size"] >= min_responses)
    change = (after["mean"] - before["mean"]).where(enough)
    half = welch_half_width(after["std"], after["size"], before["std"], before["size"])
    norm = _scores(rows, own, *_usual(start))
    usual = norm["mean"].where(norm["size"] >= min_responses)
    effects = _beyond_mean(rows, actions, own, where, before["mean"] - usual, change, min_responses)
    day, groups = [str(as_of.date())] * len(rows), {name: rows[name] for name in GROUP}
    return {
        "action_before_score": _framed(before, day, groups),
        "action_after_score": _framed(after, day, groups),
        "action_change": tidy(day, value=change, low=change - half, high=change + half, **groups),
        **action_effects_framed(effects, day=day, groups=groups),
    }


def _usual(start: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The months that tell what is usual for an item: those before the ones compared."""
    first = add_months(start, -WINDOW_MONTHS - NORM_MONTHS)
    return first, add_months(start, -WINDOW_MONTHS) - pd.Timedelta(days=1)


def _beyond_mean(
    rows: pd.DataFrame,
    actions: pd.DataFrame,
    own: pd.DataFrame,
    where: pd.DataFrame,
    low: pd.Series,
    change: pd.Series,
    min_responses: int,
) -> list[Effect]:
    """Of each action, what it changed beyond what items as low do without one."""
    controls = left_alone(rows, actions, where, months=WINDOW_MONTHS)
    start, done = controls["start_date"], controls["done_date"]
    parts = [
        _scores(controls, own, add_months(start, -WINDOW_MONTHS), start - pd.Timedelta(days=1)),
        _scores(controls, own, done + pd.Timedelta(days=1), add_months(done, WINDOW_MONTHS)),
        _scores(controls, own, *_usual(start)),
    ]
    before, after, usual = (part["mean"].where(part["size"] >= min_responses) for part in parts)
    found = []
    for place in rows.index:
        of_action = (controls["place"] == place).to_numpy()
        found.append(
            action_effect(
                (before - usual)[of_action].to_numpy(float),
                (after - before)[of_action].to_numpy(float),
                own_low=float(low[place]),
                own_change=float(change[place]),
            )
        )
    return found


def _scores(rows: pd.DataFrame, own: pd.DataFrame, first: pd.Series, last: pd.Series) -> pd.DataFrame:
    """Size, mean and standard deviation of each row's item from ``first`` to ``last``, none where missing."""
    joined = rows[["programme", "item_code"]].assign(first=first, last=last).reset_index()
    joined = joined.merge(
        own[["programme", "item_code", "survey_date", "score"]], on=["programme", "item_code"]
    )
    joined = joined[joined["survey_date"].between(joined["first"], joined["last"])]
    found = joined.groupby("index")["score"].agg(["size", "mean", "std"]).reindex(rows.index)
    return found.assign(size=found["size"].fillna(0))


def _framed(found: pd.DataFrame, day: list[str], groups: dict[str, pd.Series]) -> pd.DataFrame:
    size = found["size"].where(found["size"] > 0)
    half = scipy.stats.t.ppf(0.975, size.where(size >= 3) - 1) * found["std"] / np.sqrt(size)
    return tidy(
        day,
        numerator=found["mean"] * size,
        denominator=found["size"],
        value=found["mean"],
        low=found["mean"] - half,
        high=found["mean"] + half,
        **groups,
    )
