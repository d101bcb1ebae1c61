"""Festival campaigns: whom they invite, who comes because of it, and what it brings."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.demo.diary import Diary
from csanalysis.demo.plan import FIRST_YEAR, LAST_DAY, LAST_YEAR, LATEST_AS_OF, Plan, day_number

# Festivals that move, from the first year of the exports to the last.
_MOVING = {
    "元宵节": ("02-08", "02-26", "02-15", "02-05", "02-24", "02-12", "03-03"),
    "端午节": ("06-25", "06-14", "06-03", "06-22", "06-10", "05-31", "06-19"),
    "七夕": ("08-25", "08-14", "08-04", "08-22", "08-10", "08-29", "08-19"),
    "中秋节": ("10-01", "09-21", "09-10", "09-29", "09-17", "10-06", "09-25"),
    "Easter weekend": ("04-12", "04-04", "04-17", "04-09", "03-31", "04-20", "04-05"),
    "Mother's Day": ("05-10", "05-09", "05-08", "05-14", "05-12", "05-11", "05-10"),
    "Father's Day": ("06-21", "06-20", "06-19", "06-18", "06-16", "06-15", "06-21"),
}
_FIXED = {
    "妇女节": (3, 5),
    "劳动节": (4, 28),
    "国庆节": (9, 28),
    "圣诞节": (12, 20),
    "Spring check": (3, 10),
    "Summer holiday check": (7, 1),
    "Back to school": (8, 25),
    "Winter tyres": (11, 5),
    "Christmas": (12, 10),
}

_PULL = {"促销": 0.05, "offer": 0.05}


@dataclass
class Campaign:
    """A campaign and the places in the diary of the visits it brought."""

    campaign_id: str
    name: str
    start: int
    end: int
    kind: str
    audience: str
    owner: str
    budget: float
    cost: float
    invited: int
    visits: list[int]


def hold_campaigns(plan: Plan, diary: Diary, vehicles: pd.DataFrame) -> list[Campaign]:
    """Eight campaigns a year; every visit they bring is written into the diary."""
    rng = plan.rng("campaigns")
    days, of = _visit_days(diary)
    phone_valid = vehicles["phone_valid"].tolist()
    agents = plan.role("agent")
    held: list[Campaign] = []
    for year in range(FIRST_YEAR, LAST_YEAR + 2):
        for number, (event, kind, audience) in enumerate(plan.words.campaigns, start=1):
            start = festival_day(event, year) - 2
            if start > LATEST_AS_OF:
                continue
            end = start + int(rng.integers(4, 9))
            owner = agents[int(rng.integers(len(agents)))]
            invited = _invited(rng, days, of, len(vehicles), start, audience)
            budget = round(plan.money * float(rng.choice([2000, 2500, 3000, 4000])), -1)
            campaign = Campaign(
                campaign_id=f"{plan.order_code}M{year % 100}{number:02d}",
                name=f"{year} {event}",
                start=start,
                end=end,
                kind=kind,
                audience=plan.words.audiences[audience],
                owner=owner.name,
                budget=budget,
                cost=round(budget * float(rng.normal(0.97, 0.1)), 2),
                invited=len(invited),
                visits=[],
            )
            pull = 0.2 + 0.06 * owner.skill + _PULL.get(kind, 0.0)
            for vehicle in invited.tolist():
                _invite(diary, campaign, vehicle, phone_valid[vehicle], pull)
            held.append(campaign)
    return held


def festival_day(event: str, year: int) -> int:
    """The day of a festival [days since 1970]."""
    if event in _MOVING:
        return day_number(date.fromisoformat(f"{year}-{_MOVING[event][year - FIRST_YEAR]}"))
    return day_number(date(year, *_FIXED[event]))


def _visit_days(diary: Diary) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    days = np.array([visit.day for visit in diary.visits])
    return days, np.array([visit.vehicle for visit in diary.visits])


def _invited(
    rng: np.random.Generator,
    days: npt.NDArray[np.int64],
    of: npt.NDArray[np.int64],
    size: int,
    start: int,
    audience: str,
) -> npt.NDArray[np.int64]:
    last, coming = np.full(size, -(10**6)), np.full(size, 10**6)
    np.maximum.at(last, of[days < start], days[days < start])
    np.minimum.at(coming, of[days >= start], days[days >= start])
    away = start - last
    low, high = (60, 180) if audience == "active" else (150, 340)
    due = np.flatnonzero((away >= low) & (away <= high) & (coming > start + 40))
    return rng.choice(due, size=min(len(due), int(rng.integers(90, 150))), replace=False)


def _invite(diary: Diary, campaign: Campaign, vehicle: int, phone_valid: bool, pull: float) -> None:
    day = campaign.start - diary.random.randint(2, 9)
    call, _ = diary.call_until_answered(day, vehicle, "campaign", phone_valid, campaign.campaign_id)
    if call is None:
        return
    if diary.random.random() < pull:
        kind = "scheduled_service" if diary.random.random() < 0.75 else "other"
        campaign.visits.append(len(diary.visits))
        visit = diary.record_visit(diary.random.randint(campaign.start, campaign.end), vehicle, kind)
        call.visit, call.result = campaign.visits[-1], "arrived"
        campaign.end = max(campaign.end, min(visit.day, LAST_DAY))
    else:
        call.result = "later" if diary.random.random() < 0.7 else "refused"


def campaign_table(held: list[Campaign], totals: dict[int, float]) -> pd.DataFrame:
    """The campaigns table; ``totals`` gives what each diary visit was charged."""
    return pd.DataFrame(
        [
            {
                "campaign_id": campaign.campaign_id,
                "name": campaign.name,
                "start_date": np.datetime64(campaign.start, "D"),
                "end_date": np.datetime64(campaign.end, "D"),
                "kind": campaign.kind,
                "audience": campaign.audience,
                "budget": campaign.budget,
                "cost": campaign.cost,
                "invited": campaign.invited,
                "arrived": len(campaign.visits),
                "revenue": round(sum(totals.get(place, 0.0) for place in campaign.visits), 2),
                "owner": campaign.owner,
            }
            for campaign in held
        ]
    )
