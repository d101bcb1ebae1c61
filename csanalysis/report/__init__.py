"""Run the chapter notebooks and make one report of them: HTML, PDF, numbers, lists, manifest."""

import gc
import sys

SIGNED = "signed_plan"
"""The chapter that gets signed: executed when all others are, from what they published; it stands first."""

CHAPTERS = (
    SIGNED,
    "plan",
    "satisfaction",
    "process",
    "first_service",
    "churn",
    "customer_base",
    "upsell",
    "business",
    "value",
    "calendar",
    "information",
    "data_quality",
)
"""The report's chapters in reading order; each is a notebook of that name."""

PACKS = ("satisfaction_meeting", "monthly_review")
"""What a store makes during the year, each by a notebook of that name."""


def skip_iri_grammar() -> None:
    """Begin a process that makes reports without the grammar of IRIs; call it before nbformat is imported.

    jsonschema, which nbformat brings along, would take more than a second to read it, and no notebook has any
    IRI. It does without where there is no such package.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def skip_remote_notebooks() -> None:
    """Begin a process that makes reports without boto3, which papermill would import for notebooks in S3.

    Call it before papermill is imported, which does without where there is no such package: every notebook of
    a report is a file.
    """
    sys.modules.setdefault("papermill.s3", None)  # type: ignore[arg-type]


def collect_seldom() -> None:
    """Let a process that lives for seconds look for garbage seldom: it has memory enough and no time."""
    gc.set_threshold(100_000, 20, 50)
