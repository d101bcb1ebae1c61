"""The bytes that a store would be read from, without reading them as tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from csanalysis.addresses import is_address
from csanalysis.ingest.objects import object_sizes
from csanalysis.ingest.sources import matching_files, read_export_files
from csanalysis.params import Params
from csanalysis.schema import TABLES
from csanalysis.schema.calendar_table import CALENDAR


def input_hashes(params: Params, params_file: Path) -> list[dict[str, Any]] | None:
    """``table``, ``file`` and ``sha256`` of each file, as ``Store.inputs`` has them.

    None where files cannot be read, or where nothing but reading the rows tells: those of a database.
    """
    if any(source.url for source in params.sources.values()):
        return None
    found = []
    for name, paths in _patterns(params).items():
        files, problems = read_export_files(paths, params_file.parent)
        if problems:
            return None
        found += [{"table": name, "file": file.place, "sha256": file.sha256} for file in files]
    return found


def input_bytes(params: Params, params_file: Path) -> int:
    """About how much there is to read: the bytes of all files that can be found now."""
    found: dict[Path | str, int] = {}
    for pattern in all_patterns(params):
        if is_address(pattern):
            found.update(object_sizes(pattern))
        else:
            for path in matching_files(params_file.parent / pattern):
                found[path.resolve()] = path.stat().st_size
    return sum(found.values())


def reads_over_network(params: Params) -> bool:
    """Whether rows come over the network, so that they are better read once than hashed first."""
    addresses = any(is_address(pattern) for pattern in all_patterns(params))
    return addresses or any(source.url for source in params.sources.values())


def all_patterns(params: Params) -> list[str]:
    """Every path, address and glob that the params name exports by."""
    return [pattern for patterns in _patterns(params).values() for pattern in patterns]


def _patterns(params: Params) -> dict[str, Sequence[str]]:
    """What names the files of each table, and of the calendar; a database has none."""
    patterns: dict[str, Sequence[str]] = {
        name: params.sources[name].path for name in TABLES if name in params.sources
    }
    if isinstance(params.calendar, str):
        patterns[CALENDAR.name] = [params.calendar]
    return patterns
