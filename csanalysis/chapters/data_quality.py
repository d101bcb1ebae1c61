"""Data quality: what was read, what was left out, and why."""

from collections.abc import Sequence

import pandas as pd

from csanalysis.ingest import TableReport
from csanalysis.metrics.data_quality import FATES, cell_counts, row_counts
from csanalysis.metrics.results import Results
from csanalysis.params import Params


def measure(params: Params, quality: Sequence[TableReport], rejects: pd.DataFrame) -> Results:
    """Rows read, repeated, set aside, too late and used, by table; where rows and cells were unreadable."""
    as_of = pd.Timestamp(params.as_of)
    counts = pd.DataFrame(
        [
            [report.table, *(getattr(report, fate.removeprefix("rows_")) for fate in FATES)]
            for report in quality
        ],
        columns=["table", *FATES],
    )
    unreadable = pd.DataFrame(
        [[report.table, column, count] for report in quality for column, count in report.unreadable.items()],
        columns=["table", "column", "count"],
    )
    by_column = rejects.groupby(["table", "column"], sort=False).size().reset_index(name="count")
    fates = row_counts(counts, as_of=as_of)
    return Results(
        {
            **fates,
            "rows_rejected": [fates["rows_rejected"], cell_counts(by_column, as_of=as_of)],
            "cells_unreadable": cell_counts(unreadable, as_of=as_of),
        }
    )
