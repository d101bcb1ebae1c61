"""The service business: what orders bring, how well they are done, appointments, and what runs out."""

from csanalysis.chapters.business.cases import cases
from csanalysis.chapters.business.measure import measure

__all__ = ["cases", "measure"]
