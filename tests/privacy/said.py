"""All that whoever may read a folder of reports finds in its files, as text."""

import re
from collections.abc import Collection
from pathlib import Path

import pandas as pd
from pypdf import PdfReader

from csanalysis.report.contract.office import office_words

CHANCE = re.compile(r"[0-9a-f]{32,}|\d{4}-\d\d-\d\dT[\d:.+-]+|\d+\.\d{4,}|\b1 2 3 4 5 6 7 8 9 10 11 12\b")
"""Digests, times, fractions and months along an axis, where four digits of a phone stand by chance now and then."""


def said_in(folder: Path, *, but: Collection[str] = ()) -> dict[str, str]:
    """The text of every file below ``folder`` ``but`` some, by its path there, without what is there by ``CHANCE``.

    A file of a form that nobody has taught :func:`said_by` to read is an error: it might hold anything.
    """
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: CHANCE.sub("", said_by(files[name])) for name in sorted({*files} - {*but})}


def closed_in(folder: Path) -> set[str]:
    """The files below ``folder`` that nobody but their owner can read: closed, or in a closed folder."""
    closed = {path for path in folder.rglob("*") if not path.stat().st_mode & 0o077}
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and closed & {path, *path.parents}
    }


def said_by(path: Path) -> str:
    """The text of one file."""
    match path.suffix:
        case ".pdf":
            return "\n".join(page.extract_text() for page in PdfReader(path).pages)
        case ".xlsx" | ".pptx":
            return "\n".join(office_words(path))
        case ".parquet":
            return pd.read_parquet(path).to_csv(index=False)
    return path.read_text(encoding="utf-8")
