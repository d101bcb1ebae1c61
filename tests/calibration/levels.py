"""Floor, target and stretch set for past years, and whether those years met them.

Each store is told for its last three years, each from what was known at the end of the year before: what flows
from its vehicles by the simulated year, what does not by its months. In the one world nothing changes but by
chance, in the other every year differs from the one before.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.churn import annual_churn_rate
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.plan.target_levels import LEVELS, target_levels
from csanalysis.metrics.results import tidy
from csanalysis.metrics.simulation.chances import drawn_year, resampled_years
from csanalysis.metrics.simulation.fit import fit
from csanalysis.metrics.simulation.history import history
from csanalysis.metrics.simulation.run import simulate
from tests.calibration.claims import claim
from tests.calibration.stores import expit

FIRST, LAST = 2015, 2025
KNOWN = 2019
"""Repair orders and sales are known from this year on."""

TOLD = (2023, 2024, 2025)
DRAWS = 400

DRIFT = {"nothing_changes": 0.0, "years_drift": 1.0}
"""How far a year lies from the one before, in the steps of :data:`STEPS`."""

STEPS = {"sales": 0.10, "first_service": 0.25, "visits": 0.20, "upsell": 0.12, "score": 0.5, "accuracy": 0.5}
"""One step of a year: of log sales, of logits, and of scatters of a month."""


class Case(NamedTuple):
    """One goal of one year: which level, and whether the year met it."""

    goal: str
    level: str
    met: bool


class Store(NamedTuple):
    """A store's ledgers, and the months of what does not flow from its vehicles."""

    sales: pd.DataFrame
    visits: pd.DataFrame
    items: pd.DataFrame
    months: dict[str, pd.DataFrame]


def store(world: str, seed: int) -> Store:
    """A store of about 40 sales a month, and what its years brought."""
    random = np.random.default_rng([seed, 31])
    drift = DRIFT[world]
    years = np.arange(FIRST, LAST + 1)
    walks = {name: drift * step * np.cumsum(random.normal(size=len(years))) for name, step in STEPS.items()}
    sold = _sold(random, walks["sales"])
    came = list(_visits(random, sold, walks))
    unit = np.concatenate([part[0] for part in came])
    day = np.concatenate([part[1] for part in came])
    kind = np.repeat([part[2] for part in came], [len(part[0]) for part in came])
    known = (day >= _day(KNOWN)) & (day < _day(LAST + 1))
    order = np.lexsort((unit[known], day[known]))
    unit, day, kind = unit[known][order], day[known][order], kind[known][order]
    vins = np.array([f"V{number:06d}" for number in range(len(sold))])
    visits = pd.DataFrame(
        {
            "ro_number": pd.array([f"R{number:06d}" for number in range(len(unit))], dtype="str"),
            "vin": pd.array(vins[unit], dtype="str"),
            "visit_date": _dates(day),
            "service_type": pd.array(kind, dtype="str"),
            "mileage_km": np.nan,
            "total_amount": 600.0,
            "team": "one",
        }
    )
    sales = pd.DataFrame(
        {
            "vin": pd.array(vins, dtype="str"),
            "sale_date": _dates(sold),
            "self_sold": True,
            "is_local": True,
            **dict.fromkeys(("model", "sales_consultant"), "one"),
        }
    )
    return Store(sales, visits, _items(random, visits, walks["upsell"]), _months(random, walks))


def _day(year: int) -> int:
    return int(pd.Timestamp(year, 1, 1).timestamp() // 86400)


def _dates(days: np.ndarray) -> pd.Series:
    return pd.Series(np.asarray(days, dtype="int64").astype("datetime64[D]").astype("datetime64[s]"))


def _year(days: np.ndarray) -> np.ndarray:
    """The place of each day's year among the walks."""
    return np.clip(((days - _day(FIRST)) / 365.25).astype(int), 0, LAST - FIRST)


def _sold(random: np.random.Generator, walk: np.ndarray) -> np.ndarray:
    days = [
        _day(FIRST + place) + random.integers(0, 365, random.poisson(480 * np.exp(level)))
        for place, level in enumerate(walk)
    ]
    return np.sort(np.concatenate(days))


def _visits(random, sold, walks) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    """A vehicle comes for its first service, then about twice a year, until it stays away for good."""
    every = np.arange(len(sold))
    loyal = random.normal(size=len(sold))
    interval = np.clip(random.normal(185, 30, len(sold)), 110, 300)
    first = sold + np.maximum(random.normal(95, 25, len(sold)), 5)
    comes = random.random(len(sold)) < expit(1.2 + 0.5 * loyal + walks["first_service"][_year(first)])
    yield every[comes], first[comes], "first_service"
    last, here = np.where(comes, first, sold + 180.0), every
    while len(here):
        due = last[here] + interval[here] + random.normal(0, 20, len(here))
        stays = random.random(len(here)) < expit(1.3 + 0.8 * loyal[here] + walks["visits"][_year(due)])
        yield here[stays], due[stays], "scheduled_service"
        last[here] = due
        gone = ~stays & (random.random(len(here)) < 0.35)
        here = here[~gone & (due < _day(LAST + 1))]


def _items(random: np.random.Generator, visits: pd.DataFrame, walk: np.ndarray) -> pd.DataFrame:
    """Work proposed at every second visit or so, and whether it was agreed to."""
    of_visit = np.repeat(np.arange(len(visits)), random.poisson(0.6, len(visits)))
    years = visits["visit_date"].dt.year.to_numpy()[of_visit] - FIRST
    accepted = random.random(len(of_visit)) < expit(walk[years])
    return pd.DataFrame(
        {
            "ro_number": visits["ro_number"].to_numpy()[of_visit],
            "item": pd.array(["belt"] * len(of_visit), dtype="str"),
            "grade": pd.array(["A"] * len(of_visit), dtype="str"),
            "amount": 300.0,
            "outcome": pd.array(np.where(accepted, "accepted", "declined"), dtype="str"),
            "proposed_date": visits["visit_date"].to_numpy()[of_visit],
            **dict.fromkeys(("followed_up_date", "due_date", "recovered_date"), pd.NaT),
            **dict.fromkeys(("recovered_amount", "confirmed_by"), np.nan),
            **dict.fromkeys(("advisor", "technician", "team", "decline_reason"), pd.NA),
        }
    )


def _months(random: np.random.Generator, walks: dict[str, np.ndarray]) -> dict[str, pd.DataFrame]:
    """A score of monthly means, and a share of some records a month."""
    labels = [month for year in range(KNOWN, LAST + 1) for month in months_of(year)]
    score, share = (np.repeat(walks[name][KNOWN - FIRST :], 12) for name in ("score", "accuracy"))
    size = random.integers(60, 100, len(labels))
    right = random.binomial(size, np.clip(0.93 + 0.01 * share, 0.0, 1.0))
    return {
        "score": tidy(labels, value=900 + 8 * (score + random.normal(size=len(labels)))),
        "accuracy": tidy(labels, numerator=right.astype(float), denominator=size.astype(float)),
    }


@lru_cache(maxsize=2)
def cases(world: str, seed: int) -> tuple[Case, ...]:
    """Every level of every goal of the years told, and whether it was met."""
    made = store(world, seed)
    return tuple(case for year in TOLD for case in _of_year(made, year, seed))


def _of_year(made: Store, year: int, seed: int) -> Iterator[Case]:
    before = pd.Timestamp(year - 1, 12, 31)
    past = history(made.sales, made.visits, made.items, as_of=before)
    full = history(made.sales, made.visits, made.items, as_of=pd.Timestamp(year, 12, 31))
    simulated = simulate(fit(past, year=year - 1), draws=DRAWS)
    seen = units(made.visits, made.sales).visits
    rates = annual_churn_rate(seen, years=[year - 2, year - 1, year]).set_index("period")["value"]
    services = [int(full.yearly(full.first_services, each)) for each in (year - 1, year)]
    upsell = [full.upsell[full.columns(each)].sum(axis=0) for each in (year - 1, year)]
    agreed = [accepted / proposed for proposed, accepted, _ in upsell]
    yield from _levels(
        "first_service", drawn_year(simulated, "first_services"), services, "higher", whole=True
    )
    yield from _levels("churn", drawn_year(simulated, "churn_rate"), [*rates], "lower")
    yield from _levels("upsell", drawn_year(simulated, "success_rate"), agreed, "higher")
    for name, months in made.months.items():
        known = months[months["period"] < f"{year}"]
        drawn = resampled_years(known, draws=DRAWS, seed=seed)
        came = [_mean(months, each) for each in (year - 1, year)]
        yield from _levels(name, drawn, came, "higher")


def _mean(months: pd.DataFrame, year: int) -> float:
    own = months[months["period"].str[:4] == str(year)]
    if own["numerator"].isna().all():
        return float(own["value"].mean())
    return float(own["numerator"].sum() / own["denominator"].sum())


def _levels(goal: str, drawn, came, better: str, **given) -> Iterator[Case]:
    last, now = came
    told = target_levels(drawn, plan_year=0, better=better, last=last, **given)
    for level, value in zip(told["level"], told["value"], strict=True):
        yield Case(goal, level, bool(now >= value - 1e-9 if better == "higher" else now <= value + 1e-9))


def met(world: str, seed: int, level: str) -> tuple[int, int]:
    """In how many cases a level was met, and how many there were."""
    own = [case.met for case in cases(world, seed) if case.level == level]
    return sum(own), len(own)


_BETWEEN = {"floor": (0.75, 0.85), "target": (0.40, 0.60), "stretch": (0.10, 0.30)}

for _world in DRIFT:
    for _level, (_low, _high) in _BETWEEN.items():

        @claim(f"level_{_level}", _world, "covered", low=_low, high=_high, nominal=LEVELS[_level])
        def _met(seed: int, world: str = _world, level: str = _level) -> tuple[int, int]:
            return met(world, seed, level)
