"""Parquet read by the calling thread alone, because most of our processes are forks.

Arrow's usual way hands the work to its thread pools; now and then one waits for ever in a forked child.
"""

from pathlib import Path
from typing import IO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def parquet_table(source: Path | IO[bytes]) -> pa.Table:
    """The rows of a Parquet file.

    Raises
    ------
    pyarrow.ArrowException, OSError
        It is no whole Parquet file, or cannot be read.
    """
    with pq.ParquetFile(source, pre_buffer=False) as file:
        return file.read(use_threads=False)


def parquet_frame(source: Path) -> pd.DataFrame:
    """The same as pandas wrote it; raises as :func:`parquet_table`."""
    return parquet_table(source).to_pandas(use_threads=False)
