"""Rates of every claim over many stores, with Monte Carlo error, held against what they should be."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib import import_module
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

import yaml

from tests.calibration.claims import CLAIMS, Claim, Outcome

SUBJECTS = ("effects", "gains", "chances", "ranges", "many", "forecasts", "levels")
"""The modules of this folder that register claims."""


class Rate(NamedTuple):
    """A row of the table: of so many stores tried, the share in which it was so.

    ``cases`` is how many things the stores said in all, ``hits`` in how many of them it was so; where a store says
    many, ``scatter`` is the standard error that the stores' differences give.
    """

    claim: Claim
    tried: int
    silent: int
    hits: int
    cases: int | None = None
    scatter: float = 0.0

    @property
    def value(self) -> float:
        """The share, of what the stores said."""
        return self.hits / self.said if self.said else float("nan")

    @property
    def said(self) -> int:
        """How many things were said: one a store, if not more."""
        return self.tried if self.cases is None else self.cases

    @property
    def error(self) -> float:
        """Its Monte Carlo standard error; one store more of each kind, so that 0 of 100 has one too."""
        share = (self.hits + 1) / (self.said + 2)
        return max(float((share * (1 - share) / (self.said + 2)) ** 0.5), self.scatter)

    @property
    def missed(self) -> bool:
        """Whether the rate lies outside its target by more than two errors, where it is not known to."""
        return not self.claim.limit and self.outside

    @property
    def outside(self) -> bool:
        """Whether the rate lies outside its target by more than two errors."""
        return self.value > self.claim.high + 2 * self.error or self.value < self.claim.low - 2 * self.error

    @property
    def standing(self) -> str:
        """``met``, ``within`` two errors of the target, a known ``limit``, or ``outside``."""
        if self.met:
            return "met"
        return "within" if not self.outside else "limit" if self.claim.limit else "outside"

    @property
    def met(self) -> bool:
        """Whether the rate itself lies inside."""
        return self.claim.low <= self.value <= self.claim.high


def registered(*only: str) -> list[Claim]:
    """Every claim whose name holds one of ``only``; with none, all."""
    for subject in SUBJECTS:
        import_module(f"tests.calibration.{subject}")
    return [each for each in CLAIMS if not only or any(part in each.name for part in only)]


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
    found: dict[str, list[Outcome]] = {name: [] for name in names}
    for outcome in outcomes:
        for name, hit in outcome.items():
            found[name].append(hit)
    return [rate_of(each, found[each.name]) for each in claims]


def _tried(task: tuple[str, int], names: Sequence[str]) -> dict[str, Outcome]:
    world, seed = task
    wanted = [each for each in registered() if each.world == world and each.name in names]
    return {each.name: each.trial(seed) for each in wanted}


def rate_of(claim: Claim, outcomes: Sequence[Outcome]) -> Rate:
    """The rate of a claim over what every store said of it."""
    given = [each for each in outcomes if not (each is None or (isinstance(each, tuple) and each == (0, 0)))]
    silent = len(outcomes) - len(given)
    many = [each for each in given if isinstance(each, tuple)]
    if not many:
        return Rate(claim, len(given), silent, sum(bool(each) for each in given))
    hits, cases = (sum(each[place] for each in many) for place in (0, 1))
    # Ratio of sums: what a store adds beyond its share, squared (W. G. Cochran, 1977, section 6.4).
    away = sum((hit - hits / cases * case) ** 2 for hit, case in many)
    spread = len(many) / max(len(many) - 1, 1)
    return Rate(claim, len(many), silent, hits, cases, float((spread * away) ** 0.5 / cases))


def as_text(rates: Sequence[Rate]) -> str:
    """The table as it is printed."""
    lines = [
        f"{'claim':<32}{'world':<27}{'kind':<13}{'stores':>7}{'rate':>8}{'± error':>9}{'target':>14}{'nominal':>9}"
    ]
    for rate in rates:
        each = rate.claim
        target = f"{each.low:.1%}–{each.high:.1%}"
        nominal = "" if each.nominal is None else f"{each.nominal:.0%}"
        marks = {"met": "", "outside": "  outside", "limit": "  known limit", "within": "  within error"}
        mark = marks[rate.standing]
        lines.append(
            f"{each.subject:<32}{each.world:<27}{each.kind:<13}{rate.tried:>7}{rate.value:>8.1%}"
            f"{rate.error:>9.1%}{target:>14}{nominal:>9}{mark}"
        )
    return "\n".join(lines)


def write(rates: Sequence[Rate], path: Path, *, on: date) -> None:
    """The table as a small YAML file that reports read.

    Rows that were not tried this time stay as they are there, if they are still registered.
    """
    tried = [
        {
            "claim": rate.claim.subject,
            "world": rate.claim.world,
            "kind": rate.claim.kind,
            "stores": rate.tried,
            "silent": rate.silent,
            "cases": rate.said,
            "rate": round(rate.value, 4),
            "error": round(rate.error, 4),
            "low": rate.claim.low,
            "high": rate.claim.high,
            "nominal": rate.claim.nominal,
            "standing": rate.standing,
        }
        for rate in rates
    ]
    kept = yaml.safe_load(path.read_text(encoding="utf-8"))["rows"] if path.exists() else []
    named = {(row["claim"], row["world"], row["kind"]): row for row in [*kept, *tried]}
    order = [(each.subject, each.world, each.kind) for each in registered()]
    order += [key for key in ((row["claim"], row["world"], row["kind"]) for row in tried) if key not in order]
    rows = [named[key] for key in order if key in named]
    head = "# Claims tried on simulated stores of known truth; written by `make calibrate`, not by hand.\n"
    content = {"measured_on": on.isoformat(), "rows": rows}
    path.write_text(head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
