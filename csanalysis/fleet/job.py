"""What is asked of a worker for one dealership, and how it ended."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from csanalysis.messages import Message, both, placed
from csanalysis.report.options import USUAL, RunOptions

OnStep = Callable[[str, str], None]
"""Hears ``(params file, step)`` as each step begins, ``again`` where a job waits for another attempt, and
``done`` or ``failed`` at the end."""

Kind = Literal["report", "freeze", "lists", "review", "meeting", "network", "group", "verify"]
LIGHT: frozenset[Kind] = frozenset({"lists", "network"})
"""Kinds that need no notebook, figure or page, and so a fraction of what a report imports."""


@dataclass(frozen=True)
class Task:
    """What is to be made of a store: its ``kind``, and what that kind asks.

    ``period`` is a review's month, or a meeting's month or week. Work lists have the first ``day`` to call
    on, how many ``weeks``, the last day counted (``until``; ISO), and whether there is a workbook a caller
    besides (``split``). ``params`` is where the params file of a report to be proven lies now.
    A plan that is frozen may ``replace`` an older one. A group's report has the params files of its
    ``stores`` and its ``language``.
    """

    kind: Kind = "report"
    period: str = ""
    day: str = ""
    weeks: int = 1
    until: str | None = None
    split: bool = False
    params: str | None = None
    stores: tuple[str, ...] = ()
    language: str = ""
    replace: bool = False

    @property
    def name(self) -> str:
        """Such as ``report`` or ``review-2026-03``: two tasks of one name make the same files."""
        return "-".join(filter(None, (self.kind, self.period, self.day)))


REPORT = Task()


@dataclass(frozen=True)
class Job:
    """One thing to be made of one dealership: its params file, the folder of all reports, task and options.

    A proof has the report's folder in place of a params file. ``others`` are id and name of the other
    dealerships that are known, which the report must not mention. ``url`` is where all reports lie, if in an
    object store; ``output`` is a working copy of them then. ``hide`` names the variables of the environment
    that the job must not see.
    """

    params_file: Path
    output: Path
    options: RunOptions = USUAL
    others: tuple[tuple[str, str], ...] = ()
    url: str | None = None
    task: Task = REPORT
    hide: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is sent to a worker."""
        return {
            "params_file": str(self.params_file),
            "output": str(self.output),
            "options": self.options.to_json(),
            "others": self.others,
            "url": self.url,
            "task": asdict(self.task),
            "hide": self.hide,
        }

    @classmethod
    def from_json(cls, sent: dict[str, Any]) -> "Job":
        """The inverse of :meth:`to_json`."""
        return cls(
            Path(sent["params_file"]),
            Path(sent["output"]),
            RunOptions.from_json(sent["options"]),
            tuple((id, name) for id, name in sent["others"]),
            sent["url"],
            Task(**{**sent["task"], "stores": tuple(sent["task"]["stores"])}),
            tuple(sent["hide"]),
        )


@dataclass(frozen=True)
class Outcome:
    """How one job ended: the ``place`` of what was made, or ``problems`` and a traceback.

    ``changed`` says in a line what moved since the last run, None after a first one. ``unchanged`` is when
    the report was made that need not be made again. ``page`` says what happened to a store that failed.
    ``kind`` is what was asked. ``told`` are lines for whoever asked, ``notes`` what they should know besides.
    ``found`` counts the alarms of a review, and the differences of a proof. ``passing``: what is wrong may
    pass by itself.
    """

    params_file: Path
    place: Path | None = None
    problems: tuple[Message, ...] = ()
    trace: str = ""
    changed: Message | None = None
    unchanged: str | None = None
    page: Path | None = None
    kind: Kind = "report"
    told: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()
    found: int = 0
    passing: bool = False

    @property
    def made(self) -> bool:
        """Whether there is a report, or whatever was asked."""
        return self.place is not None

    @property
    def lists(self) -> bool:
        """Whether there are work lists and no report."""
        return self.made and self.kind == "lists"

    def to_json(self) -> dict[str, Any]:
        """As a worker sends it."""
        return {
            "place": str(self.place) if self.place else None,
            "problems": [both(line) for line in self.problems],
            "trace": self.trace,
            "changed": both(self.changed) if self.changed else None,
            "unchanged": self.unchanged,
            "page": str(self.page) if self.page else None,
            "kind": self.kind,
            "told": [both(line) for line in self.told],
            "notes": [both(line) for line in self.notes],
            "found": self.found,
            "passing": self.passing,
        }

    @classmethod
    def from_json(cls, params_file: Path, sent: dict[str, Any]) -> "Outcome":
        """The inverse of :meth:`to_json`."""
        place, page = (Path(sent[name]) if sent[name] else None for name in ("place", "page"))
        problems, told, notes = (
            tuple(Message(*both) for both in sent[name]) for name in ("problems", "told", "notes")
        )
        return cls(
            params_file,
            place,
            problems,
            sent["trace"],
            Message(*sent["changed"]) if sent["changed"] else None,
            sent["unchanged"],
            page,
            sent["kind"],
            told,
            notes,
            sent["found"],
            sent["passing"],
        )


def with_params_file(line: Message, params_file: Path) -> Message:
    """A line with the params file that it is about before it, once."""
    return line if line.startswith(str(params_file)) else placed(params_file, line)
