"""Try hostile inputs and count: what held, what failed and how."""

import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.hardening.attacks import Attack

LONGEST = 20.0
"""Seconds of CPU after which an input counts as a hang; a whole one takes a tenth of one."""


@dataclass
class Count:
    """How one class fared; ``failed`` are the first seeds that did not hold, with what was raised."""

    name: str
    tried: int = 0
    held: int = 0
    failed: list[str] = field(default_factory=list)
    slowest: float = 0.0


def tried(attack: Attack, many: int, first_seed: int = 1) -> Count:
    """``many`` inputs of one class, or as many as it has, each by a seed of its own, so that one that failed can be made again."""
    count = Count(attack.name)
    with tempfile.TemporaryDirectory(prefix="hardening-") as name:
        for seed in range(first_seed, first_seed + attack.tried_of(many)):
            given = attack.given(seed, first_seed)
            begun, why = time.process_time(), ""
            try:
                attack.hold(given, Path(name))
            except Exception as error:  # whatever it is, it would have been a traceback
                why = f"seed {seed}: {type(error).__name__}: {str(error)[:200]}"
            took = time.process_time() - begun
            count.slowest = max(count.slowest, took)
            if not why and took > LONGEST:
                why = f"seed {seed}: took {took:.0f} s"
            count.tried += 1
            count.held += not why
            if why:
                count.failed.append(why)
    return count


def as_text(counts: Iterable[Count]) -> str:
    """A table: class, tried, held, failed, the slowest in seconds; then a line for each failure."""
    rows = [("class", "tried", "held", "failed", "slowest s")]
    counts = list(counts)
    rows += [
        (each.name, f"{each.tried:,}", f"{each.held:,}", str(len(each.failed)), f"{each.slowest:.1f}")
        for each in counts
    ]
    total = sum(each.tried for each in counts), sum(each.held for each in counts)
    rows.append(("all", f"{total[0]:,}", f"{total[1]:,}", str(total[0] - total[1]), ""))
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    lines = [
        row[0].ljust(widths[0]) + "".join(f"  {row[place]:>{widths[place]}}" for place in range(1, 5))
        for row in rows
    ]
    failures = [f"{each.name}: {why}" for each in counts for why in each.failed[:5]]
    return "\n".join([*lines, *failures])
