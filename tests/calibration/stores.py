"""Stores that never were, in which it is known what calls change: tables of the schema from numpy, in no time.

A vehicle goes from one service to the next. At each it comes or stays away by its owner's loyalty; some are
called some days before, up to three times until somebody answers.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

BEGIN, CALLS_SINCE, AS_OF = (
    int(pd.Timestamp(day).timestamp() // 86400) for day in ("2020-01-01", "2022-01-01", "2025-12-31")
)
ATTEMPTS = 3
FULL_SIZE = 4000


@dataclass(frozen=True)
class World:
    """What holds in a kind of store."""

    name: str
    call_loyalty: float = 0.0
    """By how much [logit] likelier owners of one standard deviation more loyalty are to be called."""

    answer_loyalty: float = 0.0
    """The same of answering."""

    forward: bool = False
    """Whether a call that is answered moves the visit up, to within three weeks."""

    effect: float = 0.0
    """Chance [fraction] that an answered maintenance call adds to the coming visit."""

    effect_by_class: tuple[float, float, float, float] | None = None
    """In place of ``effect`` one for each of the classes A to D on the day of the first call."""

    first_service_spread: float = 25.0
    """Standard deviation [days] of the first service around the 95th day: small is a steep hazard."""

    vehicles: int = FULL_SIZE

    @property
    def null(self) -> bool:
        """Whether calls change nothing."""
        return not self.effect and self.effect_by_class is None


def expit(x):
    return 1 / (1 + np.exp(-x))


@lru_cache(maxsize=1)
def store(world: World, seed: int) -> dict[str, pd.DataFrame]:
    """``vehicle_sales``, ``service_visits`` and ``contacts`` of one store, clean, as of the end of 2025.

    Kept until the next is made, so that all rows of a world read the same.
    """
    return _Store(world, seed).tables()


class _Store:
    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, np.random.default_rng(seed)
        count = world.vehicles
        self.loyalty = self.random.normal(size=count)
        self.sold = self.random.integers(BEGIN - 900, AS_OF - 60, count)
        self.own = self.random.random(count) < 0.88
        self.interval = np.clip(self.random.normal(185, 30, count), 110, 300)
        answers = 0.5 + world.answer_loyalty * self.loyalty + self.random.normal(0, 0.5, count)
        self.answers = expit(answers)
        self.visits: list[tuple[np.ndarray, np.ndarray, str]] = []
        self.calls: list[tuple[np.ndarray, np.ndarray, np.ndarray, str, int]] = []
        self.spoken: list[tuple[np.ndarray, ...]] = []
        self.cases: list[tuple[np.ndarray, ...]] = []

    def tables(self) -> dict[str, pd.DataFrame]:
        random, every = self.random, np.arange(self.world.vehicles)
        self._ring(every[self.own], self.sold[self.own] + 3, "post_sale", attempts=1)
        if self.world.effect_by_class is not None:  # then they must be known when it is called
            self._repairs(every)
        last = self._first_service(every)
        while len(going := np.flatnonzero(last < AS_OF)):
            last[going] = self._service(going, last[going])
        if self.world.effect_by_class is None:
            self._repairs(every)
        renewals = np.repeat(every, 6)
        year = np.tile(np.arange(1, 7), len(every))
        chosen = random.random(len(renewals)) < 0.3
        self._ring(renewals[chosen], (self.sold[renewals] + year * 365 - 30)[chosen], "insurance", attempts=1)
        return self._written()

    def _repairs(self, every):
        """Small repairs at any time, which no call concerns."""
        unit = np.repeat(every, self.random.poisson(0.15 * (AS_OF - self.sold) / 365))
        days = self.sold[unit] + self.random.random(len(unit)) * (AS_OF - self.sold[unit])
        self._come(unit, days, "repair")

    def _class(self, unit, day):
        """The class on a day: A to D as 0 to 3."""
        came, days = (np.concatenate([visit[at] for visit in self.visits]) for at in (0, 1))
        at = np.full(self.world.vehicles, np.nan)
        at[unit] = day
        recent = (days < at[came]) & (days >= at[came] - 365)
        return 3 - np.digitize(np.bincount(came[recent], minlength=self.world.vehicles)[unit], [1, 2, 4])

    def _first_service(self, unit):
        """The first visit: many come around the 95th day; those sold elsewhere are never asked."""
        random, world = self.random, self.world
        comes = random.random(len(unit)) < expit(0.6 + 0.9 * self.loyalty - 1.0 * ~self.own)
        natural = self.sold + np.maximum(random.normal(95, world.first_service_spread, len(unit)), 5)
        called = self._chosen(unit, 0.8) & self.own
        asked = self._invite(unit[called], (self.sold + random.integers(70, 90, len(unit)))[called],
                             np.where(comes, natural, AS_OF + 999)[called], "first_service")  # fmt: skip
        day = self._moved(unit, natural, comes, called, asked)
        self._come(unit[comes], day[comes], "first_service")
        return np.where(comes, day, self.sold + 180)

    def _service(self, unit, last):
        """The next service: about an interval later; away this time means away until the next."""
        random, world = self.random, self.world
        due = last + self.interval[unit] + random.normal(0, 12, len(unit))
        natural = np.maximum(due + random.normal(5, 18, len(unit)), last + 20)
        comes = random.random(len(unit)) < (chance := expit(0.5 + self.loyalty[unit]))
        called = self._chosen(unit, 0.6)
        first = np.floor(due - random.integers(5, 25, len(unit)))
        asked = self._invite(unit[called], first[called],
                             np.where(comes, natural, AS_OF + 999)[called], "maintenance")  # fmt: skip
        spoken = np.zeros(len(unit), dtype=bool)
        spoken[called] = asked >= 0
        effect = world.effect
        if world.effect_by_class is not None:
            effect = np.array(world.effect_by_class)[self._class(unit, first)]
            self.cases.append((unit[called], first[called], effect[called]))
        gained = np.minimum(effect / np.maximum(1 - chance, 1e-9), 1.0)
        won = spoken & ~comes & (random.random(len(unit)) < gained)
        at = called.nonzero()[0][asked >= 0]
        self.spoken.append((unit[at], asked[asked >= 0], ~comes[at] & ~won[at], gained[at]))
        day = self._moved(unit, natural, comes, called, asked)
        full = np.full(len(unit), -1.0)
        full[called] = asked
        day = np.where(won, full + random.integers(1, 25, len(unit)), day)
        came = comes | won
        self._come(unit[came], day[came], "scheduled_service")
        served = came & (day <= AS_OF) & (random.random(len(unit)) < 0.5)
        self._ring(unit[served], day[served] + 3, "post_service", attempts=1)
        return np.where(came, day, due)

    def _chosen(self, unit, share):
        logit = np.log(share / (1 - share)) + self.world.call_loyalty * self.loyalty[unit]
        return self.random.random(len(unit)) < expit(logit)

    def _moved(self, unit, natural, comes, called, asked):
        """When those come that come anyway: after an answered call sooner, where calls do that."""
        if not self.world.forward:
            return natural
        spoken = np.full(len(unit), -1.0)
        spoken[called] = asked
        soon = spoken + self.random.integers(1, 21, len(unit))
        return np.where((spoken >= 0) & comes & (natural > soon), soon, natural)

    def _invite(self, unit, day, comes_on, purpose):
        """Ring until somebody answers or comes; the day on which somebody did, -1 for never."""
        return self._ring(unit, day, purpose, attempts=ATTEMPTS, until=comes_on)

    def _ring(self, unit, day, purpose, *, attempts, until=None):
        found, day = np.full(len(unit), -1.0), np.floor(np.asarray(day, dtype=float))
        waiting = np.ones(len(unit), dtype=bool) if until is None else day < until
        for attempt in range(1, attempts + 1):
            answered = waiting & (self.random.random(len(unit)) < self.answers[unit])
            self.calls.append((unit[waiting], day[waiting], answered[waiting], purpose, attempt))
            found[answered] = day[answered]
            day = day + self.random.integers(1, 6, len(unit))
            waiting = waiting & ~answered & (self.random.random(len(unit)) < 0.85)
            if until is not None:
                waiting &= day < until
        return found

    def _come(self, unit, day, service_type):
        self.visits.append((unit, np.floor(day), service_type))

    def _written(self) -> dict[str, pd.DataFrame]:
        def joined(parts, places):
            """The columns of all parts, those of one word a part repeated, in the order of days."""
            size = [len(part[0]) for part in parts]
            columns = [
                np.repeat([part[at] for part in parts], size)
                if at not in places
                else np.concatenate([part[at] for part in parts])
                for at in range(len(parts[0]))
            ]
            inside = np.flatnonzero((columns[1] >= first) & (columns[1] <= AS_OF))
            order = inside[np.lexsort((columns[0][inside], columns[1][inside]))]
            return [column[order] for column in columns]

        def dated(days):
            return pd.Series(np.asarray(days, dtype="int64").astype("datetime64[D]").astype("datetime64[s]"))

        def named(letter, count):
            return pd.array([f"{letter}{number:07d}" for number in range(count)], dtype="str")

        vins, first = named("V", self.world.vehicles), BEGIN
        unit, day, service_type = joined(self.visits, (0, 1))
        visits = {
            "ro_number": named("R", len(unit)), "vin": vins[unit], "visit_date": dated(day),
            "service_type": pd.array(service_type, dtype="str"), "mileage_km": np.nan, "total_amount": 600.0,
        }  # fmt: skip
        first = CALLS_SINCE
        unit, day, reached, purpose, attempt = joined(self.calls, (0, 1, 2))
        contacts = {
            "contact_id": named("C", len(unit)), "contact_date": dated(day), "vin": vins[unit],
            "purpose": pd.array(purpose, dtype="str"), "attempt": attempt, "reached": pd.array(reached, dtype="boolean"),
        }  # fmt: skip
        sales = {"vin": vins, "sale_date": dated(self.sold), "self_sold": self.own}
        return {
            "vehicle_sales": pd.DataFrame(sales),
            "service_visits": pd.DataFrame(visits),
            "contacts": pd.DataFrame(contacts),
        }


WORLDS = {
    world.name: world
    for world in (
        World("null"),
        World("loyal_called_more", call_loyalty=0.8),
        World("loyal_answer_more", answer_loyalty=0.8),
        World("brought_forward", forward=True),
        World("steep_first_service", first_service_spread=8.0),
        World("ten_points", effect=0.10),
        World("by_class", effect_by_class=(0.0, 0.03, 0.20, 0.35)),
    )
}


def true_gains(world: World, seed: int) -> pd.DataFrame:
    """The maintenance calls of :func:`store`: ``vin``, ``day`` (since 1970) of the first, and true ``effect``.

    The effect [fraction] is what an answer adds to the chance of the coming visit, so far as there is room.
    """
    made = _Store(world, seed)
    made.tables()
    unit, day, effect = (np.concatenate(column) for column in zip(*made.cases, strict=True))
    vins = pd.array([f"V{number:07d}" for number in unit], dtype="str")
    return pd.DataFrame({"vin": vins, "day": day.astype("int64"), "effect": effect})


def truth(world: World, *, days: int, seed: int = 0, vehicles: int = 60_000) -> float:
    """What an answered maintenance call changes: share that would not have come in so many days without it.

    Those whom the call did not win show what would have become of those whom it did, later calls included.
    """
    huge = _Store(replace(world, vehicles=vehicles), seed)
    visits = huge.tables()["service_visits"]
    unit = visits["vin"].str[1:].astype("int64").to_numpy()
    far = 1 << 20
    keys = np.sort(unit * far + visits["visit_date"].to_numpy("datetime64[D]").astype("int64"))
    won = []
    for unit, day, away, gained in huge.spoken:
        seen = (day >= CALLS_SINCE) & (day + days <= AS_OF)
        at = unit[seen] * far + day[seen].astype("int64")
        came = np.searchsorted(keys, at + days, side="right") > np.searchsorted(keys, at)
        odds = np.minimum(gained[seen], 0.9) / (1 - np.minimum(gained[seen], 0.9))
        won.append(odds * away[seen] * ~came)
    return float(np.concatenate(won).mean())
