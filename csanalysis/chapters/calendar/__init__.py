"""The year's calendar: events with their days, audiences and budgets, and what past campaigns say of them."""

from csanalysis.chapters.calendar.cases import cases
from csanalysis.chapters.calendar.measure import (
    PlannedYear,
    measure,
    planned,
    reference_kinds,
    reference_period,
)

__all__ = ["PlannedYear", "cases", "measure", "planned", "reference_kinds", "reference_period"]
