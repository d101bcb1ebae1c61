"""What a process does once, before it forks, so that no child has to."""

import gc
import importlib
import os

from csanalysis.report.kernel import INLINE

_ROOMS = ("csanalysis.report.build", "csanalysis.figures", "csanalysis.tables", "csanalysis.sentences")


def warm_up() -> None:
    """Import all that a report needs, and fill the caches that every chapter fills.

    No pandas or pyarrow computation: a fork would not carry their threads along.
    """
    os.environ.setdefault("MPLBACKEND", INLINE)
    for room in _ROOMS:
        importlib.import_module(room)
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, every page
