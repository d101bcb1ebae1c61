"""Churn: who stayed away, the ceiling for the plan year, and what holding customers is worth."""

from csanalysis.chapters.churn.cases import cases
from csanalysis.chapters.churn.lists import lists_of
from csanalysis.chapters.churn.measure import measure, measure_returned, vehicle_revenue

__all__ = ["cases", "lists_of", "measure", "measure_returned", "vehicle_revenue"]
