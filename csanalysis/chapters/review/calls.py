"""What became of the call plan by the month's end: by list, who was called, reached and came."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.chapters.work_lists.call_plan import CallPlan, call_plan
from csanalysis.metrics.periods import date_plus_months
from csanalysis.metrics.plan.moves import ROUND_MONTHS
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.value.holdout import holdout_effect
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

STEPS = ("planned", "called", "reached", "came")


def measure_calls(params: Params, tables: Tables, *, month: str) -> Results:
    """The year's calls against the call plan, up to the end of a month.

    Parameters
    ----------
    params, tables
        The dealership's, cut at the month's end.
    month : str
        A month of the plan year.

    Returns
    -------
    Results
        ``review_calls`` by ``list`` and ``step`` (planned, called, reached, came), ``review_calls_gained``
        by ``list`` where a part was left alone, ``review_call_yuan`` by ``list``; nothing without contacts.
    """
    if "contacts" not in tables:
        return Results()
    end = pd.Timestamp(params.as_of)
    cases = pd.concat([_worked(plan, tables, end) for plan in _plans(params, tables, end)], ignore_index=True)
    planned = cases[cases["planned"]]
    if planned.empty:
        return Results()
    counts = planned.groupby("list", sort=False)[list(STEPS)].sum()
    yuan = planned.groupby("list", sort=False)[["paid", "attempts"]].sum()
    yuan = yuan[yuan["attempts"] > 0]
    return Results(
        {
            "review_calls": [
                tidy([month] * len(counts), value=counts[step], list=counts.index, step=step)
                for step in STEPS
            ],
            "review_calls_gained": _gained(month, cases),
            "review_call_yuan": [
                tidy(
                    [month] * len(yuan),
                    numerator=yuan["paid"],
                    denominator=yuan["attempts"],
                    value=yuan["paid"] / yuan["attempts"],
                    list=yuan.index,
                )
            ],
        }
    )


def _plans(params: Params, tables: Tables, end: pd.Timestamp) -> list[CallPlan]:
    """The plans of the quarters that had begun: the lists are drawn up again at each one's beginning."""
    begun = pd.Timestamp(params.plan_year - 1, 12, 31)
    days = [date_plus_months(begun, ROUND_MONTHS * quarter) for quarter in range(4)]
    return [call_plan(params, tables, day) for day in days if day < end]


def _worked(plan: CallPlan, tables: Tables, end: pd.Timestamp) -> pd.DataFrame:
    """The plan's cases due by then, with what happened to each after the plan's day."""
    until = min(plan.until, end)
    cases = plan.cases[
        (plan.cases["planned"] & (plan.cases["day"] <= until)) | (plan.cases["why_not"] == "holdout")
    ]
    calls, visits = tables["contacts"], tables["service_visits"]
    day = calls["contact_date"].dt.normalize()
    made = calls[(day > plan.day) & (day <= until)]
    seen = visits[(visits["visit_date"] > plan.day) & (visits["visit_date"] <= until)]
    times, reached = made["vin"].value_counts(), made.loc[made["reached"].fillna(False).astype(bool), "vin"]
    paid = seen.groupby("vin")["total_amount"].sum()
    vins = cases["vin"]
    called = vins.isin(made["vin"].dropna())
    came = vins.isin(seen["vin"])
    return cases[["list", "planned", "why_not"]].assign(
        called=called,
        reached=vins.isin(reached.dropna()),
        seen=came,
        came=came & called,
        attempts=vins.map(times).fillna(0.0).astype(float),
        paid=np.where(called & came, vins.map(paid).astype(float).fillna(0.0), 0.0),
    )


def _gained(month: str, cases: pd.DataFrame) -> list[pd.DataFrame]:
    """Of each list with a part left alone: share that came of those planned less that of those left alone."""
    rows = cases.assign(kept=cases["why_not"] == "holdout", vehicles=1)
    frames = []
    for name, part in rows.groupby("list", sort=False):
        outcomes = part.groupby("kept")[["vehicles", "called", "seen"]].sum().rename(columns={"seen": "came"})
        if set(outcomes.index) == {False, True}:
            frames.append(holdout_effect(outcomes.reindex([False, True]), year=month, list_name=str(name)))
    return frames
