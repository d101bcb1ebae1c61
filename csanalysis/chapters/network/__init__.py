"""The group's stores side by side: every number of the network report."""

from csanalysis.chapters.network.measure import measure

__all__ = ["measure"]
