"""Parsed tables kept between runs, one Parquet file for each state of a table's exports."""

import contextlib
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache as once
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import csanalysis
from csanalysis.ingest.parquet import parquet_table
from csanalysis.ingest.rejects import no_rejects
from csanalysis.ingest.reports import TableReport
from csanalysis.ingest.sources import Export, file_labels
from csanalysis.ingest.table import Reading
from csanalysis.json_files import parsed_json
from csanalysis.params import Source
from csanalysis.privacy.files import private_folder
from csanalysis.schema import TABLES
from csanalysis.schema.frames import dtype_of

_NOTES = b"csanalysis"


def read_through_cache(
    folder: Path | None, table: str, source: Source, files: Sequence[Export], read: Callable[[], Reading]
) -> Reading:
    """What ``read`` gives, from ``folder`` if the same bytes were read the same way before.

    A damaged entry is read anew and written again; a folder that cannot be written is done without.
    """
    if folder is None:
        return read()
    name = _entry_name(table, source, files)
    if (kept := _whole(folder, name)) and (reading := _kept(kept[1], table)) is not None:
        with contextlib.suppress(OSError):
            os.utime(kept[0])  # when it was last used
        return reading
    reading = read()
    with contextlib.suppress(OSError):
        _keep(folder, name, reading)
    return reading


def cached_file(
    entries: Mapping[str, Path], table: str, source: Source, files: Sequence[Export]
) -> Path | None:
    """The Parquet file of the rows of files of these digests, read this way; None where none is whole.

    ``entries`` is what :func:`entries_of` found; the bytes of ``files`` are not asked for.
    """
    path = entries.get(_entry_name(table, source, files))
    return path if path is not None and _if_whole(path) is not None else None


def entries_of(folder: Path, table: str) -> dict[str, Path]:
    """The files that keep a table's rows, of all stores, by what they were read from."""
    return {path.stem.rpartition("-")[0]: path for path in folder.glob(f"{table}-*-*.parquet")}


def _entry_name(table: str, source: Source, files: Sequence[Export]) -> str:
    return f"{table}-{_fingerprint(table, source, files)[:40]}"


def _whole(folder: Path, name: str) -> tuple[Path, bytes] | None:
    """An entry and its bytes, whose digest its name ends in: not one bit has changed since it was written."""
    for path in folder.glob(f"{name}-*.parquet"):
        if (data := _if_whole(path)) is not None:
            return path, data
    return None


def _if_whole(path: Path) -> bytes | None:
    with contextlib.suppress(OSError):
        data = path.read_bytes()
        if path.stem.rpartition("-")[2] == _digest(data):
            return data
    return None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _fingerprint(table: str, source: Source, files: Sequence[Export]) -> str:
    """sha256 over the exports' bytes and names, how they are mapped, and the program that reads them."""
    parts = {
        "files": [(label, file.sha256) for label, file in zip(file_labels(files), files, strict=True)],
        "mapping": [list(source.columns.items()), source.model_dump(exclude={"path", "columns"})],
        "program": [csanalysis.__version__, pd.__version__, _program()],
        "table": table,
    }
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@once
def _program() -> str:
    """sha256 over the modules that decide what a cell means, so that no parse outlives a change of them."""
    package = Path(csanalysis.__file__).parent
    modules = sorted([*(package / "ingest").glob("*.py"), *(package / "schema").glob("*.py")])
    return hashlib.sha256(b"".join(module.read_bytes() for module in modules)).hexdigest()


def _kept(data: bytes, table: str) -> Reading | None:
    try:
        stored = parquet_table(io.BytesIO(data))
        notes = parsed_json(stored.schema.metadata[_NOTES])
        frame = stored.to_pandas(use_threads=False)
        dtypes = {column.name: dtype_of(column) for column in TABLES[table].columns}
        return Reading(
            frame[list(dtypes)].astype(dtypes),
            _rejects(notes["rejects"]),
            _report(notes["report"]),
            notes["rows"],
            {contact: tuple(place) for contact, place in notes["answered"].items()},
            _rejects(notes["remarks"]),
        )
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError):
        return None


def _keep(folder: Path, name: str, reading: Reading) -> None:
    notes = {
        "report": asdict(reading.report),
        "rejects": _plain(reading.rejects),
        "remarks": _plain(reading.remarks),
        "rows": reading.rows,
        "answered": reading.answered,
    }
    stored = pa.Table.from_pandas(reading.frame, preserve_index=False, nthreads=1)
    stored = stored.replace_schema_metadata({_NOTES: json.dumps(notes, ensure_ascii=False).encode()})
    written = io.BytesIO()
    pq.write_table(stored, written, compression="zstd")
    data = written.getvalue()
    private_folder(folder)
    for damaged in folder.glob(f"{name}-*.parquet"):
        damaged.unlink(missing_ok=True)
    handle, temporary = tempfile.mkstemp(suffix=".part", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(folder / f"{name}-{_digest(data)}.parquet")
    finally:
        Path(temporary).unlink(missing_ok=True)


def _plain(rejects: pd.DataFrame) -> dict[str, list[object]]:
    if rejects.empty:
        return {str(name): [] for name in rejects}
    plain = rejects.astype(object).where(rejects.notna(), None)
    return {str(name): plain[name].tolist() for name in plain}


def _rejects(columns: dict[str, list[object]]) -> pd.DataFrame:
    none = no_rejects()
    if not any(columns.values()):
        return none
    dtypes = none.dtypes.to_dict()
    return pd.DataFrame(columns, columns=list(dtypes)).astype(dtypes)


def _report(notes: dict[str, object]) -> TableReport:
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in notes.items()}
    return TableReport(**fields)  # type: ignore[arg-type]  # written by asdict above
