"""Customer information and contacts: records, files, calls made, and the calls that next year needs."""

from csanalysis.chapters.information.cases import cases
from csanalysis.chapters.information.measure import measure, measure_plan

__all__ = ["cases", "measure", "measure_plan"]
