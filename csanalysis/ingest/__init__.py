"""Read a dealership's exports into clean tables."""

from csanalysis.ingest.asof import known_by
from csanalysis.ingest.reports import TableReport
from csanalysis.ingest.store import Store, load, parquet_of, preloaded
from csanalysis.ingest.summary import check

__all__ = ["Store", "TableReport", "check", "known_by", "load", "parquet_of", "preloaded"]
