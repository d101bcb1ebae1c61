"""``outputs/.fleet/<task>.jsonl``: how each store's job of a task stands, known across restarts.

A line a change: the store's params file, its state, how often it was tried, why it failed, how it ended. The
last line of a store counts, half a line at the end of a file does not: whoever is killed while writing loses
that line alone. A new run begins by writing the file anew, without the lines that no longer count.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from filelock import Timeout

from csanalysis.errors import ReportError
from csanalysis.fleet.job import Outcome, Task
from csanalysis.json_files import parsed_json
from csanalysis.messages import Message, both
from csanalysis.report.files.lock import acquired
from csanalysis.whole_files import write_whole

FOLDER = ".fleet"
State = Literal["waiting", "running", "done", "failed"]
_STATES = ("waiting", "running", "done", "failed")
_PATIENCE = 10  # seconds for another process to write its line


@dataclass(frozen=True)
class Row:
    """One store's job: its state, how many attempts, when that was noted, why it failed, how it ended."""

    store: str
    state: State
    tries: int
    at: str
    why: tuple[Message, ...] = ()
    outcome: dict[str, Any] | None = None


class RunTable:
    """The table of one task in an output folder. What cannot be noted ends no run: ``problem`` says it."""

    def __init__(self, output: Path, task: Task | str) -> None:
        self.name = task if isinstance(task, str) else task.name
        self.path = output / FOLDER / f"{self.name}.jsonl"
        self._output = output
        self.problem: Message | None = None

    @classmethod
    def all_in(cls, output: Path) -> "list[RunTable]":
        """The tables that an output folder has, by name."""
        return [cls(output, path.stem) for path in sorted((output / FOLDER).glob("*.jsonl"))]

    def rows(self) -> dict[str, Row]:
        """The rows as they stand, by params file.

        Raises
        ------
        ReportError
            The file is there and cannot be read, or is no such table.
        """
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ReportError(self._unusable(error.strerror or error)) from error
        found = {}
        for line in lines:
            with suppress(ValueError, KeyError, TypeError, AttributeError):  # half a line, of who was killed
                row = _row(parsed_json(line))
                found[row.store] = row
        if lines and not found:
            raise ReportError(self._unusable(Message("it holds no row", "里面没有一行可用")))
        return found

    def begin(self, stores: Sequence[Path], *, resume: bool) -> dict[Path, Outcome]:
        """Put the stores on the table as waiting; with ``resume`` those that are done stay so, and are given.

        Raises
        ------
        ReportError
            As :meth:`rows`, where it is to be resumed; else a table that cannot be used is begun anew.
        """
        if not self._output.is_dir() and not any(path.is_file() for path in stores):
            self.path = Path()  # nothing to be made, and nowhere to note it
            return {}
        try:
            rows = self.rows()
        except ReportError:
            if resume:
                raise
            rows = {}
        done = {}
        for path in stores:
            row, key = rows.get(_key(path)), _key(path)
            outcome = _taken_over(path, row) if resume and row else None
            if outcome:
                done[path] = outcome
            else:
                rows[key] = Row(key, "waiting", 0, _now())
        self._write(lambda: write_whole(self.path, "".join(_line(row) for row in rows.values())))
        return done

    def note(self, store: Path, state: State, tries: int, outcome: Outcome | None = None) -> None:
        """Note how a store's job stands now."""
        told = outcome.to_json() | {"trace": ""} if outcome and outcome.made else None
        row = Row(_key(store), state, tries, _now(), outcome.problems if outcome else (), told)

        def append() -> None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(_line(row))

        self._write(append)

    def _write(self, write: Any) -> None:
        if self.path == Path():
            return
        try:
            lock = self._output / ".locks" / f"fleet-{self.path.stem}.lock"
            with acquired(self._output, lock, patience=_PATIENCE):
                self.path.parent.mkdir(mode=0o700, exist_ok=True)
                write()
        except (OSError, ReportError, Timeout) as error:
            why = error.strerror if isinstance(error, OSError) else None
            self.problem = Message(
                "{path}: how far the run is could not be noted ({why}); --resume will not know it",
                "{path}：无法记下运行进度（{why}）；--resume 将不知道进度",
                path=self.path,
                why=why or type(error).__name__,
            )

    def _unusable(self, why: object) -> Message:
        return Message(
            "{path}: cannot be used ({why}); run without --resume",
            "{path}：无法使用（{why}）；请不带 --resume 运行",
            path=self.path,
            why=why,
        )


def _key(store: Path) -> str:
    return str(store.resolve())


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _taken_over(store: Path, row: Row) -> Outcome | None:
    """The outcome of a store that is done; None where it is not, or what was made is gone."""
    if row.state != "done" or row.outcome is None:
        return None
    with suppress(KeyError, TypeError, ValueError):
        outcome = Outcome.from_json(store, row.outcome)
        if outcome.place and any(outcome.place.glob("*")):
            return outcome
    return None


def _line(row: Row) -> str:
    told = {**vars(row), "why": [both(line) for line in row.why]}
    return json.dumps(told, ensure_ascii=False) + "\n"


def _row(stored: dict[str, Any]) -> Row:
    why = tuple(Message(en, zh) for en, zh in stored["why"])
    row = Row(stored["store"], stored["state"], stored["tries"], stored["at"], why, stored["outcome"])
    if not isinstance(row.store, str) or row.state not in _STATES or type(row.tries) is not int:
        raise ValueError
    return row
