"""Last visits from a file whose VINs are numbered anew in each of its parts, with gaps."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csanalysis.network.members import Member
from csanalysis.network.visits import last_visits

VISITS = [
    ("V1", datetime(2025, 3, 1)),
    ("V2", datetime(2025, 12, 31, 18, 30)),  # the last day itself still counts
    ("V3", None),
    (None, datetime(2025, 5, 1)),
    ("V4", datetime(2026, 1, 1)),
    ("V2", datetime(2026, 1, 2)),
    ("V5", datetime(1969, 12, 31, 23)),
    ("V1", datetime(2024, 6, 1)),
]
LAST = {"V1": date(2025, 3, 1), "V2": date(2025, 12, 31), "V5": date(1969, 12, 31)}


@pytest.mark.parametrize(("rows", "found"), [(VISITS, LAST), ([], {})], ids=["parts", "no visits"])
def test_last_visits_up_to_the_last_day(tmp_path, params_of, rows, found):
    path = tmp_path / "visits.parquet"
    columns = {
        "vin": pa.array([vin for vin, _ in rows], pa.string()),
        "visit_date": pa.array([day for _, day in rows], pa.timestamp("us")),
    }
    pq.write_table(pa.table(columns), path, row_group_size=3)
    member = Member("a", params_of(), path, tmp_path, path)
    told = last_visits([member, member]).read_all().to_pylist()
    for store in (0, 1):
        assert {row["vin"]: row["last_visit"] for row in told if row["store"] == store} == found
    assert len(told) == 2 * len(found)
