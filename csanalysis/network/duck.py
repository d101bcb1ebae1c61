"""DuckDB over the files of many stores, within a memory of its own that is not exceeded."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pandas as pd

MEMORY = 2048
"""Megabytes that a query may hold; what does not fit goes to a folder that only its owner can read."""


@contextmanager
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database, with a folder for what does not fit that is gone afterwards."""
    with (
        TemporaryDirectory(prefix="csanalysis-") as folder,
        duckdb.connect(
            config={
                "memory_limit": f"{MEMORY}MB",
                "temp_directory": folder,
                "preserve_insertion_order": "false",
            }
        ) as connection,
    ):
        connection.execute("SET enable_progress_bar = false")
        yield connection


def stores_table(connection: duckdb.DuckDBPyConnection, files: Mapping[str, Path]) -> list[str]:
    """A table ``stores`` of each store's name, number in order of names, and ``place``; returns the files.

    ``place`` is the ``file_index`` of its rows where the files are read as they are returned: a number is
    joined faster than a path.
    """
    place = np.arange(len(files), dtype="uint64")  # as file_index is, or both are converted row by row
    names = pd.DataFrame({"dealership": list(files), "place": place})
    names["store"] = names["dealership"].rank(method="first").astype("int64") - 1
    connection.register("given_stores", names)
    connection.execute("CREATE TEMP TABLE stores AS SELECT * FROM given_stores")
    return [str(path) for path in files.values()]
