"""One service an output folder: two would run every store twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

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
        lock = FileLock(output / FILE).acquire(timeout=0)
    except Timeout:
        raise ReportError(
            f"{output}: another csanalysis schedule writes here; stop it, or choose another --output"
        ) from None
    except OSError as error:
        raise ReportError(
            f"{output}: cannot be written ({error.strerror}); choose another --output"
        ) from error
    with lock:
        yield
