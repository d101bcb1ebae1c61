"""Parquet is read as pandas would, and by nobody but the calling thread."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from csanalysis.ingest.parquet import parquet_frame

WATCHED = """
import sys
from pathlib import Path
from csanalysis.ingest.parquet import parquet_frame

for _ in range(3):
    parquet_frame(Path(sys.argv[1]))
names = [task.read_text().strip() for task in Path("/proc/self/task").glob("*/comm")]
print(sum(not name.startswith("jemalloc") for name in names))
"""


@pytest.fixture
def file(tmp_path):
    rows = 50_000
    frame = pd.DataFrame(
        {
            "vin": pd.array([f"V{number % 977}" for number in range(rows)], dtype="str"),
            "day": pd.Series(pd.date_range("2020-01-01", periods=rows, freq="h", unit="s")),
            "amount": np.where(np.arange(rows) % 7, np.arange(rows, dtype=float), np.nan),
            "local": pd.array([None, True, False, True, False] * (rows // 5), dtype="boolean"),
        }
    )
    frame.to_parquet(tmp_path / "rows.parquet", index=False)
    return tmp_path / "rows.parquet"


def test_it_is_what_pandas_reads(file):
    pd.testing.assert_frame_equal(parquet_frame(file), pd.read_parquet(file))


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc, and forks are Linux's too")
def test_no_thread_is_started_that_a_fork_would_lose(file):
    told = subprocess.run(
        [sys.executable, "-c", WATCHED, file],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},  # as workers have them
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "1"


def test_half_a_file_is_refused(file):
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(pa.ArrowException):
        parquet_frame(file)
