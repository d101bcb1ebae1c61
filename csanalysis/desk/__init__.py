"""The library to think with: a store opened, a report read, metrics looked up; no personal data shown."""

from csanalysis.desk.catalogue import MetricList
from csanalysis.desk.frames import Frame, Series
from csanalysis.desk.opening import OpenStore, open_store
from csanalysis.desk.reading import Report, read_report

__all__ = ["Frame", "MetricList", "OpenStore", "Report", "Series", "open_store", "read_report"]
