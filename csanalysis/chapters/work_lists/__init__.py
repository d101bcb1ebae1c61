"""The work lists of all subjects, in the order of their sheets, and the holdout drawn from them."""

from csanalysis.chapters.work_lists.lists import HOLDOUT, LISTS, named
from csanalysis.chapters.work_lists.measure import measure, measure_holdout

__all__ = ["HOLDOUT", "LISTS", "measure", "measure_holdout", "named"]
