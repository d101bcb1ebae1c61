"""Many dealerships: each in a process of its own; one that fails leaves the others whole."""

from csanalysis.fleet.job import Outcome
from csanalysis.fleet.local import run_fleet

__all__ = ["Outcome", "run_fleet"]
