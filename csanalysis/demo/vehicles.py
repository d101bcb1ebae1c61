"""Vehicles and the people who own them: seasonal sales, second cars, and cars bought elsewhere."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.demo.attributes import customer_types
from csanalysis.demo.plan import AS_OF, FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR, Plan, day_number

_EARLIER_YEARS = 5  # years of sales before the exports begin, so that 2020 opens with a grown base
_SEASON = np.array([1.30, 0.62, 0.92, 0.90, 0.96, 1.02, 0.86, 0.92, 1.12, 1.04, 1.08, 1.26])
_SECOND_CAR = 0.08
_LETTERS = np.array(list("ABCDEFGHJKLMNPRSTUVWXYZ0123456789"))


def simulate_vehicles(plan: Plan) -> pd.DataFrame:
    """One row a vehicle: who owns it, when it was sold or first came, and how it is driven."""
    rng = plan.rng("vehicles")
    sold = np.sort(_sale_days(plan, rng))
    came = np.sort(rng.integers(FIRST_DAY - 3 * 365, LAST_DAY, size=plan.elsewhere * 9))
    start = np.concatenate([sold, came])
    origin = np.repeat(["sold", "elsewhere"], [len(sold), len(came)])
    order = np.argsort(start, kind="stable")
    start, origin = start[order], origin[order]
    size = len(start)

    model = rng.choice(len(plan.models), size=size, p=_falling(len(plan.models)))
    prices = np.array([price for _, price in plan.models])[model]
    consultants = plan.role("sales_consultant")
    age = np.where(origin == "elsewhere", rng.integers(120, 5 * 365, size=size), 0)
    customer = _owners(rng, size)
    vehicles = pd.DataFrame(
        {
            "vin": _vins(plan, rng, size),
            "customer": customer,
            "start": start,
            "sold": start - age,
            "origin": origin,
            "model": np.array([name for name, _ in plan.models])[model],
            "trim": rng.choice(plan.trims, size=size),
            "price": np.round(prices * rng.normal(1.0, 0.05, size=size), -2),
            "sales_consultant": rng.choice([person.name for person in consultants], size=size),
            "self_sold": rng.random(size) < plan.self_share,
            "km_per_day": np.clip(rng.lognormal(np.log(37), 0.38, size=size), 8, 140),
            "phase": rng.random(size) * 2 * np.pi,
        }
    )
    # What belongs to the owner is the same for both of an owner's cars.
    local, loyalty = (
        rng.random(customer.max() + 1) < plan.local_share,
        rng.lognormal(0, 0.35, customer.max() + 1),
    )
    phone_valid = rng.random(customer.max() + 1) > 0.045
    return vehicles.assign(
        is_local=local[customer], loyalty=loyalty[customer], phone_valid=phone_valid[customer]
    )


def _sale_days(plan: Plan, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    days: list[npt.NDArray[np.int64]] = []
    years = range(FIRST_YEAR - _EARLIER_YEARS, LAST_YEAR + 2)
    yearly = (plan.earlier_units,) * _EARLIER_YEARS + plan.units + (sum(plan.targets),)
    for year, units in zip(years, yearly, strict=True):
        for month, share in enumerate(_SEASON / _SEASON.sum(), start=1):
            first = day_number(date(year, month, 1))
            last = day_number(date(year + month // 12, month % 12 + 1, 1))
            of_month = rng.integers(first, last, size=rng.poisson(units * share))
            days.append(of_month[of_month <= LAST_DAY])
    return np.concatenate(days).astype("int64")


def _falling(size: int) -> npt.NDArray[np.float64]:
    weights = 1 / np.arange(1, size + 1) ** 0.6
    return np.asarray(weights / weights.sum())


def _owners(rng: np.random.Generator, size: int) -> npt.NDArray[np.int64]:
    """Customer numbers in order of first appearance; some come back for a second car."""
    again = rng.random(size) < _SECOND_CAR
    again[:50] = False
    owner = np.cumsum(~again) - 1
    earlier = (rng.random(size) * owner).astype(int)
    return np.where(again, earlier, owner)


def _vins(plan: Plan, rng: np.random.Generator, size: int) -> list[str]:
    prefixes = rng.choice(plan.vin_prefixes, size=size, p=_falling(len(plan.vin_prefixes)))
    middles = _LETTERS[rng.integers(0, len(_LETTERS), size=(size, 8))]
    return [
        f"{prefix}{''.join(middle)}{serial:06d}"
        for prefix, middle, serial in zip(prefixes, middles, range(100, size + 100), strict=True)
    ]


def customer_ids(plan: Plan, numbers: np.ndarray | pd.Series) -> list[str]:
    """The store's own customer codes."""
    return [f"{plan.customer_code}{number + 1:05d}" for number in np.asarray(numbers)]


def vehicle_sales(plan: Plan, vehicles: pd.DataFrame) -> pd.DataFrame:
    """The ledger from the first year on; some vehicles are invoiced twice and some invoices misdated."""
    ledger = vehicles[(vehicles["origin"] == "sold") & (vehicles["start"] >= FIRST_DAY)]
    sales = pd.DataFrame(
        {
            "vin": ledger["vin"],
            "sale_date": ledger["start"].to_numpy(),
            "customer_id": customer_ids(plan, ledger["customer"]),
            "model": ledger["model"],
            "trim": ledger["trim"],
            "sales_consultant": ledger["sales_consultant"],
            "self_sold": ledger["self_sold"],
            "is_local": ledger["is_local"],
            "price": ledger["price"],
            "fuel": ledger["fuel"],
        }
    ).reset_index(drop=True)
    rng = plan.rng("vehicle_sales")
    # Early enough that a date 200 days late still lies before any as_of.
    chosen = rng.choice(int((sales["sale_date"] < AS_OF - 230).sum()), size=7, replace=False)
    again = sales.iloc[chosen[:4]].copy()
    again["sale_date"] += rng.integers(3, 25, size=4)
    sales.loc[chosen[4:], "sale_date"] += 200  # an invoice typed with the wrong month: visits precede it
    sales = pd.concat([sales, again]).sort_values("sale_date", kind="stable", ignore_index=True)
    return sales.assign(sale_date=sales["sale_date"].to_numpy().astype("datetime64[D]"))


def customers(plan: Plan, vehicles: pd.DataFrame, seen: pd.Series) -> pd.DataFrame:
    """One row for each owner of a vehicle that the exports mention, and the day of that in ``first_seen``.

    ``seen`` is the day on which they first mention a vehicle, NaN for never.
    """
    rng = plan.rng("customers")
    owners = vehicles.assign(first_seen=seen).dropna(subset="first_seen")
    owners = owners.sort_values(["first_seen", "customer"], kind="stable").drop_duplicates("customer")
    size, words = len(owners), plan.words
    first, second = rng.choice(words.given, size=size), rng.choice(words.given, size=size)
    last = rng.choice(words.surnames, size=size)
    digits = rng.integers(0, 10**9, size=size)
    if words.joint:
        names = [f"{a} {b}" for a, b in zip(first, last, strict=True)]
        phones = [f"{words.phone}{digit % 100_000:05d}" for digit in digits]
    else:
        names = [
            f"{b}{a}{c if digit % 3 else ''}"
            for a, b, c, digit in zip(first, last, second, digits, strict=True)
        ]
        phones = [f"{words.phone}{digit:09d}" for digit in digits]
    district = rng.choice(words.districts, size=size, p=_falling(len(words.districts)))
    return pd.DataFrame(
        {
            "customer_id": customer_ids(plan, owners["customer"]),
            "name": names,
            "phone": phones,
            "gender": rng.choice(words.genders, size=size, p=[0.66, 0.34]),
            "birthday": rng.integers(
                day_number(date(1958, 1, 1)), day_number(date(2002, 12, 31)), size=size
            ).astype("datetime64[D]"),
            "occupation": rng.choice(words.occupations, size=size, p=_falling(len(words.occupations))),
            "district": np.where(owners["is_local"], district, words.elsewhere),
            "customer_type": customer_types(plan, vehicles, owners["customer"]),
            "first_seen": owners["first_seen"].to_numpy().astype("int64").astype("datetime64[D]"),
        }
    )
