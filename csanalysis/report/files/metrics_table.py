"""``metrics.parquet``: the rows of ``metrics.json`` as typed columns, for whoever computes with them."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from csanalysis.json_files import parsed_json
from csanalysis.metrics.results import NUMBERS, Results, Row


def write_metrics_table(path: Path, results: Results) -> None:
    """Write ``metric``, ``period``, the five numbers (float, null where undefined) and ``group``.

    ``group`` is a split as JSON text with its names in order (``{"grade": "A", "team": "1"}``), so that equal
    splits are equal texts.
    """
    words: dict[tuple[tuple[str, str], ...], str] = {}
    groups = []
    for row in results:
        split = tuple(row.group.items())
        if split not in words:
            words[split] = json.dumps(row.group, ensure_ascii=False, sort_keys=True)
        groups.append(words[split])
    numbers = np.array([row.numbers for row in results], dtype=float).reshape(-1, len(NUMBERS))
    columns = {
        "metric": pa.array([row.metric for row in results], pa.string()).dictionary_encode(),
        "period": pa.array([row.period for row in results], pa.string()).dictionary_encode(),
        **{
            name: pa.array(column, pa.float64(), from_pandas=True)  # NaN is undefined: null
            for name, column in zip(NUMBERS, numbers.T, strict=True)
        },
        "group": pa.array(groups, pa.string()).dictionary_encode(),
    }
    pq.write_table(pa.table(columns), path, compression="zstd")


def read_metrics_table(path: Path, metrics: Sequence[str]) -> Results | None:
    """Some metrics of a ``metrics.parquet``; None where there is none that can be read."""
    try:
        wanted = [("metric", "in", list(metrics))]
        table = pq.read_table(path, filters=wanted, use_threads=False, pre_buffer=False)
        metric, period, groups = (
            _once_each(table[name].to_pylist()) for name in ("metric", "period", "group")
        )
        splits = {group: parsed_json(group) for group in set(groups)}
        columns = (table[name].to_numpy().tolist() for name in NUMBERS)
        numbers = [
            tuple(np.nan if value != value else value for value in row) for row in zip(*columns, strict=True)
        ]
        rows = zip(metric, period, map(splits.__getitem__, groups), numbers, strict=True)
        return Results.from_rows(Row(*row) for row in rows)
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError):
        return None


def _once_each(words: Sequence[str]) -> list[str]:
    """The same words, equal ones the same object: tens of thousands of rows say a few hundred."""
    known: dict[str, str] = {}
    return [known.setdefault(word, word) for word in words]
