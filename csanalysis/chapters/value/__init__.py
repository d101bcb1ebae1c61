"""Value created: services due, reminders and what they change, leads, referrals, opportunities."""

from csanalysis.chapters.value.cases import cases
from csanalysis.chapters.value.measure import measure

__all__ = ["cases", "measure"]
