"""Plan a car dealership's customer service for next year from the exports its systems already write.

To explore: ``import csanalysis as cs``, then ``store = cs.open("params/haibin.yml")``, ``store.metric("…")``,
``cs.metrics.search("churn")``, ``cs.read_report("outputs/haibin/2026")``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from csanalysis.moved import keep_older_names

if TYPE_CHECKING:
    from csanalysis import metrics as metrics
    from csanalysis.desk import MetricList as MetricList
    from csanalysis.desk import open_store as open
    from csanalysis.desk import read_report

    definitions: MetricList

__version__ = "0.1.0"
__all__ = ["definitions", "metrics", "open", "read_report"]

keep_older_names()


def __getattr__(name: str) -> Any:
    """Import the library to think with when it is first asked for: the commands need none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "metrics":
        return import_module("csanalysis.metrics")
    from csanalysis import desk

    if name == "definitions":
        return desk.MetricList()
    return {"open": desk.open_store, "read_report": desk.read_report}[name]


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
