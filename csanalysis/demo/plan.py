"""What a demonstration dealership is like: its people, programmes, habits and the truths in its data."""

import random
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from csanalysis.demo.words import Words
from csanalysis.messages import BadValueError

EPOCH = date(1970, 1, 1)
FIRST_YEAR, LAST_YEAR = 2020, 2025


def day_number(day: date) -> int:
    """Days since 1970, as NumPy counts them."""
    return (day - EPOCH).days


FIRST_DAY = day_number(date(FIRST_YEAR, 1, 1))
AS_OF = day_number(date(LAST_YEAR, 12, 31))
LATEST_AS_OF = day_number(date(LAST_YEAR + 1, 6, 30))
EXPORT_LAG = 5  # exports are made a few days after the last day that counts
LAST_DAY = LATEST_AS_OF + EXPORT_LAG  # of the simulation, which is always the same one


def until_day(until: date | None) -> int:
    """The last day that counts [days since 1970]; BadValueError for one the simulation cannot reach."""
    if until is None:
        return AS_OF
    first, last = EPOCH + timedelta(AS_OF), EPOCH + timedelta(LATEST_AS_OF)
    if not first <= until <= last:
        raise BadValueError(
            "until {until}: the demo can end on any day from {first} to {last}",
            "截止日 {until} 不行：演示数据可以截止到 {first} 至 {last} 之间的任何一天",
            until=until,
            first=first,
            last=last,
        )
    return day_number(until)


@dataclass(frozen=True)
class LapseWave:
    """What befell a team, or ``""`` for all: of those it served last in ``[first, last]``, more lapse.

    ``more`` is added to each one's chance; below 0 fewer lapse.
    """

    team: str
    first: date
    last: date
    more: float


@dataclass(frozen=True)
class Person:
    """Someone who works there; ``skill`` runs from -1 to 1, 0 being ordinary."""

    name: str
    role: str
    team: str = ""
    weight: float = 1.0
    skill: float = 0.0


@dataclass(frozen=True)
class Programme:
    """A manufacturer's survey: its items, those truly weak, and the region it is compared with."""

    name: str
    items: tuple[tuple[str, str], ...]
    weak: tuple[str, ...]
    max_score: int
    level: float
    monthly: int
    stores: int


@dataclass(frozen=True)
class UpsellItem:
    """A piece of work that technicians propose, and how readily customers agree to it."""

    name: str
    grade: str
    amount: float
    acceptance: float


@dataclass(frozen=True)
class Plan:
    """One dealership to simulate."""

    id: str
    name: str
    brand: str
    language: str
    layout: str
    words: Words
    units: tuple[int, ...]
    earlier_units: int
    targets: tuple[int, ...]
    elsewhere: int
    self_share: float
    local_share: float
    interval_days: int
    interval_km: int
    lapse: float
    calls_since: date
    people: tuple[Person, ...]
    models: tuple[tuple[str, float], ...]
    trims: tuple[str, ...]
    vin_prefixes: tuple[str, ...]
    customer_code: str
    order_code: str
    service: Programme
    sales: Programme
    upsell: tuple[UpsellItem, ...]
    graded_since: date
    grading: dict[str, float]
    more_c_items: float
    money: float
    rebate: float
    closed_on_sunday: bool = False
    turn: LapseWave | None = None
    seed: int = 7

    @cached_property
    def teams(self) -> tuple[str, ...]:
        """Teams in the order in which their people are named."""
        return tuple(dict.fromkeys(person.team for person in self.people if person.team))

    def role(self, role: str) -> tuple[Person, ...]:
        """Everyone with one role."""
        return tuple(person for person in self.people if person.role == role)

    @cached_property
    def skill(self) -> dict[str, float]:
        """Skill by name."""
        return {person.name: person.skill for person in self.people}

    @cached_property
    def team_of(self) -> dict[str, str]:
        """Team by name."""
        return {person.name: person.team for person in self.people}

    def _entropy(self, subject: str) -> list[int]:
        return [self.seed, zlib.crc32(self.id.encode()), zlib.crc32(subject.encode())]

    def rng(self, subject: str) -> np.random.Generator:
        """Random numbers of one subject; drawing more for one leaves the others as they were."""
        return np.random.default_rng(self._entropy(subject))

    def scalar_rng(self, subject: str) -> random.Random:
        """The same, many times faster where numbers are drawn one by one."""
        state = np.random.SeedSequence(self._entropy(subject)).generate_state(4)
        return random.Random(int.from_bytes(state.tobytes(), "little"))
