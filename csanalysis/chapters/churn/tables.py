"""Tables of the churn chapter: why customers have left, where they said so."""

from csanalysis.catalogue import Language, Missing
from csanalysis.display.tables.model import ReportTable
from csanalysis.display.tables.splits import cross
from csanalysis.metrics.results import Results

REASONS = "churn_reasons"


def reasons_given(results: Results, *, language: Language) -> ReportTable | Missing | None:
    """Vehicles by the reason given in a call and year; nothing where no answer says why."""
    if not results.rows(REASONS):
        return None
    return cross(
        results, REASONS, rows="reason", columns="period", kind="year", language=language, id=REASONS
    )
