"""Rates of every claim over many stores, with Monte Carlo error, held against what they should be."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib import import_module
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

import yaml

from tests.calibration.claims import CLAIMS, Claim

SUBJECTS = ("effects", "gains", "chances")
"""The modules of this folder that register claims."""


class Rate(NamedTuple):
    """A row of the table: of so many stores tried, the share in which it was so."""

    claim: Claim
    tried: int
    silent: int
    hits: int

    @property
    def value(self) -> float:
        """The share, of the stores that said anything."""
        return self.hits / self.tried if self.tried else float("nan")

    @property
    def error(self) -> float:
        """Its Monte Carlo standard error; one store more of each kind, so that 0 of 100 has one too."""
        share = (self.hits + 1) / (self.tried + 2)
        return float((share * (1 - share) / (self.tried + 2)) ** 0.5)

    @property
    def missed(self) -> bool:
        """Whether the rate lies outside its target by more than two errors."""
        return self.value > self.claim.high + 2 * self.error or self.value < self.claim.low - 2 * self.error

    @property
    def met(self) -> bool:
        """Whether the rate itself lies inside."""
        return self.claim.low <= self.value <= self.claim.high


def registered(only: str = "") -> list[Claim]:
    """Every claim whose name holds ``only``."""
    for subject in SUBJECTS:
        import_module(f"tests.calibration.{subject}")
    return [each for each in CLAIMS if only in each.name]


def measured(claims: Sequence[Claim], *, stores: int, first_seed: int = 1, jobs: int = 1) -> list[Rate]:
    """The rate of each claim over the same seeds.

    Claims of one world are tried together, seed by seed, so that they can share a store.
    """
    worlds = list(dict.fromkeys(each.world for each in claims))
    tasks = [(world, seed) for world in worlds for seed in range(first_seed, first_seed + stores)]
    names = [each.name for each in claims]
    if jobs > 1:
        with ProcessPoolExecutor(jobs) as pool:
            outcomes = list(pool.map(_tried, tasks, repeat(names), chunksize=max(1, stores // 10)))
    else:
        outcomes = [_tried(task, names) for task in tasks]
    found: dict[str, list[bool | None]] = {name: [] for name in names}
    for outcome in outcomes:
        for name, hit in outcome.items():
            found[name].append(hit)
    return [_rate(each, found[each.name]) for each in claims]


def _tried(task: tuple[str, int], names: Sequence[str]) -> dict[str, bool | None]:
    world, seed = task
    wanted = [each for each in registered() if each.world == world and each.name in names]
    return {each.name: each.trial(seed) for each in wanted}


def _rate(claim: Claim, hits: Sequence[bool | None]) -> Rate:
    said = [bool(hit) for hit in hits if hit is not None]
    return Rate(claim, len(said), len(hits) - len(said), sum(said))


def as_text(rates: Sequence[Rate]) -> str:
    """The table as it is printed."""
    lines = [
        f"{'claim':<32}{'world':<22}{'kind':<13}{'stores':>7}{'rate':>8}{'± error':>9}{'target':>14}{'nominal':>9}"
    ]
    for rate in rates:
        each = rate.claim
        target = f"{each.low:.1%}–{each.high:.1%}"
        nominal = "" if each.nominal is None else f"{each.nominal:.0%}"
        mark = "" if rate.met else "  outside" if rate.missed else "  within error"
        lines.append(
            f"{each.subject:<32}{each.world:<22}{each.kind:<13}{rate.tried:>7}{rate.value:>8.1%}"
            f"{rate.error:>9.1%}{target:>14}{nominal:>9}{mark}"
        )
    return "\n".join(lines)


def write(rates: Sequence[Rate], path: Path, *, on: date) -> None:
    """The table as a small YAML file that reports read."""
    rows = [
        {
            "claim": rate.claim.subject,
            "world": rate.claim.world,
            "kind": rate.claim.kind,
            "stores": rate.tried,
            "silent": rate.silent,
            "rate": round(rate.value, 4),
            "error": round(rate.error, 4),
            "low": rate.claim.low,
            "high": rate.claim.high,
            "nominal": rate.claim.nominal,
        }
        for rate in rates
    ]
    head = "# Claims tried on simulated stores of known truth; written by `make calibrate`, not by hand.\n"
    content = {"measured_on": on.isoformat(), "rows": rows}
    path.write_text(head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
