"""The library to think with: a store opened, a report read, metrics looked up; no personal data shown."""

from csanalysis.desk.catalogue import MetricList
from csanalysis.desk.frames import Frame, Series
from csanalysis.desk.names import SplitError, UnknownNameError
from csanalysis.desk.opening import OpenStore, open_store
from csanalysis.desk.panel import Panel
from csanalysis.desk.reading import Report, read_report
from csanalysis.desk.tables import Tables, TablesShown

__all__ = [
    "Frame",
    "MetricList",
    "OpenStore",
    "Panel",
    "Report",
    "Series",
    "SplitError",
    "Tables",
    "TablesShown",
    "UnknownNameError",
    "open_store",
    "read_report",
]
