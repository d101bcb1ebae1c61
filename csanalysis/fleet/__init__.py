"""Many dealerships: each in a process of its own; one that fails leaves the others whole."""

from csanalysis.fleet.local import run_fleet
from csanalysis.fleet.outcome import Outcome

__all__ = ["Outcome", "run_fleet"]
