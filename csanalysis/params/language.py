"""The language that a params file asks for, even where nothing else in the file can be used."""

import re
from pathlib import Path
from typing import Literal

_LINE = re.compile(rb"^(?:\xef\xbb\xbf)?language\s*:\s*['\"]?(zh|en)\b", re.MULTILINE)
_EXTENDS = re.compile(rb"^(?:\xef\xbb\xbf)?extends\s*:\s*([^#\n]+)", re.MULTILINE)
_MOST_FILES = 5

MOST_BYTES = 300_000
"""A params file may be so long: a calendar of 500 events is 100 kB; a megabyte takes YAML half a minute."""


def language_of(params_file: Path, default: Literal["zh", "en"] = "zh") -> Literal["zh", "en"]:
    """``zh`` or ``en`` as the file's own line says, or that of one it extends; ``default`` where none does.

    The line is looked for in the bytes, so that what is no YAML, or no UTF-8, still says it.
    """
    here: Path | None = params_file
    for _ in range(_MOST_FILES):
        if here is None:
            break
        try:
            if not here.is_file():  # a pipe would never end
                return default
            with here.open("rb") as file:
                said = file.read(MOST_BYTES)
        except OSError:
            return default
        if found := _LINE.search(said):
            return "en" if found[1] == b"en" else "zh"
        base = _EXTENDS.search(said)
        here = here.parent / base[1].decode("utf-8", "replace").strip("\"' \t\r") if base else None
    return default
