"""Satisfaction: where the store stands, what is weak, whether it is being mended, and what scores pay."""

from csanalysis.chapters.satisfaction.cases import cases
from csanalysis.chapters.satisfaction.measure import measure, names, score_results, surveys

__all__ = ["cases", "measure", "names", "score_results", "surveys"]
