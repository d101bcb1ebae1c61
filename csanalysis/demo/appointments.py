"""The appointment book: who had booked before coming, and who booked and did not come."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.demo.diary import Diary
from csanalysis.demo.plan import FIRST_DAY, LAST_DAY, Plan, day_number
from csanalysis.demo.vehicles import customer_ids

_BOOKED = {"first_service": 0.40, "scheduled_service": 0.38, "repair": 0.24, "accident": 0.08}
_BOOKED_OTHERS, _AFTER_A_CALL, _MORE_EACH_YEAR = 0.15, 0.85, 0.05
_MISSED = 0.23  # of all appointments
_LONGEST_AHEAD = 7  # days
_HOURS = np.array([0.10, 0.19, 0.17, 0.11, 0.05, 0.09, 0.12, 0.10, 0.07])  # from eight o'clock
_BY_CUSTOMER = 0.02  # entries that name the customer and not the vehicle


def appointments(plan: Plan, diary: Diary, vehicles: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """One row an appointment, from the day on which the store began to make calls.

    Those kept are of visits of that day. One that was missed is of a vehicle that had come some time before
    and did not come on that day; the longer ahead it was booked, the oftener it is missed.
    """
    rng = plan.rng("appointments")
    since = max(FIRST_DAY, day_number(plan.calls_since))
    kept = _kept(plan, diary, visits[visits["day"] >= since], rng)
    missed = _missed(plan, visits[visits["day"] >= since], rng, round(len(kept) * _MISSED / (1 - _MISSED)))
    book = pd.concat([kept.assign(shown=True), missed.assign(shown=False)], ignore_index=True)
    minute = 8 * 60 + 60 * rng.choice(len(_HOURS), len(book), p=_HOURS) + 15 * rng.integers(0, 4, len(book))
    at = (book["day"].to_numpy() * 1440 + minute).astype("datetime64[m]").astype("datetime64[s]")
    book = book.assign(appointment_date=at).sort_values(
        ["appointment_date", "vehicle"], kind="stable", ignore_index=True
    )
    cars = vehicles.iloc[book["vehicle"].to_numpy()].reset_index(drop=True)
    return pd.DataFrame(
        {
            "appointment_id": [f"Y{number:06d}" for number in range(1, len(book) + 1)],
            "vin": cars["vin"].mask(rng.random(len(book)) < _BY_CUSTOMER, None),
            "customer_id": customer_ids(plan, cars["customer"]),
            "created_date": book["created"].to_numpy().astype("datetime64[D]").astype("datetime64[s]"),
            "appointment_date": book["appointment_date"],
            "shown": book["shown"],
            "advisor": book["advisor"].mask(rng.random(len(book)) < 0.03, None),
        }
    )


def _kept(plan: Plan, diary: Diary, visits: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Of the visits those that were booked: after a call that brought them nearly all."""
    visits = visits.drop_duplicates(["vehicle", "day"])
    called = visits["place"].map({call.visit: call.day for call in diary.calls if call.visit >= 0})
    years = (visits["day"] - day_number(plan.calls_since)) / 365.25
    chance = visits["service_type"].map(_BOOKED).fillna(_BOOKED_OTHERS) + _MORE_EACH_YEAR * years
    chance = chance.mask(called.notna(), _AFTER_A_CALL).mask(visits["is_rework"], 0.5)
    booked = visits[rng.random(len(visits)) < chance.to_numpy()]
    ahead = booked["day"] - rng.geometric(0.35, len(booked))
    by_call = called[booked.index].where(booked["day"] - called[booked.index] <= _LONGEST_AHEAD)
    created = by_call.fillna(ahead).clip(upper=booked["day"]).astype(int)
    return booked[["vehicle", "day", "advisor"]].assign(created=created)


def _missed(plan: Plan, visits: pd.DataFrame, rng: np.random.Generator, wanted: int) -> pd.DataFrame:
    """Appointments of days on which the vehicle did not come, on which the store was open."""
    weight = 1 - 0.4 * visits["advisor"].map(plan.skill).to_numpy()
    before = visits.iloc[rng.choice(len(visits), size=2 * wanted, p=weight / weight.sum())]
    day = before["day"].to_numpy() + rng.integers(30, 330, len(before))
    came = set(zip(visits["vehicle"].tolist(), visits["day"].tolist(), strict=True))
    free = [
        (car, when) not in came for car, when in zip(before["vehicle"].tolist(), day.tolist(), strict=True)
    ]
    fit = np.array(free) & (day <= LAST_DAY) & _open(plan, day)
    found = before.loc[:, ["vehicle", "advisor"]].assign(day=day, created=day - rng.geometric(0.16, len(day)))
    return found[fit].drop_duplicates(["vehicle", "day"]).head(wanted)


def _open(plan: Plan, day: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    sunday = (day + 3) % 7 == 6
    return ~sunday if plan.closed_on_sunday else np.ones(len(day), dtype=bool)
