"""Churn: who stayed away, the ceiling for the plan year, and what holding customers is worth."""

from csanalysis.chapters.churn.measure import measure, measure_returned, vehicle_revenue

__all__ = ["measure", "measure_returned", "vehicle_revenue"]
