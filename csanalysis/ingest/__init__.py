"""Read a dealership's exports into clean tables."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csanalysis.ingest.asof import known_by
    from csanalysis.ingest.checking import check
    from csanalysis.ingest.kept import parquet_of
    from csanalysis.ingest.reports import TableReport
    from csanalysis.ingest.store import Store, load, preloaded

__all__ = ["Store", "TableReport", "check", "known_by", "load", "parquet_of", "preloaded"]

_ROOMS = {
    "Store": "store",
    "TableReport": "reports",
    "check": "checking",
    "known_by": "asof",
    "load": "store",
    "parquet_of": "kept",
    "preloaded": "store",
}


def __getattr__(name: str) -> Any:
    """Import what reads tables when it is first asked for: to compare files nothing of it is needed."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = found
    return found
