"""The figures of the last time, kept in ``kept.json`` beside this file, to be held against today's."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("kept.json")


def kept(name: str, file: Path = FILE) -> dict[str, Any]:
    """What :func:`keep` kept under a name, with its ``day``; empty where there is nothing."""
    every = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return dict(every.get(name, {}))


def keep(name: str, figures: Mapping[str, float], file: Path = FILE) -> None:
    """Keep figures in place of the last ones of their name; of ways not measured today the last ones stay."""
    every = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    every[name] = {**every.get(name, {}), **figures, "day": date.today().isoformat()}
    text = json.dumps(every, indent=2, sort_keys=True, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")
