"""Results on their way from a notebook to the report: an Arrow file that holds each name and split once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from csanalysis.metrics.results import NUMBERS, Results

_SPLIT = pa.map_(pa.string(), pa.string())


def write_results(path: Path, results: Results) -> None:
    """Write all rows, in order, for :func:`read_results`."""
    rows = list(results)
    # Minus nothing is nothing, as in metrics.json.
    numbers = np.array([row.numbers for row in rows], dtype=float).reshape(-1, len(NUMBERS)) + 0.0
    columns = {
        "metric": _coded([row.metric for row in rows], pa.string()),
        "period": _coded([row.period for row in rows], pa.string()),
        "split": _coded([tuple(row.group.items()) for row in rows], _SPLIT),
        **{name: pa.array(column) for name, column in zip(NUMBERS, numbers.T, strict=True)},
    }
    table = pa.table(columns)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def read_results(path: Path) -> Results:
    """The inverse of :func:`write_results`.

    Raises
    ------
    pyarrow.ArrowException, OSError
        The file is damaged, or is not there.
    """
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
        table = reader.read_all()
    (metrics, metric), (periods, period), (splits, split) = (
        _decoded(table[name]) for name in ("metric", "period", "split")
    )
    columns = [table[name].to_numpy().tolist() for name in NUMBERS]
    return Results.from_columns(
        map(metrics.__getitem__, metric),
        map(periods.__getitem__, period),
        split,
        groups=[dict(pairs) for pairs in splits],
        # One NaN for all, so that equal rows are equal.
        numbers=zip(*([x if x == x else np.nan for x in column] for column in columns), strict=True),
    )


def _coded(values: Sequence[Any], kind: pa.DataType) -> pa.DictionaryArray:
    places: dict[Any, int] = {}
    codes = [places.setdefault(value, len(places)) for value in values]
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array([*places], kind))


def _decoded(column: pa.ChunkedArray) -> tuple[list[Any], list[int]]:
    """The different values of a coded column, and for each row the place of its own."""
    if not column.num_chunks:
        return [], []
    coded = column.chunk(0)
    return coded.dictionary.to_pylist(), coded.indices.to_numpy().tolist()
