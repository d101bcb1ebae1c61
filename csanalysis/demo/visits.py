"""Repair orders: numbers, mileage and money for the visits in the diary."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.demo.diary import Diary, Visit
from csanalysis.demo.plan import FIRST_DAY, LAST_DAY, Plan
from csanalysis.demo.vehicles import customer_ids

# Median charge, its spread on the log scale, and the share that is labour.
_CHARGES = {
    "first_service": (190.0, 0.25, 0.42),
    "scheduled_service": (560.0, 0.42, 0.34),
    "repair": (720.0, 0.70, 0.38),
    "accident": (2600.0, 0.75, 0.36),
    "warranty": (520.0, 0.60, 0.30),
    "other": (140.0, 0.50, 0.60),
}
_SECOND_ORDERS = 24
_BACKWARDS = 5
_UNWRITTEN = 0.004  # share of cells that may be empty and are


def number_visits(plan: Plan, diary: Diary) -> pd.DataFrame:
    """The visits that the exports cover, in order of time, numbered by the day.

    ``place`` is a visit's place in the diary and ``vehicle`` its row among the vehicles.
    """
    rng = plan.rng("visits")
    _open_second_orders(diary, rng)
    visits = pd.DataFrame(
        {
            "place": range(len(diary.visits)),
            "day": [visit.day for visit in diary.visits],
            "vehicle": [visit.vehicle for visit in diary.visits],
            "service_type": [visit.service_type for visit in diary.visits],
            "advisor": [visit.advisor for visit in diary.visits],
            "technician": [visit.technician for visit in diary.visits],
            "is_rework": [visit.is_rework for visit in diary.visits],
            "trouble": [visit.trouble for visit in diary.visits],
        }
    )
    visits = visits[visits["day"].between(FIRST_DAY, LAST_DAY)].copy()
    visits["shuffle"] = rng.random(len(visits))
    visits = visits.sort_values(["day", "shuffle"], kind="stable", ignore_index=True).drop(columns="shuffle")
    visits["visit_date"] = visits["day"].to_numpy().astype("datetime64[D]")
    daily = visits.groupby("day").cumcount() + 1
    code = visits["visit_date"].dt.strftime("%y%m%d")
    visits["ro_number"] = plan.order_code + code + daily.astype(str).str.zfill(3)
    visits["team"] = visits["advisor"].map(plan.team_of)
    return visits


def _open_second_orders(diary: Diary, rng: np.random.Generator) -> None:
    """Some vehicles get a second repair order on one day, for another kind of work."""
    for place in rng.choice(len(diary.visits), size=_SECOND_ORDERS, replace=False):
        first = diary.visits[int(place)]
        kind = "repair" if first.service_type != "repair" else "accident"
        second = Visit(first.day, first.vehicle, kind, first.advisor, first.technician, 0.0)
        diary.visits.append(second)


def service_visits(
    plan: Plan, visits: pd.DataFrame, vehicles: pd.DataFrame, accepted: pd.Series
) -> pd.DataFrame:
    """The repair orders; ``accepted`` is the upsell agreed to, by ``ro_number``.

    On a few nobody wrote down the customer, or who received and who repaired the car.
    """
    rng = plan.rng("charges")
    cars = vehicles.iloc[visits["vehicle"].to_numpy()].reset_index(drop=True)
    labor_share = visits["service_type"].map(_by_type()[2])
    base = _charges(plan, rng, visits)
    extra = visits["ro_number"].map(accepted).fillna(0.0)
    labor = np.round(
        base * np.clip(labor_share + rng.normal(0, 0.06, len(visits)), 0.1, 0.9) + extra * 0.35, 2
    )
    parts = np.round(base + extra - labor, 2)
    stay = np.where(
        visits["service_type"].eq("accident"), rng.poisson(3.5, len(visits)), rng.random(len(visits)) < 0.12
    )
    orders = pd.DataFrame(
        {
            "ro_number": visits["ro_number"],
            "vin": cars["vin"],
            "visit_date": visits["visit_date"],
            "service_type": visits["service_type"],
            "customer_id": customer_ids(plan, cars["customer"]),
            "mileage_km": _mileage(plan, visits, cars),
            "advisor": visits["advisor"],
            "team": visits["team"],
            "technician": visits["technician"],
            "labor_amount": labor,
            "parts_amount": parts,
            "total_amount": np.round(labor + parts, 2),
            "is_rework": visits["is_rework"],
            "close_date": (visits["day"].to_numpy() + stay.astype(int)).astype("datetime64[D]"),
        }
    )
    careless = plan.rng("careless")
    for name in ("customer_id", "advisor", "team", "technician"):
        orders[name] = orders[name].mask(careless.random(len(orders)) < _UNWRITTEN, None)
    return orders


def _charges(plan: Plan, rng: np.random.Generator, visits: pd.DataFrame) -> npt.NDArray[np.float64]:
    median, spread, _ = (visits["service_type"].map(charge).to_numpy() for charge in _by_type())
    years = (visits["day"].to_numpy() - FIRST_DAY) / 365.25
    charge = plan.money * median * 1.02**years * rng.lognormal(0, spread)
    return np.asarray(np.where(visits["is_rework"], 0.0, charge))


def _by_type() -> list[dict[str, float]]:
    """Median, spread and share of labour, each by type of service."""
    return [{kind: charge[place] for kind, charge in _CHARGES.items()} for place in range(3)]


def _mileage(plan: Plan, visits: pd.DataFrame, cars: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Kilometres since the car was new: its own pace, faster in one season than in the other."""
    days = np.maximum(visits["day"].to_numpy() - cars["sold"].to_numpy(), 0)
    phase = cars["phase"].to_numpy()
    season = 8.7 * (np.sin(2 * np.pi * days / 365.25 + phase) - np.sin(phase))
    km = np.round(cars["km_per_day"].to_numpy() * np.maximum(days + season, 0) + 12)
    mistyped = plan.rng("mileage").choice(len(km), size=_BACKWARDS, replace=False)
    km[mistyped] = np.round(km[mistyped] * 0.4)
    return np.asarray(km)
