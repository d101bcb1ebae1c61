"""The bytes that a store would be read from, without reading them as tables."""

import os
from pathlib import Path
from typing import Any

from csanalysis.ingest.sources import exports
from csanalysis.params import Params
from csanalysis.schema import TABLES
from csanalysis.schema.calendar import CALENDAR


def input_hashes(params: Params, params_file: Path) -> list[dict[str, Any]] | None:
    """``table``, ``file`` and ``sha256`` of each file, as ``Store.inputs`` has them.

    None where files cannot be read, or where nothing but reading the rows tells: those of a database.
    """
    named = {name: params.sources[name] for name in TABLES if name in params.sources}
    if any(source.url for source in named.values()):
        return None
    patterns = {name: source.path for name, source in named.items()}
    if isinstance(params.calendar, str):
        patterns[CALENDAR.name] = [params.calendar]
    found = []
    for name, paths in patterns.items():
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
