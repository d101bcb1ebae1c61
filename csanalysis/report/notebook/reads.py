"""Which tables a chapter looks at, recorded so that it is run again only when one of them changed."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pandas as pd

EVERYTHING = "*"
"""Recorded where a chapter looks at all that was read: every table, every file, the rows set aside."""

_FILE = "reads.txt"


class RecordedTables(Mapping[str, pd.DataFrame]):
    """Tables that record which of them are asked for, also where they are not there.

    Parameters
    ----------
    tables : mapping
        Clean tables by name.
    record : callable
        Hears each name asked for, and :data:`EVERYTHING` when all are gone through.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], record: Callable[[str], None]) -> None:
        self._tables, self._record = tables, record

    def __getitem__(self, name: str) -> pd.DataFrame:
        self._record(name)
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        self._record(EVERYTHING)
        return iter(self._tables)

    def __len__(self) -> int:
        self._record(EVERYTHING)
        return len(self._tables)


def record_read(workspace: Path, what: str) -> None:
    """Add ``what`` to the reads recorded in a chapter's workspace."""
    workspace.mkdir(parents=True, exist_ok=True)
    if what not in recorded_reads(workspace):
        with (workspace / _FILE).open("a", encoding="utf-8") as stream:
            stream.write(what + "\n")


def recorded_reads(workspace: Path) -> list[str]:
    """What was recorded there, in the order in which it was first asked for."""
    path = workspace / _FILE
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
