"""JSON that another run, another program or an accident has left: whatever it is not, it is a ValueError."""

import json
from pathlib import Path
from typing import Any


def parsed_json(text: str | bytes) -> Any:
    """What a text of JSON says.

    Raises
    ------
    ValueError
        It is no JSON, or its brackets are nested deeper than any file of this program.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def read_json(path: Path) -> Any:
    """What a file of JSON in UTF-8 says.

    Raises
    ------
    OSError
        It cannot be read.
    ValueError
        As :func:`parsed_json`.
    """
    return parsed_json(path.read_text(encoding="utf-8"))
