"""The run that a new one replaces: its numbers, its params, and the tables that it was made from."""

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from csanalysis.ingest import Store
from csanalysis.ingest.parquet import parquet_frame
from csanalysis.json_files import read_json
from csanalysis.metrics.results import Results
from csanalysis.privacy.files import keep_private, private_folder
from csanalysis.schema import TABLES
from csanalysis.schema.frames import dtype_of

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Previous:
    """The last run of the same plan: ``run`` is its manifest, ``tables_folder`` where its tables may lie."""

    run: Mapping[str, Any]
    results: Results
    tables_folder: Path

    @property
    def as_of(self) -> date:
        """The last day it counted."""
        return date.fromisoformat(self.run["as_of"])

    def tables(self) -> Tables | None:
        """Its clean tables; None where the cache was cleared or is damaged."""
        try:
            return {
                name: _read(self.tables_folder / f"{name}.parquet", name)
                for name in self.run["params"]["sources"]
            }
        except (OSError, pa.ArrowException, ValueError, KeyError):
            return None


class UnreadableRunError(Exception):
    """There is an earlier run, but what it left cannot be read."""


def previous_run(place: Path, cache: Path) -> Previous | None:
    """The run in ``place``, None for none; UnreadableRunError names the file that cannot be read."""
    if not (place / "run.json").exists():
        return None
    path = place / "run.json"
    try:
        run = read_json(path)
        needed = (run["params"]["sources"], run["versions"]["csanalysis"], run["started"], run["inputs"])
        if not all(needed) or date.fromisoformat(run["as_of"]).year < 1:
            raise ValueError
        path = place / "metrics.json"
        results = Results.from_records(read_json(path)["metrics"])
    except (OSError, ValueError, KeyError, TypeError):
        raise UnreadableRunError(path.name) from None
    return Previous(run, results, _folder(cache, place) / str(run.get("tables_sha256", ""))[:40])


def keep_tables(store: Store, place: Path, cache: Path, fingerprint: str) -> None:
    """Keep a run's clean tables for the next one to compare with; a cache not to be written is done without.

    They hold customers' names, so they stay in the hidden cache and out of the report's folder.
    """
    folder = _folder(cache, place)
    tables_folder = folder / fingerprint[:40]
    with contextlib.suppress(OSError):
        private_folder(folder, below=cache)
        if not tables_folder.exists():
            temporary = Path(tempfile.mkdtemp(prefix=".part-", dir=folder))
            for name, table in store.as_read.items():
                table.to_parquet(temporary / f"{name}.parquet", index=False, compression="lz4")
            keep_private(temporary)
            temporary.replace(tables_folder)


def drop_older_tables(place: Path, cache: Path, fingerprint: str) -> None:
    """Throw away the tables of earlier runs, once the run that replaces them is in place."""
    with contextlib.suppress(OSError):
        for other in _folder(cache, place).iterdir():
            if other.name != fingerprint[:40]:
                shutil.rmtree(other, ignore_errors=True)


def _folder(cache: Path, place: Path) -> Path:
    return cache / "runs" / place.parent.name / place.name


def _read(path: Path, name: str) -> pd.DataFrame:
    dtypes = {column.name: dtype_of(column) for column in TABLES[name].columns}
    return parquet_frame(path)[list(dtypes)].astype(dtypes)
