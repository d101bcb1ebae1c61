"""The call plan of all subjects, the sheets beside it, and the holdout drawn from it."""

from csanalysis.chapters.work_lists.contact_plan import measure_calls
from csanalysis.chapters.work_lists.lists import CALL_LISTS, HOLDOUT, LISTS, SHEETS, list_named
from csanalysis.chapters.work_lists.measure import held_out_calls, measure, measure_holdout

__all__ = [
    "CALL_LISTS",
    "HOLDOUT",
    "LISTS",
    "SHEETS",
    "held_out_calls",
    "list_named",
    "measure",
    "measure_calls",
    "measure_holdout",
]
