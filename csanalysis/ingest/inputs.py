"""The bytes that a store would be read from, without reading them as tables."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from csanalysis.ingest.sources import exports, matches
from csanalysis.params import Params
from csanalysis.schema import TABLES
from csanalysis.schema.calendar import CALENDAR


def input_hashes(params: Params, params_file: Path) -> list[dict[str, Any]] | None:
    """``table``, ``file`` and ``sha256`` of each file, as ``Store.inputs`` has them.

    None where files cannot be read, or where nothing but reading the rows tells: those of a database.
    """
    if any(source.url for source in params.sources.values()):
        return None
    found = []
    for name, paths in _patterns(params).items():
        files, problems = exports(paths, params_file.parent)
        if problems:
            return None
        found += [
            {
                "table": name,
                "file": Path(os.path.relpath(file.path, params_file.parent)).as_posix(),
                "sha256": file.sha256,
            }
            for file in files
        ]
    return found


def input_bytes(params: Params, params_file: Path) -> int:
    """About how much there is to read: the bytes of all files that can be found now."""
    found = {
        path.resolve()
        for patterns in _patterns(params).values()
        for pattern in patterns
        for path in matches(params_file.parent / pattern)
    }
    return sum(path.stat().st_size for path in found)


def _patterns(params: Params) -> dict[str, Sequence[str]]:
    """What names the files of each table, and of the calendar; a database has none."""
    patterns: dict[str, Sequence[str]] = {
        name: params.sources[name].path for name in TABLES if name in params.sources
    }
    if isinstance(params.calendar, str):
        patterns[CALENDAR.name] = [params.calendar]
    return patterns
