"""Upsell: what is proposed and agreed to, what becomes of the rest, and whether grading helped."""

from csanalysis.chapters.upsell.cases import cases
from csanalysis.chapters.upsell.measure import measure, measure_plan, year_shown

__all__ = ["cases", "measure", "measure_plan", "year_shown"]
