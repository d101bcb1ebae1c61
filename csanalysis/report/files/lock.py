"""One writer of a report at a time: two at once would mix their files."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from csanalysis.errors import BusyError, ReportError
from csanalysis.json_files import read_json
from csanalysis.messages import Message, unwritable

_PATIENCE = 3  # seconds in which what a killed run left behind has ended too


def acquired(output: Path, path: Path, *, patience: float) -> AbstractContextManager[object]:
    """The lock of a file below ``output``, held; leaving its block lets go of it.

    Raises
    ------
    filelock.Timeout
        Another process has held it for ``patience`` seconds.
    ReportError
        The output folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(path).acquire(timeout=patience)
    except Timeout:  # an OSError too
        raise
    except OSError as error:
        raise ReportError(unwritable(output, error)) from error


@contextmanager
def only_run(output: Path, place: Path) -> Iterator[None]:
    """Nobody else writes the report in ``place``, a folder below ``output``, while the block runs.

    The system lets go of it even if the process is killed.

    Raises
    ------
    BusyError
        Another run holds it: its process, and since when.
    ReportError
        The output folder cannot be written.
    """
    path = _lock(output, place)
    holder = _holder(path)
    try:
        lock = acquired(output, path, patience=_PATIENCE)
    except Timeout:
        raise BusyError(
            Message(
                "{place}: is being made by {holder}; wait, or end that",
                "{place}：{holder}正在生成；请等它结束，或先停止它",
                place=place,
                holder=_told(holder),
            )
        ) from None
    with lock:
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        with suppress(OSError):  # a full disk: the lock holds without it
            holder.write_text(
                json.dumps({"process": os.getpid(), "host": socket.gethostname(), "since": since})
            )
        try:
            yield
        finally:
            with suppress(OSError):
                holder.unlink()


def claimed(output: Path, place: Path) -> bool:
    """Whether a run of the report in ``place`` goes on, or was killed; asking holds up nobody."""
    return _holder(_lock(output, place)).exists()


def _lock(output: Path, place: Path) -> Path:
    return output / ".locks" / f"{'-'.join(place.relative_to(output).parts)}.lock"


def _holder(lock: Path) -> Path:
    """Where the run that holds a lock says who it is."""
    return lock.with_suffix(".json")


def _told(holder: Path) -> Message:
    try:
        said = read_json(holder)
        return Message(
            "process {process} on {host} since {since}",
            "{host} 上的进程 {process}（自 {since} 起）",
            process=said["process"],
            host=said["host"],
            since=said["since"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Message("another process", "另一个进程")
