"""Data quality: what was read, what was left out, and why."""

from collections import Counter

import pandas as pd

from csanalysis.ingest import Store
from csanalysis.metrics.exports.data_quality import FATES, cell_counts, row_counts
from csanalysis.metrics.exports.data_warnings import data_warnings
from csanalysis.metrics.results import Results, tidy


def measure(store: Store) -> Results:
    """Rows by table and by what became of them, cells unreadable or masked, and oddities."""
    as_of = pd.Timestamp(store.params.as_of)
    counts = pd.DataFrame(
        [
            [report.table, *(getattr(report, fate.removeprefix("rows_")) for fate in FATES)]
            for report in store.quality
        ],
        columns=["table", *FATES],
    )
    by_column = store.rejects.groupby(["table", "column"], sort=False).size().reset_index(name="count")
    fates = row_counts(counts, as_of=as_of)
    return Results(
        {
            **fates,
            "rows_rejected": [fates["rows_rejected"], cell_counts(by_column, as_of=as_of)],
            **{
                f"cells_{kind}": cell_counts(_cells(store, kind), as_of=as_of)
                for kind in ("unreadable", "masked", "as_other")
            },
            "data_warnings": [
                data_warnings(
                    store.tables["service_visits"],
                    store.tables["vehicle_sales"],
                    staff=store.tables.get("staff"),
                    targets=store.tables.get("sales_targets"),
                    plan_year=store.params.plan_year,
                    as_of=as_of,
                ),
                _met_in_reading(store, as_of),
            ],
        }
    )


def _cells(store: Store, kind: str) -> pd.DataFrame:
    """Cells by table and column, of those that a table's report counts under ``kind``."""
    counts = [
        [report.table, column, count]
        for report in store.quality
        for column, count in getattr(report, kind).items()
    ]
    return pd.DataFrame(counts, columns=["table", "column", "count"])


def _met_in_reading(store: Store, as_of: pd.Timestamp) -> pd.DataFrame:
    """What reading the exports met and did beside the rows themselves, by kind."""
    found = Counter[str]()
    for report in store.quality:
        found.update(report.warnings)
        found.update(report.notes)
    found = +found
    return tidy([f"{as_of:%Y-%m-%d}"] * len(found), value=list(found.values()), warning=list(found))
