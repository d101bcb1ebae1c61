"""Files that are written whole: whoever reads one finds what was there before, or what is there now."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: str | bytes, *, readable: bool = False, synced: bool = True) -> None:
    """Write beside ``path``, to the disk, and move there; text as UTF-8.

    Without ``readable`` only this user may read it. What is soon made again, and in thousands, need not wait
    for the disk (``synced``).

    Raises
    ------
    OSError
        It cannot be written; what was there before stays, and nothing else is left.
    """
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem.strip('.')}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
            if synced:
                stream.flush()
                os.fsync(stream.fileno())
        if readable:
            Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
