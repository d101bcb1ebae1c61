"""One dealership's run: what is asked of a worker, how it ended, and the run itself."""

import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csanalysis.errors import BusyError, CsanalysisError, ParamsError
from csanalysis.ingest.inputs import input_bytes
from csanalysis.messages import Message, edited, said
from csanalysis.params import read_params
from csanalysis.report.options import USUAL, RunOptions

if TYPE_CHECKING:
    from csanalysis.fleet.stored import Stored

_ASKED = 16  # stores at a time, for the sizes of their exports

Tell = Callable[[str, str], None]
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


def jobs_of(
    params_files: Sequence[Path], output: Path, options: RunOptions, stored: "Stored | None" = None
) -> list[Job]:
    """A job each, in the order given; each knows the names of the others, of those that are stored too."""
    named = {path: _dealership(path) for path in params_files}
    names = dict.fromkeys([*named.values(), *(stored.known() if stored else ())])
    url = stored.url if stored else None
    return [
        Job(path, output, options, tuple(name for name in names if name and name != named[path]), url)
        for path in params_files
    ]


def longest_first(jobs: Sequence[Job]) -> list[int]:
    """The places of jobs in the order to begin them in: those with the most to read first.

    So no worker is left with a large store when the others have nothing more to do.
    """
    with ThreadPoolExecutor(_ASKED) as pool:  # an object store takes its time to answer
        sizes = list(pool.map(_bytes_to_read, (job.params_file for job in jobs)))
    return sorted(range(len(jobs)), key=lambda place: -sizes[place])


def _bytes_to_read(params_file: Path) -> int:
    try:
        return input_bytes(read_params(params_file), params_file)
    except Exception:  # each store's library has errors of its own
        return 0  # its own run says what is wrong


def _dealership(params_file: Path) -> tuple[str, str] | None:
    try:
        params = read_params(params_file)
    except ParamsError:
        return None  # its own run names every problem
    return params.dealership.id, params.dealership.title


@dataclass(frozen=True)
class Outcome:
    """How one dealership's run ended: ``place`` of its report, or ``problems`` and a traceback.

    ``changed`` says in a line what moved since the last run, None after a first one. ``unchanged`` is when
    the report was made that need not be made again. ``page`` says what happened to a store that failed.
    """

    params_file: Path
    place: Path | None = None
    problems: tuple[str, ...] = ()
    trace: str = ""
    changed: str | None = None
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
            "problems": [(line, said(line, "zh")) for line in self.problems],
            "trace": self.trace,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "page": str(self.page) if self.page else None,
        }

    @classmethod
    def from_json(cls, params_file: Path, sent: dict[str, Any]) -> "Outcome":
        """The inverse of :meth:`to_json`."""
        place, page = (Path(sent[name]) if sent[name] else None for name in ("place", "page"))
        problems = tuple(Message(en, zh) for en, zh in sent["problems"])
        return cls(params_file, place, problems, sent["trace"], sent["changed"], sent["unchanged"], page)


def run_here(job: Job, tell: Callable[[str], None] = lambda step: None) -> Outcome:
    """Make the report in this process; whatever goes wrong is in the outcome, and on a page of its own."""
    from csanalysis.report.changes.changes import told
    from csanalysis.report.failure import write_failure
    from csanalysis.report.making import make_report

    path = job.params_file
    lines: list[str]
    failed: Exception
    try:
        made = make_report(path, job.output, job.options, others=job.others, tell=tell)
        if made.unchanged_since:
            return Outcome(path, made.place, unchanged=made.unchanged_since)
        return Outcome(path, made.place, changed=told(made.place))
    except BusyError as error:  # the other run says how it ends
        return Outcome(path, problems=tuple(named(line, path) for line in error.problems))
    except CsanalysisError as error:
        lines, failed = error.problems, error
    except MemoryError as error:
        hint = job.options.limits.memory_hint
        line = "memory ran out{hint} ({error})", "内存用完了{hint}（{error}）"
        lines, failed = [Message(*line, hint=hint, error=str(error) or "MemoryError")], error
    except Exception as error:
        line = (
            "{error}; this is a bug, --verbose shows where",
            "{error}；这是程序的错误，--verbose 会显示出错的位置",
        )
        lines, failed = [Message(*line, error=f"{type(error).__name__}: {error}")], error
    trace = "".join(traceback.format_exception(failed))
    page = None
    with suppress(OSError):  # a full disk has no room for the page either
        page = write_failure(path, job.output, failed, lines)
    return Outcome(path, problems=tuple(named(line, path) for line in lines), trace=trace, page=page)


def named(line: str, params_file: Path) -> str:
    """A line with the params file that it is about before it, once."""
    return line if line.startswith(str(params_file)) else edited(line, lambda said: f"{params_file}: {said}")
