"""Process and pay: how many checked items pass, and what scores bring each person."""

from csanalysis.chapters.process.cases import cases
from csanalysis.chapters.process.measure import measure

__all__ = ["cases", "measure"]
