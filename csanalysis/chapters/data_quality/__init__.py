"""Data quality: what was read, what was left out, and why."""

from csanalysis.chapters.data_quality.measure import measure

__all__ = ["measure"]
