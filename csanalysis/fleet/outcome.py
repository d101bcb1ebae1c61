"""One dealership's run: what is asked of a worker, how it ended, and the run itself."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csanalysis.errors import CsanalysisError
from csanalysis.report.notebooks import MEGABYTE, NO_HURRY, Limits

Tell = Callable[[str, str], None]
"""Hears ``(params file, step)`` as each step begins, and ``done`` or ``failed`` at the end."""


@dataclass(frozen=True)
class Job:
    """The report of one dealership: its params file, the folder of all reports, what a chapter may take."""

    params_file: Path
    output: Path
    limits: Limits = NO_HURRY

    def to_json(self) -> dict[str, Any]:
        """As it is sent to a worker."""
        return {
            "params_file": str(self.params_file),
            "output": str(self.output),
            "deadline": self.limits.deadline,
            "memory": self.limits.memory,
        }

    @classmethod
    def from_json(cls, sent: dict[str, Any]) -> "Job":
        """The inverse of :meth:`to_json`."""
        limits = Limits(sent["deadline"], sent["memory"])
        return cls(Path(sent["params_file"]), Path(sent["output"]), limits)


@dataclass(frozen=True)
class Outcome:
    """How one dealership's run ended: ``place`` of its report, or ``problems`` and a traceback."""

    params_file: Path
    place: Path | None = None
    problems: tuple[str, ...] = ()
    trace: str = ""

    @property
    def made(self) -> bool:
        """Whether there is a report."""
        return self.place is not None

    def to_json(self) -> dict[str, Any]:
        """As a worker sends it."""
        return {
            "place": str(self.place) if self.place else None,
            "problems": [*self.problems],
            "trace": self.trace,
        }

    @classmethod
    def from_json(cls, params_file: Path, sent: dict[str, Any]) -> "Outcome":
        """The inverse of :meth:`to_json`."""
        place = Path(sent["place"]) if sent["place"] else None
        return cls(params_file, place, tuple(sent["problems"]), sent["trace"])


def run_here(job: Job, tell: Callable[[str], None] = lambda step: None) -> Outcome:
    """Make the report in this process; whatever goes wrong is in the outcome."""
    from csanalysis.report.build import build_report

    path = job.params_file
    try:
        place = build_report(path, job.output, tell=tell, limits=job.limits)
    except CsanalysisError as error:
        lines = tuple(_named(line, path) for line in getattr(error, "problems", [str(error)]))
        return Outcome(path, problems=lines, trace=traceback.format_exc())
    except MemoryError as error:
        may = (
            f"; it may hold {job.limits.memory / MEGABYTE:.0f} MB, raise --memory"
            if job.limits.memory
            else ""
        )
        line = f"{path}: memory ran out{may} ({error or 'MemoryError'})"
        return Outcome(path, problems=(line,), trace=traceback.format_exc())
    except Exception as error:
        line = f"{path}: {type(error).__name__}: {error}; this is a bug, --verbose shows where"
        return Outcome(path, problems=(line,), trace=traceback.format_exc())
    return Outcome(path, place)


def _named(line: str, params_file: Path) -> str:
    return line if line.startswith(str(params_file)) else f"{params_file}: {line}"
