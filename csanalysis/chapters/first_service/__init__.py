"""First service and new customers: every number of the chapter."""

from csanalysis.chapters.first_service.cases import cases
from csanalysis.chapters.first_service.measure import measure, measure_plan

__all__ = ["cases", "measure", "measure_plan"]
