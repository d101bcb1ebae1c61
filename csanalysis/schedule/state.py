"""``outputs/.schedule.json``: what ran when, so that a service that was down knows what it missed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from csanalysis.json_files import read_json
from csanalysis.messages import MessageError
from csanalysis.whole_files import write_whole

FILE = ".schedule.json"
SCHEMA_VERSION = 1

Ending = Literal["made", "failed", "ended", "running"]


class StateError(MessageError):
    """The state file cannot be used, and why."""


@dataclass(frozen=True)
class Entry:
    """One store. Times are aware.

    ``planned`` is the last time on its schedule that was dealt with, at first the time it was put on it, and
    ``cron`` the line under which that was so. ``outcome`` ``running`` in a file that nobody is writing means
    that the service died in the middle; ``retried`` that this was the second attempt. Problems are in the
    store's language.
    """

    cron: str
    planned: datetime
    started: datetime | None = None
    finished: datetime | None = None
    seconds: float | None = None
    outcome: Ending | None = None
    caught_up: bool = False
    retried: bool = False
    report: str | None = None
    problems: tuple[str, ...] = ()
    delivery_problems: tuple[str, ...] = ()


def read_state(output: Path) -> dict[str, Entry]:
    """Entries by ``<dealership>/<plan year>``; none where there is no file yet.

    Raises
    ------
    StateError
        The file is there and cannot be read or understood.
    """
    path = output / FILE
    try:
        data = read_json(path)
        if data["schema_version"] != SCHEMA_VERSION:
            raise ValueError(f"schema_version is {data['schema_version']}")
        return {str(key): _entry(stored) for key, stored in data["stores"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateError(
            "{path}: cannot be used ({kind}: {error})",
            "{path}：无法使用（{kind}：{error}）",
            path=path,
            kind=type(error).__name__,
            error=error,
        ) from None


def write_state(output: Path, entries: Mapping[str, Entry]) -> None:
    """Replace the file whole: whoever reads it finds the old one or the new one."""
    stores = {key: asdict(entry) for key, entry in sorted(entries.items())}
    data = {"schema_version": SCHEMA_VERSION, "stores": stores}
    write_whole(output / FILE, json.dumps(data, ensure_ascii=False, indent=1, default=_text) + "\n")


def _text(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


def _entry(stored: dict[str, Any]) -> Entry:
    times = {name: _time(stored.get(name)) for name in ("planned", "started", "finished")}
    if times["planned"] is None or not isinstance(stored["cron"], str):
        raise ValueError("a store has no planned time or no cron line")
    if stored.get("outcome") not in ("made", "failed", "ended", "running", None):
        raise ValueError(f"outcome is {stored['outcome']!r}")
    lines = {name: tuple(map(str, stored.get(name, ()))) for name in ("problems", "delivery_problems")}
    return Entry(**{**stored, **times, **lines})


def _time(stored: str | None) -> datetime | None:
    if stored is None:
        return None
    time = datetime.fromisoformat(stored)
    if time.tzinfo is None:
        raise ValueError(f"{stored} has no time zone")
    return time
