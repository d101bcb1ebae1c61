"""The plan that gets signed: the year on a few pages, from what all other chapters published."""

from csanalysis.chapters.signed.measure import measure

__all__ = ["measure"]
