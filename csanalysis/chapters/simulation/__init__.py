"""The chance of the plan: the year simulated from the store's own flows and held against its targets."""

from csanalysis.chapters.simulation.measure import measure

__all__ = ["measure"]
