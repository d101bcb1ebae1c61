"""The language that a params file asks for, even where nothing else in the file can be used."""

import re
from pathlib import Path
from typing import Literal

_LINE = re.compile(rb"^(?:\xef\xbb\xbf)?language\s*:\s*['\"]?(zh|en)\b", re.MULTILINE)

MOST_BYTES = 300_000
"""A params file may be so long: a calendar of 500 events is 100 kB; a megabyte takes YAML half a minute."""


def language_of(params_file: Path, default: Literal["zh", "en"] = "zh") -> Literal["zh", "en"]:
    """``zh`` or ``en`` as the file's own line says; ``default`` where it has none or is not there.

    The line is looked for in the bytes, so that what is no YAML, or no UTF-8, still says it.
    """
    try:
        if not params_file.is_file():  # a pipe would never end
            return default
        with params_file.open("rb") as file:
            found = _LINE.search(file.read(MOST_BYTES))
    except OSError:
        return default
    return default if found is None else "en" if found[1] == b"en" else "zh"
