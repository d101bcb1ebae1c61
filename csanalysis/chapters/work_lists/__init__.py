"""The call plan of all subjects, the sheets beside it, and the holdout drawn from it."""

from csanalysis.chapters.work_lists.contact_plan import measure_calls
from csanalysis.chapters.work_lists.lists import CALL_LISTS, HOLDOUT, LISTS, SHEETS, named
from csanalysis.chapters.work_lists.measure import measure

__all__ = ["CALL_LISTS", "HOLDOUT", "LISTS", "SHEETS", "measure", "measure_calls", "named"]
