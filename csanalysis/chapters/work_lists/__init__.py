"""The call plan of all subjects, the sheets beside it, and the holdout drawn from it."""

from csanalysis.chapters.work_lists.contact_plan import measure_calls
from csanalysis.chapters.work_lists.lists import CALL_LISTS, HOLDOUT, LISTS, SHEETS, list_named
from csanalysis.chapters.work_lists.measure import measure

__all__ = ["CALL_LISTS", "HOLDOUT", "LISTS", "SHEETS", "list_named", "measure", "measure_calls"]
