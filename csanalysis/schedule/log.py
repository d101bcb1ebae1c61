"""One JSON object a line on stdout, for people with ``jq`` and for programs that collect logs."""

import json
import logging
import sys
from collections.abc import Callable, Set
from datetime import datetime
from threading import Lock
from typing import Any, TextIO

from csanalysis.delivery.masking import masked

_LEVELS = ("info", "warning", "error")


class Log:
    """Writes events. ``secrets`` gives the values that must not appear, when a line is written."""

    def __init__(self, stream: TextIO | None = None, secrets: Callable[[], Set[str]] = frozenset) -> None:
        self._stream, self._secrets, self._lock = stream, secrets, Lock()

    def __call__(self, event: str, level: str = "info", **fields: Any) -> None:
        """``time``, ``level``, ``event`` and the fields that are known, their texts masked."""
        assert level in _LEVELS
        record = {"time": datetime.now().astimezone().isoformat(timespec="seconds"), "level": level}
        record |= {"event": event} | {
            name: self._clean(value) for name, value in fields.items() if value is not None
        }
        line = json.dumps(record, ensure_ascii=False)
        stream = self._stream or sys.stdout
        with self._lock:
            try:
                print(line, file=stream, flush=True)
            except UnicodeEncodeError:  # a console of another code page
                print(json.dumps(record), file=stream, flush=True)
            except (OSError, ValueError):  # nobody reads any more; the reports go on
                pass

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return masked(value, self._secrets())
        if isinstance(value, list | tuple):
            return [self._clean(item) for item in value]
        return value


class SchedulerLog(logging.Handler):
    """Passes on what APScheduler itself warns of."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """One warning as a log line; that a run was skipped is told by the service itself."""
        if "maximum number of running instances" not in record.getMessage():
            level = "error" if record.levelno >= logging.ERROR else "warning"
            trouble = record.exc_info[1] if record.exc_info else None
            self._log("scheduler", level, problems=[f"{record.getMessage()} {trouble or ''}"])
