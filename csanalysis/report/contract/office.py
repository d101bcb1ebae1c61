"""The words of Office files: shared strings of a workbook, and the slides, notes and charts of a deck."""

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path

_SPOKEN = re.compile(r"(?:^|/)(?:sharedStrings|slide\d+|notesSlide\d+|chart\d+|core|app)\.xml$")
_WORDS = re.compile(r"<(?:a:|c:)?(?:t|v|dc:\w+)(?: [^>]*)?>([^<]+)<|(?:descr|name|title)=\"([^\"]+)\"")
OFFICE = (".xlsx", ".pptx")


def office_words(path: Path) -> Iterator[str]:
    """Every text that a reader of the file can meet, numbers of sheets apart: these are in metrics.json."""
    yield from _words(path.read_bytes())


def _words(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        for name in parts.namelist():
            if _SPOKEN.search(name):
                for said, named in _WORDS.findall(parts.read(name).decode("utf-8")):
                    yield unescape(said or named)
            elif name.endswith(OFFICE):  # the data behind a chart
                yield from _words(parts.read(name))
