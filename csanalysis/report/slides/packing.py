"""The slides' file packed anew, so that the same slides make the same bytes at any time."""

import re
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_ABOUT = "docProps/core.xml"
_STAMPS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_WORKBOOK = ".xlsx"


def packed(deck: Any, *, day: date) -> bytes:
    """The bytes of a deck that do not tell when it was written.

    Parameters
    ----------
    deck : pptx.presentation.Presentation
        The finished slides.
    day : date
        What the file, and the workbooks behind its charts, say of when they were made.
    """
    written = BytesIO()
    deck.save(written)
    return _again(written.getvalue(), day)


def _again(content: bytes, day: date) -> bytes:
    stamp = rb"\g<1>%sT00:00:00Z\g<2>" % day.isoformat().encode()
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(made, "w") as target:
        for item in source.infolist():
            part = source.read(item.filename)
            if item.filename == _ABOUT:
                part = _STAMPS.sub(stamp, part)
            elif item.filename.endswith(_WORKBOOK):
                part = _again(part, day)
            about = zipfile.ZipInfo(item.filename, _NO_TIME)
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(about, part)
    return made.getvalue()
