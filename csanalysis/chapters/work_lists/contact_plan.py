"""The contact plan in numbers: calls possible, planned and left out, callers needed, and one caller more."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.chapters.work_lists.call_plan import CallPlan, call_plan, planned_with
from csanalysis.chapters.work_lists.year import YearOfCalls, calls_of_year, year_of_calls
from csanalysis.metrics.contacts import calls
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats.proof import ESTIMATES
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


@shared
def measure_calls(params: Params, tables: Tables) -> Results:
    """How many calls the plan year holds, for what, and how many callers it takes.

    Returns
    -------
    Results
        ``calls_possible``, ``calls_planned``, ``cases_planned``, ``cases_not_planned``, ``calls_needed``,
        ``agents_needed``, ``caller_worth`` (what one caller more would bring a year).
    """
    plan, year = call_plan(params, tables), year_of_calls(params, tables)
    found = {
        "calls_possible": _possible(params, plan, year),
        "calls_planned": _by_purpose(params, year.rows, "calls"),
        "cases_planned": _by_purpose(params, year.rows, "cases"),
        "cases_not_planned": _left_out(params, plan),
        **_needed(params, plan, year),
        "caller_worth": [_one_more(params, tables, plan, year)],
        "caller_cost": [tidy([str(params.plan_year)], value=[cost])]
        if (cost := params.calls.caller_cost)
        else [],
    }
    return Results({name: [frame for frame in frames if len(frame)] for name, frames in found.items()})


def _possible(params: Params, plan: CallPlan, year: YearOfCalls) -> list[pd.DataFrame]:
    """By month and year, whole and by caller."""
    months, whole = year.possible, str(params.plan_year)
    if months.empty:
        return []
    share = plan.callers["per_day"] / max(float(plan.callers["per_day"].sum()), 1e-9)
    frames = [tidy([*months.index, whole], value=[*months, months.sum()])]
    return frames + [
        tidy([*months.index, whole], value=[*(months * part), months.sum() * part], agent=owner)
        for owner, part in zip(plan.callers["owner"], share, strict=True)
    ]


def _by_purpose(params: Params, rows: pd.DataFrame, column: str) -> list[pd.DataFrame]:
    """By month and year: whole, by purpose, and by what is on the callers' sheets or still to come."""
    frames = []
    for by in ([], ["purpose"], ["part"], ["use"], ["purpose", "part"]):
        table = _months_and_year(rows, by, [column], params.plan_year)
        frames.append(tidy(table["month"], value=table[column], **{name: table[name] for name in by}))
    return frames if len(rows) else []


def _months_and_year(rows: pd.DataFrame, by: list[str], columns: list[str], year: int) -> pd.DataFrame:
    """Sums by month and of the whole year, by a split or without."""
    months = rows.groupby(["month", *by], as_index=False)[columns].sum()
    whole = rows.assign(month=str(year)).groupby(["month", *by], as_index=False)[columns].sum()
    return pd.concat([months, whole], ignore_index=True)


def _left_out(params: Params, plan: CallPlan) -> list[pd.DataFrame]:
    """Who qualifies on the day and is not called in the quarter, by list and by why."""
    rows = plan.cases[~plan.cases["planned"]]
    day = f"{plan.day:%Y-%m-%d}"
    by_list, why = rows["list"].value_counts(), rows["why_not"].value_counts()
    return [
        tidy([day], value=[len(rows)], denominator=[len(plan.cases)]),
        tidy([day] * len(by_list), value=by_list.to_numpy(), list=by_list.index),
        tidy([day] * len(why), value=why.to_numpy(), why=why.index),
    ]


def _needed(params: Params, plan: CallPlan, year: YearOfCalls) -> dict[str, list[pd.DataFrame]]:
    """Calls that all who qualify or come due would take, and the callers for them."""
    frames = calls.calls_needed(year.needed, plan_year=params.plan_year)
    if not frames:
        return {}
    pace = float(year.possible.sum()) / len(plan.callers) / max(len(year.possible), 1)
    return {
        "calls_needed": frames,
        "agents_needed": [
            calls.agents_needed(frames[0]),
            calls.agents_needed(frames[0], calls_per_month=pace, pace="own"),
        ],
    }


def _one_more(params: Params, tables: Tables, plan: CallPlan, year: YearOfCalls) -> pd.DataFrame:
    """What one caller more, at the mean pace, would bring in the year: of estimates alone [yuan]."""
    pace = float(plan.callers["per_day"].mean())
    callers = pd.concat(
        [plan.callers, pd.DataFrame({"owner": ["+1"], "per_day": [pace], "basis": ["mean"]})],
        ignore_index=True,
    )
    more = calls_of_year(params, tables, planned_with(params, plan, callers))
    value = _proven(more) - _proven(year)
    return tidy(
        [str(params.plan_year)],
        numerator=[float(more.rows["calls"].sum() - year.rows["calls"].sum())],
        value=[value if np.isfinite(value) else np.nan],
    )


def _proven(year: YearOfCalls) -> float:
    return float(year.rows.loc[year.rows["proof"].isin(ESTIMATES), "worth"].sum())
