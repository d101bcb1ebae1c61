"""One service an output folder: two would run every store twice."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from csanalysis.errors import ReportError

FILE = ".schedule.lock"


@contextmanager
def only_one(output: Path) -> Iterator[None]:
    """Held while the block runs; the system lets go of it even if the process is killed.

    Raises
    ------
    ReportError
        Another service holds it, or the folder cannot be written.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        stream = (output / FILE).open("a+", encoding="utf-8")
    except OSError as error:
        raise ReportError(
            f"{output}: cannot be written ({error.strerror}); choose another --output"
        ) from error
    with stream:
        if not _locked(stream):
            raise ReportError(
                f"{output}: another csanalysis schedule writes here; stop it, or choose another --output"
            )
        yield


def _locked(stream: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
