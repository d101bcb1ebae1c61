"""A store's clean rows of one table as a Parquet file, for programs that need no more of it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from csanalysis.errors import IngestError
from csanalysis.ingest.cache import cached_file, entries_of
from csanalysis.ingest.sources import Export
from csanalysis.ingest.store import load
from csanalysis.messages import Message
from csanalysis.params import Params, read_params


def parquet_of(
    params_file: Path,
    table: str,
    *,
    cache: Path,
    inputs: Iterable[Mapping[str, Any]] = (),
    entries: Mapping[str, Path] | None = None,
    params: Params | None = None,
) -> Path:
    """The clean rows of one table as a Parquet file; not cut at ``as_of``.

    Parameters
    ----------
    params_file, table
        Whose rows, and which.
    cache : Path
        Where parsed tables are kept.
    inputs : iterable of mapping
        ``table``, ``file`` and ``sha256`` of what a run has read, as its manifest says: the rows of just
        those files are given where they are kept, and the exports are not looked at.
    entries : mapping, optional
        What :func:`csanalysis.ingest.cache.entries_of` finds in ``cache``, for who asks for many stores.
    params : Params, optional
        What the params file says, for who has read it.

    Raises
    ------
    ParamsError, IngestError
        As :func:`csanalysis.ingest.load`, where the exports must be read again.
    """
    source = (params or read_params(params_file)).sources[table]
    given = _exports(inputs, table)
    known = entries_of(cache, table) if entries is None else entries
    if given and (kept := cached_file(known, table, source, given)):
        return kept
    given = _exports(load(params_file, cache=cache).inputs, table)
    kept = cached_file(entries_of(cache, table), table, source, given)
    if kept is None:
        raise IngestError([Message("{folder}: cannot be written", "{folder}：无法写入", folder=cache)])
    return kept


def _exports(inputs: Iterable[Mapping[str, Any]], table: str) -> list[Export]:
    """What was read of a table, without its bytes."""
    return [Export(entry["file"], b"", entry["sha256"]) for entry in inputs if entry["table"] == table]
