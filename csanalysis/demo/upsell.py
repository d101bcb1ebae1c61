"""Work that technicians propose: agreed to or declined, followed up, and sometimes done after all."""

from bisect import bisect_right
from random import Random
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.demo.plan import LAST_DAY, Plan, UpsellItem, day_number

_PROPOSED = {"scheduled_service": 0.40, "repair": 0.30, "warranty": 0.12, "first_service": 0.03}
_DUE_DAYS = {"A": (2, 7), "B": (20, 90), "C": (60, 200)}
_RECOVERED = {"A": 0.30, "B": 0.20, "C": 0.12}
_REASON_WEIGHTS = (30, 22, 20, 12, 6, 10)


class _Order(NamedTuple):
    ro_number: str
    day: int
    vehicle: int
    service_type: str
    advisor: str
    technician: str
    team: str
    is_rework: bool


def upsell_items(plan: Plan, visits: pd.DataFrame) -> pd.DataFrame:
    """One row a proposed item.

    Acceptance depends on the item, on the advisor's skill and, from the day of grading on, on the grade.
    """
    random = plan.scalar_rng("upsell")
    graded = day_number(plan.graded_since)
    later = _visit_days(visits)
    rows = []
    for visit in map(_Order, *(visits[name].tolist() for name in _Order._fields)):
        share = _PROPOSED.get(visit.service_type, 0.0) * (1 + 0.3 * plan.skill[visit.technician])
        if visit.is_rework or random.random() > share:
            continue
        after = visit.day >= graded
        for item in _proposed(plan, random, after):
            row = _answer(plan, random, visit, item, after)
            if row["outcome"] == "declined":
                row |= _afterwards(plan, random, row, after, later[visit.vehicle])
            rows.append(row)
    items = pd.DataFrame(rows)
    for column in ("proposed_date", "due_date", "followed_up_date", "recovered_date"):
        items[column] = _as_dates(items[column])
    return items


def accepted_amounts(items: pd.DataFrame) -> pd.Series:
    """What each repair order grew by, by ``ro_number``."""
    return items.loc[items["outcome"] == "accepted"].groupby("ro_number")["amount"].sum()


def _visit_days(visits: pd.DataFrame) -> dict[int, list[int]]:
    days: dict[int, list[int]] = {}
    for day, vehicle in zip(visits["day"].tolist(), visits["vehicle"].tolist(), strict=True):
        days.setdefault(vehicle, []).append(day)
    return days


def _proposed(plan: Plan, random: Random, after: bool) -> list[UpsellItem]:
    """One to three different items; where grading made it easy, more of grade C than before."""
    weights = [1 + plan.more_c_items * (after and item.grade == "C") for item in plan.upsell]
    chosen = random.choices(plan.upsell, weights, k=random.choices((1, 2, 3), (62, 28, 10))[0])
    return list(dict.fromkeys(chosen))


def _answer(plan: Plan, random: Random, visit: _Order, item: UpsellItem, after: bool) -> dict[str, Any]:
    chance = item.acceptance + 0.16 * plan.skill[visit.advisor]
    chance += plan.grading[item.grade] if after else 0.0
    accepted = random.random() < chance
    leads = [person for person in plan.role("technician") if person.team == visit.team]
    confirmed = item.grade == "A" and random.random() < (0.85 if after else 0.3)
    return {
        "ro_number": visit.ro_number,
        "item": item.name,
        "grade": item.grade,
        "amount": round(plan.money * item.amount * random.lognormvariate(0, 0.18), 1),
        "outcome": "accepted" if accepted else "declined",
        "decline_reason": None
        if accepted
        else random.choices(plan.words.decline_reasons, _REASON_WEIGHTS)[0],
        "advisor": visit.advisor,
        "technician": visit.technician,
        "team": visit.team,
        "proposed_date": visit.day,
        "due_date": visit.day + random.randint(*_DUE_DAYS[item.grade]),
        "confirmed_by": leads[0].name if confirmed else None,
        "followed_up_date": None,
        "followed_up_by": None,
        "recovered_date": None,
        "recovered_amount": None,
    }


def _afterwards(
    plan: Plan, random: Random, row: dict[str, Any], after: bool, visit_days: list[int]
) -> dict[str, Any]:
    """The follow-up call of a declined item, and its recovery at one of the next visits."""
    found: dict[str, Any] = {}
    proposed, due, grade = row["proposed_date"], row["due_date"], row["grade"]
    agent = random.choice(plan.role("agent"))
    on_time = random.random() < (0.58 if after else 0.30) + 0.15 * agent.skill
    if grade != "C" and (on_time or random.random() < 0.3):
        last = min(proposed + 3, due) if grade == "A" else due
        day = random.randint(proposed + 1, last) if on_time else last + random.randint(3, 30)
        if day <= LAST_DAY:
            found |= {"followed_up_date": day, "followed_up_by": agent.name}
    following = visit_days[bisect_right(visit_days, proposed + 2) :]
    chance = _RECOVERED[grade] * (1.7 if found and on_time else 1.0)
    if following and following[0] < proposed + 400 and random.random() < chance:
        amount = round(row["amount"] * random.uniform(0.85, 1.1), 1)
        found |= {"recovered_date": following[0], "recovered_amount": amount}
    return found


def _as_dates(days: pd.Series) -> npt.NDArray[np.datetime64]:
    missing = days.isna()
    dates = days.fillna(0).to_numpy(dtype="int64").astype("datetime64[D]")
    dates[missing] = np.datetime64("NaT")
    return dates
