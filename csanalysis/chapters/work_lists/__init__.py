"""The work lists of all subjects, in the order of their sheets, and the holdout drawn from them."""

from csanalysis.chapters.work_lists.lists import HOLDOUT, LISTS, list_named
from csanalysis.chapters.work_lists.measure import measure

__all__ = ["HOLDOUT", "LISTS", "list_named", "measure"]
