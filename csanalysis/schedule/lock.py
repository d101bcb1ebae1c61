"""One service an output folder: two would run every store twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import Timeout

from csanalysis.errors import ReportError
from csanalysis.messages import Message
from csanalysis.report.files.lock import acquired

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
        lock = acquired(output, output / FILE, patience=0)
    except Timeout:
        raise ReportError(
            Message(
                "{output}: another csanalysis schedule writes here; stop it, or choose another --output",
                "{output}：另一个 csanalysis schedule 正在这里写入；请先停止它，或用 --output 换一个文件夹",
                output=output,
            )
        ) from None
    with lock:
        yield
