"""How often what a report claims holds in simulated stores of known truth, measured by ``make calibrate``."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from csanalysis.catalogue.reading import read_yaml

MEASURED = Path(__file__).parent / "calibration.yml"


class Calibrated(NamedTuple):
    """One claim of one kind, over all kinds of stores in which it was tried.

    ``kind`` is ``false_claim``, ``found`` or ``covered``; ``worlds`` in how many kinds of stores, ``stores``
    in how many of each; ``lowest`` and ``highest`` rate [fraction 0-1] with the largest Monte Carlo
    ``error``; ``low`` and ``high`` of the target; ``standing`` the worst of ``met``, ``within``, ``limit``
    and ``outside``, and ``off`` the kinds of stores in which it is not met within the error.
    """

    claim: str
    kind: str
    worlds: int
    stores: int
    lowest: float
    highest: float
    error: float
    low: float
    high: float
    standing: str
    off: tuple[str, ...]


STANDINGS = ("met", "within", "limit", "outside")


@cache
def calibration() -> tuple[str, tuple[Calibrated, ...]]:
    """The day on which it was measured, and a row a claim and kind, in the order in which they were tried."""
    content = read_yaml(MEASURED)
    rows: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in content["rows"]:
        rows.setdefault((row["claim"], row["kind"]), []).append(row)
    return content["measured_on"], tuple(_together(*key, of) for key, of in rows.items())


def _together(claim: str, kind: str, rows: list[dict[str, object]]) -> Calibrated:
    numbers = {
        name: [float(str(row[name])) for row in rows] for name in ("rate", "error", "low", "high", "stores")
    }
    standings = [str(row["standing"]) for row in rows]
    return Calibrated(
        claim,
        kind,
        len(rows),
        int(min(numbers["stores"])),
        min(numbers["rate"]),
        max(numbers["rate"]),
        max(numbers["error"]),
        min(numbers["low"]),
        max(numbers["high"]),
        max(standings, key=STANDINGS.index),
        tuple(str(row["world"]) for row in rows if row["standing"] in ("limit", "outside")),
    )
