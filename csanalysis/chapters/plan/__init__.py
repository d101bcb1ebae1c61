"""The plan of the year: every target with its range, worth and past, and the moves that matter most."""

from csanalysis.chapters.plan.measure import measure

__all__ = ["measure"]
