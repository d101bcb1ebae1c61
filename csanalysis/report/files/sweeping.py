"""Throw away what no run has used for long, and what killed runs left half written."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

_DAY = 24 * 3600
UNUSED = 90 * _DAY
"""Seconds after which a kept table, check, answer or chapter goes unused: they hold customers' data."""


def sweep(output: Path) -> None:
    """Tidy the output folder and its cache; what cannot be removed stays."""
    now, cache = time.time(), output / ".cache"
    with suppress(OSError):
        kept = ("*.parquet", "checks/*.json", "answers/*/*/*.answer")
        left = ("*.part", "answers/*/*/.*")
        for pattern, age in (*((each, UNUSED) for each in kept), *((each, _DAY) for each in left)):
            for path in cache.glob(pattern):
                _remove(path, older_than=now - age)
        for entry in cache.glob("chapters/*/*/*/entry.json"):
            if _remove(entry, older_than=now - UNUSED):
                shutil.rmtree(entry.parent, ignore_errors=True)
        for draft_folder in (*cache.glob("runs/*/*/.part-*"), *cache.glob("chapters/*/*/.part-*")):
            with suppress(OSError):  # another run may sweep at the same time
                if draft_folder.stat().st_mtime < now - _DAY:
                    shutil.rmtree(draft_folder, ignore_errors=True)
        for draft in output.glob(".index-*"):
            _remove(draft, older_than=now - _DAY)


def _remove(path: Path, *, older_than: float) -> bool:
    """Whether the file was old, and is gone."""
    with suppress(OSError):
        if path.stat().st_mtime < older_than:
            path.unlink()
            return True
    return False
