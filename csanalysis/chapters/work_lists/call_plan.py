"""The call plan: who is called, for which reasons, by whom, on which day. Whatever counts calls reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from csanalysis.catalogue import text
from csanalysis.chapters.answered import call_status
from csanalysis.chapters.shared import shared
from csanalysis.chapters.work_lists.reasons import all_reasons, one_case_each
from csanalysis.chapters.work_lists.to_come import reserved_calls
from csanalysis.display.lists.people import phones
from csanalysis.display.lists.worklist import known_on
from csanalysis.metrics.contacts import capacity
from csanalysis.metrics.contacts.call_schedule import schedule
from csanalysis.metrics.contacts.working_days import working_days
from csanalysis.metrics.periods import date_plus_months, last_complete_year
from csanalysis.metrics.plan.moves import ROUND_MONTHS
from csanalysis.metrics.value.holdout import in_holdout
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class CallPlan:
    """The calls of some weeks.

    Attributes
    ----------
    cases : DataFrame
        One row a customer's vehicle or a lead, in the order in which they were planned: ``case``, ``vin``,
        ``lead_id``, ``list`` (of the main reason), ``purpose``, ``duty``, ``lists``, ``reason``, ``offer``,
        ``from``, ``until``, ``calls`` it takes, ``gain``, ``low``, ``high``, ``proof``, ``amount``,
        ``worth``, ``owner`` and ``day`` (empty where not planned), ``planned``, ``why_not`` (empty where it
        is).
    callers : DataFrame
        ``owner``, ``per_day`` [calls], ``basis``.
    days : DatetimeIndex
        The working days planned.
    reserved : Series
        By day, the calls kept for cases that are not known yet.
    day, until : Timestamp
        What is known at the end of ``day``, planned up to ``until``.
    """

    cases: pd.DataFrame
    callers: pd.DataFrame
    days: pd.DatetimeIndex
    reserved: "pd.Series[float]"
    day: pd.Timestamp
    until: pd.Timestamp

    @property
    def planned(self) -> pd.DataFrame:
        """The cases that are called, by day and in order."""
        return self.cases[self.cases["planned"]].sort_values(["day"], kind="stable")

    def weeks(self, count: int) -> "CallPlan":
        """The calls of the first weeks; what is called later is not planned yet."""
        until = min(self.until, self.day + pd.Timedelta(weeks=count))
        later = self.cases["planned"] & (self.cases["day"] > until)
        cases = self.cases.assign(
            planned=self.cases["planned"] & ~later,
            owner=self.cases["owner"].mask(later),
            day=self.cases["day"].mask(later),
            why_not=self.cases["why_not"].mask(later, "later"),
        )
        days = self.days[self.days <= until]
        return replace(self, cases=cases, days=days, reserved=self.reserved.loc[days], until=until)


def call_plan(
    params: Params, tables: Tables, day: pd.Timestamp | None = None, *, weeks: int | None = None
) -> CallPlan:
    """Who is called, for which reasons, by whom, on which day.

    Parameters
    ----------
    params, tables
        The dealership's.
    day : Timestamp, optional
        All that was known at the end of it; ``params.as_of`` unless given.
    weeks : int, optional
        How far ahead; a quarter unless given, after which the lists are drawn up again.
    """
    plan = _quarter(*known_on(params, tables, day))
    return plan if weeks is None else plan.weeks(weeks)


@shared
def _quarter(params: Params, tables: Tables) -> CallPlan:
    """The plan of the quarter after ``params.as_of``."""
    as_of = pd.Timestamp(params.as_of)
    until = date_plus_months(as_of, ROUND_MONTHS)
    days = working_days(as_of, until, country=params.calls.country)
    callers = callers_of(params, tables)
    reserved = reserved_calls(params, tables, days)
    reasons = _in_time(params, tables, all_reasons(params, tables))
    cases = one_case_each(reasons, language=params.language)
    cases = _without_phone(_as_answered(params, tables, cases), tables)
    empty = CallPlan(cases, callers, days, reserved, as_of, until)
    return planned_with(params, empty, callers)


def planned_with(params: Params, plan: CallPlan, callers: pd.DataFrame) -> CallPlan:
    """The same cases and days planned for other callers."""
    cases, days = plan.cases, plan.days
    left = _left_alone(params, cases)
    asked = cases[left == ""].assign(late=lambda rows: rows["duty"])
    given = schedule(asked, callers, days, reserved=plan.reserved.tolist())
    cases = cases.assign(owner=given["owner"].reindex(cases.index), day=given["day"].reindex(cases.index))
    planned = cases["owner"].notna()
    waits = (cases["from"] > (days[-1] if len(days) else plan.day)) & (left == "")
    why_not = left.mask((left == "") & ~planned, "capacity").mask(waits & ~planned, "later")
    return replace(plan, cases=cases.assign(planned=planned, why_not=why_not), callers=callers)


@shared
def callers_of(params: Params, tables: Tables) -> pd.DataFrame:
    """Who calls and how many calls a day: :func:`csanalysis.metrics.contacts.capacity.callers`."""
    year = last_complete_year(pd.Timestamp(params.as_of))
    days = working_days(
        pd.Timestamp(year - 1, 12, 31), pd.Timestamp(year, 12, 31), country=params.calls.country
    )
    asked = params.calls.roles
    return capacity.callers(
        tables.get("staff"),
        tables.get("contacts"),
        year=year,
        days=len(days),
        roles=capacity.AGENT_ROLES if asked == ["agent"] else asked,
        per_day=params.calls.per_day,
        department=text("list_owner.customer_service", params.language),
    )


def _in_time(params: Params, tables: Tables, reasons: pd.DataFrame) -> pd.DataFrame:
    """The reasons without those that pass before the customer may be called again, where another is left."""
    whom = reasons["vin"].fillna(reasons["lead_id"])
    again = call_status(params, tables)["until"].reindex(whom).set_axis(reasons.index)
    passed = (again > reasons["until"]) & ~reasons["duty"]
    left = (~passed).groupby(reasons["case"]).transform("any")
    return reasons[(~passed | ~left).to_numpy(dtype=bool)]


def _as_answered(params: Params, tables: Tables, cases: pd.DataFrame) -> pd.DataFrame:
    """The cases with what answers say: ``tries`` made, ``answered`` (why not to call), a later ``from``.

    Who may be called again within a case's days is called then; a duty late.
    """
    whom = cases["vin"].fillna(cases["lead_id"])
    status = call_status(params, tables).reindex(whom)
    off, until = status["off"].fillna(False).to_numpy(dtype=bool), status["until"].to_numpy()
    again = pd.Series(until, index=cases.index)
    first = cases["from"].where(~(again > cases["from"]), again)
    passed = off & (np.isnat(until) | ((first > cases["until"]) & ~cases["duty"]).to_numpy(dtype=bool))
    why = status["why"].fillna("").to_numpy(dtype=object)
    return cases.assign(
        tries=status["tries"].fillna(0).astype("int64").to_numpy(),
        answered=pd.array(np.where(passed, why, ""), dtype="str"),
        **{"from": first},
    )


def _without_phone(cases: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The cases, those without a phone marked, unless no phone is known at all: then others look it up."""
    known = phones(cases, tables).notna()
    if not known.any():
        return cases
    return cases.assign(answered=cases["answered"].mask(~known & cases["answered"].eq(""), "no_phone"))


def _left_alone(params: Params, cases: pd.DataFrame) -> pd.Series:
    """Why a case must not be called, empty where it may be: by an answer, or because it is held out."""
    why = cases["answered"].astype("str")
    share = params.value.holdout_share
    if share and len(cases):
        drawn = np.zeros(len(cases), dtype=bool)
        known = (cases["vin"].notna() & cases["holdout"]).to_numpy(dtype=bool)
        drawn[known] = in_holdout(cases.loc[known, "vin"], plan_year=params.plan_year, share=share)
        why = why.mask(drawn & (why == ""), "holdout")
    return why
