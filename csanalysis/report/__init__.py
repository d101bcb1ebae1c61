"""Run the chapter notebooks and make one report of them: HTML, PDF, numbers, lists, manifest."""

CHAPTERS = (
    "plan",
    "satisfaction",
    "process",
    "first_service",
    "churn",
    "customer_base",
    "upsell",
    "value",
    "calendar",
    "information",
    "data_quality",
)
"""The report's chapters in reading order; each is a notebook of that name."""
