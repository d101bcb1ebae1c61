"""The calls of the plan year by month: the quarter as the call plan has it, then by what comes due."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.chapters.store_facts import call_gains
from csanalysis.chapters.work_lists.call_plan import CallPlan, call_plan
from csanalysis.chapters.work_lists.last_year import gained_last_year
from csanalysis.chapters.work_lists.to_come import UNKNOWN_YET, calls_to_come
from csanalysis.metrics.contacts.working_days import days_worked
from csanalysis.metrics.first_service.targets import largest_remainder, round_half_up
from csanalysis.metrics.periods import month_labels, months_of
from csanalysis.metrics.stats.proof import ESTIMATES
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

LISTED, TO_COME = "listed", "to_come"
DUTIES, CHOICE = "duties", "choice"

_LIST = ["list", "purpose", "proof"]


@dataclass(frozen=True)
class YearOfCalls:
    """The calls of the plan year.

    Attributes
    ----------
    rows : DataFrame
        One row a month, list and part: ``month``, ``list`` (the purpose for customers not known yet),
        ``purpose``, ``part`` (``listed``: rows of the callers' sheets; ``to_come``), ``use`` (``duties`` or
        ``choice``), ``cases``, ``calls`` (whole: a month's calls, shared out by largest remainder),
        ``gained`` (visits that would not have come, of estimates alone), ``worth`` [yuan], ``proof``.
    needed : DataFrame
        ``month``, ``purpose``, ``cases``, ``calls``: what is planned and, beside it, who qualifies or comes
        due and is left out for want of time alone. Whole numbers, never under the planned ones.
    possible : Series
        By month, the calls that the callers can make.
    """

    rows: pd.DataFrame
    needed: pd.DataFrame
    possible: "pd.Series[float]"


class Means(NamedTuple):
    """What a case brings: ``rate`` [yuan a call] by purpose; ``lists``: each list's share and means."""

    rate: "pd.Series[float]"
    lists: pd.DataFrame


@shared
def year_of_calls(params: Params, tables: Tables) -> YearOfCalls:
    """The calls of the plan year, as :func:`csanalysis.chapters.work_lists.call_plan.call_plan` begins it."""
    return calls_of_year(params, tables, call_plan(params, tables))


def calls_of_year(params: Params, tables: Tables, plan: CallPlan) -> YearOfCalls:
    """The same from a given call plan.

    Notes
    -----
    In the months that the plan reaches the calls are its rows and what it keeps for customers not known yet.
    In the months after it those who come due are called, duties first, then by what a call of the quarter
    brings, until the month's calls are used up. A case's gain and worth are then the mean of all who qualify.
    """
    months = [month for month in months_of(params.plan_year) if month > f"{plan.day:%Y-%m}"]
    per_day = float(plan.callers["per_day"].sum())
    worked = {month: days_worked(month, country=params.calls.country) for month in months}
    possible = per_day * pd.Series(worked, dtype=float)
    reached = set(month_labels(pd.Series(plan.days)))
    to_come = calls_to_come(params, tables)
    listed, kept = _listed(plan), _kept(plan, to_come)
    later = _later(
        to_come,
        _means(plan.cases[plan.cases["why_not"] != "holdout"]),
        possible[[month for month in months if month not in reached]],
        params.calls.duties,
    )
    rows = _with_campaigns(params, tables, pd.concat([listed, kept, later], ignore_index=True))
    owed = rows["purpose"].isin(params.calls.duties).map({True: DUTIES, False: CHOICE})
    rows = _in_whole_calls(rows.assign(use=rows["use"].fillna(owed)))
    rows = rows[rows["month"].isin(months)].reset_index(drop=True)
    return YearOfCalls(rows, _needed(plan, rows, to_come, months, reached), possible)


def _in_whole_calls(rows: pd.DataFrame) -> pd.DataFrame:
    """The same with whole calls: a month's sum rounded down, so that it stays within what is possible."""
    parts = [
        pd.Series(largest_remainder(np.floor(calls.sum() + 1e-9), calls), index=calls.index)
        for _, calls in rows.groupby("month", sort=False)["calls"]
    ]
    return rows.assign(calls=pd.concat(parts).fillna(0.0)) if parts else rows


def _needed(
    plan: CallPlan,
    rows: pd.DataFrame,
    to_come: pd.DataFrame,
    months: Collection[str],
    reached: Collection[str],
) -> pd.DataFrame:
    """By month and purpose: what is planned, and who is left out because the callers' time is used up.

    Who is left out of the quarter counts in the month in which the case may be called first.
    """
    keys, sums = ["month", "purpose"], ["cases", "calls"]
    out = plan.cases[plan.cases["why_not"] == "capacity"]
    if len(plan.days):
        first, last = plan.days[0], plan.days[-1]
        may = out["from"].fillna(plan.day)
        may = may.where(may >= first, first).where(may <= last, last)
        out = out.assign(month=month_labels(may), cases=1.0)
    to_come = to_come[to_come["purpose"].isin(UNKNOWN_YET) | ~to_come["month"].isin(reached)]
    due = pd.concat([rows[rows["part"] == LISTED], out, to_come], ignore_index=True).reindex(
        columns=keys + sums
    )
    due = due[due["month"].isin(months)]
    wanted = due.groupby(keys, sort=False)[sums].sum()
    wanted = pd.DataFrame(round_half_up(wanted), index=wanted.index, columns=sums)
    planned = rows.groupby(keys, sort=False)[sums].sum()
    known = set(due["purpose"]) - set(UNKNOWN_YET)
    none = pd.MultiIndex.from_product([sorted(set(reached) & set(months)), sorted(known)], names=keys)
    together = wanted.index.union(planned.index).union(none)
    wanted, planned = (sums_of.reindex(together).fillna(0.0) for sums_of in (wanted, planned))
    return wanted.where(wanted >= planned, planned).reset_index()


def _with_campaigns(params: Params, tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    """Invitations to the campaigns to come gain what last year's did, where that is proven."""
    before = gained_last_year(params, tables)
    asked = before[before["purpose"] == "campaign"]
    if not asked["gained"].sum() > 0:
        return rows
    own = (rows["purpose"] == "campaign") & (rows["part"] == TO_COME)
    basis = call_gains(params, tables).purposes["basis"].get("campaign", "none")
    return rows.assign(
        gained=rows["gained"].mask(own, rows["cases"] * asked["gained"].mean()),
        worth=rows["worth"].mask(own, rows["cases"] * asked["worth"].mean()),
        proof=rows["proof"].mask(own, basis),
    )


def _listed(plan: CallPlan) -> pd.DataFrame:
    """The rows of the callers' sheets by month and list."""
    rows = plan.planned
    use = rows["duty"].map({True: DUTIES, False: CHOICE})
    return _summed(rows.assign(month=month_labels(rows["day"]), use=use), ["month", "use", *_LIST]).assign(
        part=LISTED
    )


def _summed(cases: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Cases, calls, visits gained (of estimates alone) and worth of some cases."""
    sure = cases["proof"].isin(ESTIMATES)
    counted = cases.assign(cases=1.0, gained=cases["gain"].where(sure).fillna(0.0).clip(lower=0))
    return counted.groupby(by, sort=False, as_index=False).agg(
        cases=("cases", "sum"),
        calls=("calls", "sum"),
        gained=("gained", "sum"),
        worth=("worth", lambda values: values.sum(min_count=1)),
    )


def _kept(plan: CallPlan, to_come: pd.DataFrame) -> pd.DataFrame:
    """What the plan keeps for customers not known yet, as far as the callers can make it."""
    by_month = plan.reserved.groupby(month_labels(pd.Series(plan.days)).to_numpy()).sum()
    rows = to_come[to_come["purpose"].isin(UNKNOWN_YET) & to_come["month"].isin(by_month.index)]
    wanted = rows.groupby("month")["calls"].transform("sum")
    per_day, days = float(plan.callers["per_day"].sum()), month_labels(pd.Series(plan.days)).value_counts()
    room = rows["month"].map(days).astype(float) * per_day
    part = np.minimum(rows["month"].map(by_month).astype(float), room) / wanted.where(wanted > 0)
    return _in_whole_cases(_unknown(rows, part.fillna(0.0)))


def _in_whole_cases(rows: pd.DataFrame) -> pd.DataFrame:
    """The same with whole customers, their calls in proportion."""
    whole = round_half_up(rows["cases"])
    calls = rows["calls"] / rows["cases"].where(rows["cases"] > 0) * whole
    return rows.assign(cases=whole, calls=calls.fillna(0.0))


def _later(
    to_come: pd.DataFrame,
    means: Means,
    possible: "pd.Series[float]",
    duties: Sequence[str],
) -> pd.DataFrame:
    """The months after the plan's quarter: who comes due, duties first, within the calls there are."""
    parts = [
        _unknown(rows, _made(rows, room, means.rate, duties))
        for month, room in possible.items()
        for rows in [to_come[to_come["month"] == month]]
    ]
    if not parts:
        return _unknown(to_come.iloc[:0], pd.Series(dtype=float))
    rows = pd.concat(parts, ignore_index=True)
    shared_out = rows.merge(means.lists, on="purpose", how="left")
    share = shared_out["share"].fillna(1.0)
    split = _in_whole_cases(
        shared_out.assign(cases=shared_out["cases"] * share, calls=shared_out["calls"] * share)
    )
    cases = split["cases"]
    return split.assign(
        list=shared_out["list_of"].fillna(shared_out["list"]),
        proof=shared_out["proof_of"].fillna("none"),
        gained=cases * shared_out["gain_of"].fillna(0.0),
        worth=cases * shared_out["worth_of"],
    )[list(rows.columns)]


def _made(
    rows: pd.DataFrame, room: float, rate: "pd.Series[float]", duties: Sequence[str]
) -> "pd.Series[float]":
    """The part of each row's calls that is made: duties, then the best, last those of unknown worth."""
    known = rows["purpose"].map(rate).astype(float)
    level = np.select([rows["purpose"].isin(duties), known > 0], [0.0, 1.0], default=2.0)
    order = rows.assign(level=level, known=-known.where(level == 1, 0.0)).sort_values(
        ["level", "known"], kind="stable"
    )
    step = order.groupby(["level", "known"], sort=True)["calls"].sum()
    before = step.cumsum() - step
    part = np.clip(room - before, 0.0, step) / step.where(step > 0)
    keys = pd.MultiIndex.from_frame(order[["level", "known"]])
    return pd.Series(part.fillna(0.0).reindex(keys).to_numpy(float), index=order.index).reindex(rows.index)


def _unknown(rows: pd.DataFrame, part: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": rows["month"],
            "list": rows["purpose"],
            "purpose": rows["purpose"],
            "proof": "none",
            "cases": rows["cases"] * part,
            "calls": rows["calls"] * part,
            "gained": 0.0,
            "worth": np.nan,
            "part": TO_COME,
            "use": None,
        }
    )


def _means(cases: pd.DataFrame) -> Means:
    """What a case of each purpose and list brings, by the means of all who qualify."""
    by_list = _summed(cases, _LIST)
    whole = by_list.groupby("purpose")["cases"].transform("sum")
    lists = pd.DataFrame(
        {
            "purpose": by_list["purpose"],
            "list_of": by_list["list"],
            "proof_of": by_list["proof"],
            "share": by_list["cases"] / whole,
            "gain_of": by_list["gained"] / by_list["cases"],
            "worth_of": by_list["worth"] / by_list["cases"],
        }
    )
    lists = lists[~lists["purpose"].isin(UNKNOWN_YET)]
    sure = by_list[by_list["proof"].isin(ESTIMATES)].groupby("purpose")[["worth", "calls"]].sum()
    return Means(sure["worth"] / sure["calls"].where(sure["calls"] > 0), lists)
