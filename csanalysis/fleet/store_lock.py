"""One machine at a time at a place in an object store: the lock is an object that only one can create.

Creation is exclusive (fsspec's ``mode="create"``, on S3 a conditional put). A machine that died leaves its
lock behind: it expires after :data:`LIFE`, or at once where this machine can see that its process is gone. An
expired lock is not taken away first, for two could do that; the next number is created, which again only one
can.
"""

import json
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from csanalysis.errors import BusyError
from csanalysis.ingest.objects import file_system
from csanalysis.json_files import parsed_json
from csanalysis.messages import Message

LIFE = 3600.0
"""Seconds after which a lock has expired; whoever held it longer sends nothing any more."""
_FOLDER = ".locks"
_AGAIN = 1.0  # seconds between two looks


@dataclass(frozen=True)
class Held:
    """A lock that is ours, at ``path``, until ``until`` (seconds since 1970)."""

    files: Any
    path: str
    token: str
    until: float

    def still(self) -> bool:
        """Whether it is ours yet: not expired, nor taken away."""
        return time.time() < self.until and _said(self.files, self.path).get("token") == self.token

    def release(self) -> None:
        """Take it away; one that is not ours any more stays."""
        with suppress(Exception):  # then it expires
            if _said(self.files, self.path).get("token") == self.token:
                self.files.rm_file(self.path)


@contextmanager
def locked(url: str, place: str, *, patience: float, told: str) -> Iterator[Held]:
    """Nobody else, on whichever machine, holds ``place`` of the store at ``url`` while the block runs.

    ``told`` is how the place is called in a message.

    Raises
    ------
    BusyError
        Another has held it for ``patience`` seconds: its machine and process, and since when.
    Exception
        Whatever the store's library raises where it cannot be reached.
    """
    files, root = file_system(url)
    name = f"{root.rstrip('/')}/{_FOLDER}/{place.replace('/', '-')}"
    give_up = time.monotonic() + patience
    while (held := _tried(files, name)) is None:
        if time.monotonic() >= give_up:
            raise BusyError(_busy(told, _alive(files, name)))
        time.sleep(min(_AGAIN, max(patience, 0.01)))
    try:
        yield held
    finally:
        held.release()


def holder(url: str, place: str, *, told: str) -> Message | None:
    """Who holds ``place`` of the store at ``url`` just now; nothing is written. Raises as :func:`locked`."""
    files, root = file_system(url)
    alive = _alive(files, f"{root.rstrip('/')}/{_FOLDER}/{place.replace('/', '-')}")
    return _busy(told, alive) if alive else None


def _tried(files: Any, name: str) -> Held | None:
    """The lock, if nobody holds it."""
    if _alive(files, name):
        return None
    old = _numbers(files, name)
    path = f"{name}.{max(old, default=0) + 1}.lock"
    now = time.time()
    held = Held(files, path, uuid4().hex, now + LIFE)
    said = {
        "token": held.token,
        "host": socket.gethostname(),
        "process": os.getpid(),
        "since": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(now)),
        "until": held.until,
    }
    try:
        _create(files, path, json.dumps(said).encode())
    except (FileExistsError, PermissionError):  # S3's answer to a condition that does not hold
        if files.exists(path):
            return None
        raise
    if any(other != path for other in _alive(files, name)):  # made meanwhile under another number
        held.release()
        return None
    for number in old:
        with suppress(Exception):  # somebody was quicker
            files.rm_file(f"{name}.{number}.lock")
    return held


def _create(files: Any, path: str, data: bytes) -> None:
    if "file" not in files.protocol:
        files.pipe_file(path, data, mode="create")
        return
    files.makedirs(files._parent(path), exist_ok=True)
    with files.open(path, "xb") as file:  # where pipe_file looks first and writes afterwards
        file.write(data)


def _numbers(files: Any, name: str) -> list[int]:
    pattern = re.compile(rf"{re.escape(Path(name).name)}\.(\d+)\.lock")
    try:
        files.invalidate_cache()
        found = files.ls(files._parent(name), detail=False)
    except FileNotFoundError:
        return []
    return [int(match[1]) for path in found if (match := pattern.fullmatch(Path(path).name))]


def _alive(files: Any, name: str) -> dict[str, dict[str, Any]]:
    """The locks that hold, and what they say; one that is being written holds too."""
    said = {
        path: _said(files, path) for path in (f"{name}.{number}.lock" for number in _numbers(files, name))
    }
    return {path: about for path, about in said.items() if not _expired(about)}


def _said(files: Any, path: str) -> dict[str, Any]:
    try:
        said = parsed_json(files.cat_file(path))
        return said if isinstance(said, dict) else {}
    except FileNotFoundError:
        return {"until": 0.0}
    except ValueError:
        return {}


def _expired(said: dict[str, Any]) -> bool:
    until = said.get("until")
    if isinstance(until, int | float) and time.time() >= until:
        return True
    return said.get("host") == socket.gethostname() and _gone(said.get("process"))


def _gone(process: object) -> bool:
    """Whether no process of this machine has that number."""
    if os.name != "posix" or not isinstance(process, int) or process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _busy(told: str, alive: dict[str, dict[str, Any]]) -> Message:
    said = next(iter(alive.values()), {})
    return Message(
        "{place}: is being made by process {process} on {host} since {since}; wait, or end that",
        "{place}：{host} 上的进程 {process}（自 {since} 起）正在生成；请等它结束，或先停止它",
        place=told,
        process=said.get("process", "?"),
        host=said.get("host", "?"),
        since=said.get("since", "?"),
    )
