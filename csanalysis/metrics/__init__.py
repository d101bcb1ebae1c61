"""Pure functions, a subject a room: tables in, a tidy frame of numbers out.

What they are called and mean stands in the catalogue: ``cs.metrics.search("churn")``.
"""

import sys
from importlib import import_module
from types import ModuleType

import csanalysis  # the library's face: it fetches the catalogue when asked, and nothing here needs it


def search(words: str) -> "csanalysis.MetricList":
    """The metrics of which name, label or definition in either language holds all these words.

    As ``cs.definitions.search``: ``cs.definitions`` is the catalogue whole.
    """
    return csanalysis.definitions.search(words)


class _Shelves(ModuleType):
    """The package, which tells what there is in it."""

    def __repr__(self) -> str:
        count = len(csanalysis.definitions)
        return f'{count} metrics: cs.metrics.search("churn") finds some, cs.definitions["…"] defines one'

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return import_module, (__name__,)  # what sends functions to other machines knows plain modules alone


sys.modules[__name__].__class__ = _Shelves
