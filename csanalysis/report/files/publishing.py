"""A run is written beside its place and moved there whole: what a reader opens is always complete."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from csanalysis.errors import ReportError
from csanalysis.messages import Message, unwritable
from csanalysis.report.files.lock import only_run

CARRIED = ("plan.json", "plan-*.json")
"""Files that are no run's own: the year's frozen plan and those it replaced. No run may touch them."""


@contextmanager
def alone(output: Path, place: Path) -> Iterator[Path]:
    """A folder to write in as :func:`staged` gives it, to one process at a time.

    What a killed run left there is undone first.

    Raises
    ------
    BusyError
        Another process writes there.
    ReportError
        As :func:`staged`.
    """
    with only_run(output, place):
        recover(place)
        with staged(place) as folder:
            yield folder


@contextmanager
def staged(place: Path) -> Iterator[Path]:
    """A folder to write in, moved to ``place`` when the block ends well and thrown away when it does not.

    It begins with the frozen plan of ``place``, byte for byte, if there is one.

    Raises
    ------
    ReportError
        The output folder cannot be written: its path and the system's word.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    except OSError as error:
        raise ReportError(unwritable(place.parent, error)) from error
    try:
        _carry(place, folder)
        yield folder
        _carry(place, folder)  # a plan frozen meanwhile comes too, and none can have been written over
        folder.chmod(0o755)  # mkdtemp makes it private; a report is for sharing
        _swap(folder, place)
    except OSError as error:
        line = "{place}: the report could not be written ({error})", "{place}：报告没能写入（{error}）"
        raise ReportError(Message(*line, place=place, error=error.strerror or error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _carry(place: Path, folder: Path) -> None:
    for pattern in CARRIED:
        for path in place.glob(pattern):
            shutil.copy2(path, folder / path.name)


def _swap(folder: Path, place: Path) -> None:
    """Put ``folder`` in ``place``; the older run leaves only once the new one is ready to follow."""
    if not place.exists():
        folder.replace(place)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{place.name}-old-", dir=place.parent))
    older = old / place.name
    try:
        place.replace(older)
        folder.replace(place)
    except OSError:
        if older.exists():
            _put_back(older, place)
        old.rmdir()
        raise
    shutil.rmtree(old, ignore_errors=True)


def _put_back(older: Path, place: Path) -> None:
    _carry(place, older)  # a plan may have been frozen since
    shutil.rmtree(place, ignore_errors=True)
    older.replace(place)


def recover(place: Path) -> None:
    """Undo what a killed run left beside ``place``; nobody else may be writing there.

    Where it was killed with the older report moved away and the new one not yet in place, the older one
    comes back. Drafts are thrown away.
    """
    for older in sorted(place.parent.glob(f".{place.name}-old-*/{place.name}")):
        if not (place / "run.json").exists():
            _put_back(older, place)
    for left in place.parent.glob(f".{place.name}-*"):
        shutil.rmtree(left, ignore_errors=True)
