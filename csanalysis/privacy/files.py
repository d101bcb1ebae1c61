"""Files that hold personal data: readable by who made them, and by nobody else of the machine."""

from contextlib import suppress
from pathlib import Path


def private_folder(folder: Path, *, below: Path | None = None) -> Path:
    """``folder``, made if it is not there, closed to everybody else.

    With ``below``, a folder above it, that one and all between are closed too. One that belongs to somebody
    else is used as it is.

    Raises
    ------
    OSError
        It cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    above = [each for each in folder.parents if below is not None and each.is_relative_to(below)]
    for each in (folder, *above):
        with suppress(OSError):
            each.chmod(0o700)
    return folder


def keep_private(*paths: Path) -> None:
    """Close files, and all files of folders, to everybody else; what is not there is left out."""
    for path in paths:
        for file in (path, *path.rglob("*")) if path.is_dir() else (path,):
            with suppress(OSError):
                file.chmod(0o700 if file.is_dir() else 0o600)
