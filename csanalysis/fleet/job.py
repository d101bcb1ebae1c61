"""What is asked of a worker for one dealership, and how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csanalysis.messages import Message, placed, said
from csanalysis.report.options import USUAL, RunOptions

OnStep = Callable[[str, str], None]
"""Hears ``(params file, step)`` as each step begins, and ``done`` or ``failed`` at the end."""


@dataclass(frozen=True)
class Job:
    """The report of one dealership: its params file, the folder of all reports, how it is to be made.

    ``others`` are id and name of the other dealerships that are known, which the report must not mention.
    ``url`` is where all reports lie, if in an object store; ``output`` is a working copy of them then.
    """

    params_file: Path
    output: Path
    options: RunOptions = USUAL
    others: tuple[tuple[str, str], ...] = ()
    url: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is sent to a worker."""
        return {
            "params_file": str(self.params_file),
            "output": str(self.output),
            "options": self.options.to_json(),
            "others": self.others,
            "url": self.url,
        }

    @classmethod
    def from_json(cls, sent: dict[str, Any]) -> "Job":
        """The inverse of :meth:`to_json`."""
        others = tuple((id, name) for id, name in sent["others"])
        place = Path(sent["params_file"]), Path(sent["output"])
        return cls(*place, RunOptions.from_json(sent["options"]), others, sent["url"])


@dataclass(frozen=True)
class Outcome:
    """How one dealership's run ended: ``place`` of its report, or ``problems`` and a traceback.

    ``changed`` says in a line what moved since the last run, None after a first one. ``unchanged`` is when
    the report was made that need not be made again. ``page`` says what happened to a store that failed.
    """

    params_file: Path
    place: Path | None = None
    problems: tuple[Message, ...] = ()
    trace: str = ""
    changed: Message | None = None
    unchanged: str | None = None
    page: Path | None = None

    @property
    def made(self) -> bool:
        """Whether there is a report."""
        return self.place is not None

    def to_json(self) -> dict[str, Any]:
        """As a worker sends it."""
        return {
            "place": str(self.place) if self.place else None,
            "problems": [_both(line) for line in self.problems],
            "trace": self.trace,
            "changed": _both(self.changed) if self.changed else None,
            "unchanged": self.unchanged,
            "page": str(self.page) if self.page else None,
        }

    @classmethod
    def from_json(cls, params_file: Path, sent: dict[str, Any]) -> "Outcome":
        """The inverse of :meth:`to_json`."""
        place, page = (Path(sent[name]) if sent[name] else None for name in ("place", "page"))
        problems = tuple(Message(*both) for both in sent["problems"])
        changed = Message(*sent["changed"]) if sent["changed"] else None
        return cls(params_file, place, problems, sent["trace"], changed, sent["unchanged"], page)


def _both(line: Message) -> tuple[str, str]:
    return str(line), said(line, "zh")


def with_params_file(line: Message, params_file: Path) -> Message:
    """A line with the params file that it is about before it, once."""
    return line if line.startswith(str(params_file)) else placed(params_file, line)
