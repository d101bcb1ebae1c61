"""Row counts by table and by column."""

import pandas as pd

from csanalysis.metrics.exports.data_quality import FATES, cell_counts, row_counts

AS_OF = pd.Timestamp("2025-12-31")


def test_every_fate_of_every_table():
    counts = pd.DataFrame([["staff", 10, 1, 2, 3, 4], ["leads", 0, 0, 0, 0, 0]], columns=["table", *FATES])
    frames = row_counts(counts, as_of=AS_OF)
    assert list(frames) == list(FATES)
    assert frames["rows_rejected"][["period", "table", "value"]].values.tolist() == [
        ["2025-12-31", "staff", 2.0],
        ["2025-12-31", "leads", 0.0],
    ]


def test_cells_by_table_and_column():
    counts = pd.DataFrame([["customers", "birthday", 7]], columns=["table", "column", "count"])
    (row,) = cell_counts(counts, as_of=AS_OF).to_dict("records")
    assert (row["table"], row["column"], row["value"]) == ("customers", "birthday", 7)
    assert cell_counts(counts.iloc[:0], as_of=AS_OF).empty
