"""Work lists that somebody has written in are kept when newer ones take their place."""

import re
import shutil
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

NAMES = ("lists.xlsx", "lists-*.xlsx")
"""The workbooks of a report's folder."""

KEPT = "lists-filled-*.xlsx"
"""What those are called that were kept."""

_UNREADABLE = (OSError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged workbook raises: a length, a method or a mark of a key in it may be wrong."""

_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>([^<]*)<")
_UNDATED = (1980, 1, 31)
"""The date of every part of a workbook that we wrote."""


def written_in(path: Path) -> bool:
    """Whether another program has saved a workbook since we wrote it; so it is with one that is damaged."""
    try:
        with zipfile.ZipFile(path) as book:
            times = dict(_TIMES.findall(book.read("docProps/core.xml")))
            dates = {part.date_time[:3] for part in book.infolist()}
    except (KeyError, *_UNREADABLE):
        return True
    return times.get(b"created") != times.get(b"modified") or dates != {_UNDATED}


def is_whole(path: Path) -> bool:
    """Whether every part of a workbook can be read."""
    try:
        with zipfile.ZipFile(path) as book:
            return book.testzip() is None
    except _UNREADABLE:
        return False


def keep_filled(place: Path, folder: Path, names: Iterable[str] = NAMES) -> list[Path]:
    """Copy the workbooks of ``place`` that were written in to ``folder``, each under a name of its own.

    Returns where they are now; those that were kept before are kept on under the same name.
    """
    kept = []
    for path in sorted({path for name in names for path in place.glob(name)}):
        if path.match(KEPT):
            if folder != place:
                shutil.copy2(path, folder / path.name)
        elif written_in(path):
            kept.append(_own_name(path, folder))
            shutil.copy2(path, kept[-1])
    return kept


def _own_name(path: Path, folder: Path) -> Path:
    """``lists-filled-2026-01-12.xlsx`` by the day it was last written in, numbered where that is taken."""
    day = date.fromtimestamp(path.stat().st_mtime).isoformat()
    whose = path.stem.removeprefix("lists").removeprefix("-")
    stem = "-".join(filter(None, ("lists-filled", day, whose)))
    number, found = 1, folder / f"{stem}.xlsx"
    while found.exists():
        number += 1
        found = folder / f"{stem}-{number}.xlsx"
    return found
