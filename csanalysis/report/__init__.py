"""Run the chapter notebooks and make one report of them: HTML, PDF, numbers, lists, manifest."""

import sys

# jsonschema, which nbformat brings along, would take seconds to read a grammar of IRIs, of which no notebook
# has any. It does without where there is no such package.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

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

PACKS = ("satisfaction_meeting", "monthly_review")
"""What a store makes during the year, each by a notebook of that name."""
