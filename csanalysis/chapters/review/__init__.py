"""The monthly review: the year so far against the frozen plan, what is wrong, and what was done about it."""

from csanalysis.chapters.review.measure import Review, prepare

__all__ = ["Review", "prepare"]
