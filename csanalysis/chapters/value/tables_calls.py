"""The table of what a call changes, by purpose and class."""

from csanalysis.catalogue import Language, Missing
from csanalysis.chapters.value.figures_calls import GAIN, not_proven
from csanalysis.display.tables.model import ReportTable
from csanalysis.display.tables.splits import cross
from csanalysis.metrics.results import Results


def call_gains(results: Results, *, language: Language) -> ReportTable | Missing:
    """What a call changes, a row a purpose and a column a class; purposes that prove nothing are left out.

    Parameters
    ----------
    results : Results
        ``call_gain`` by ``purpose``, and by ``purpose`` and ``visit_class``.
    language : Language
        ``zh`` or ``en``.
    """
    if results.select(GAIN, None, "purpose")["value"].isna().all():
        return not_proven(results, GAIN, "gain_unproven", language)
    return cross(results, GAIN, rows="purpose", columns="visit_class", language=language, id=GAIN)
