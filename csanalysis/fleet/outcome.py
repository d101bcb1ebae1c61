"""The jobs of a fleet, in which order they are begun, and one job from beginning to end."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csanalysis.errors import BusyError, CsanalysisError, ParamsError
from csanalysis.fleet.job import REPORT, Job, Outcome, Task, with_params_file
from csanalysis.ingest.inputs import input_bytes
from csanalysis.messages import Message, error_may_pass
from csanalysis.params import read_params
from csanalysis.params.as_of import as_of_given
from csanalysis.report.options import RunOptions

if TYPE_CHECKING:
    from csanalysis.fleet.stored import Stored

_ASKED = 16  # stores at a time, for the sizes of their exports


class Jobs(Sequence[Job]):
    """A job each, in the order given; each knows the names of the others, of those that are stored too.

    A job is put together when it is asked for: the names of all others, in each of three thousand jobs, are
    more than a machine should hold.
    """

    def __init__(
        self,
        params_files: Sequence[Path],
        output: Path,
        options: RunOptions,
        stored: "Stored | None" = None,
        task: Task = REPORT,
    ) -> None:
        self._files = list(params_files)
        url = stored.url if stored else None
        self._like = Job(Path(), output, options, url=url, task=task)
        self._identities = [_dealership(path) for path in params_files] if task.kind == "report" else []
        self._names = dict.fromkeys([*self._identities, *self._stored(stored)])

    def _stored(self, stored: "Stored | None") -> list[tuple[str, str] | None]:
        """Those that a report must not mention; of other tasks nothing but that the store can be used."""
        if stored and not self._identities:
            with stored.probe():
                return []
        return [*stored.known()] if stored else []

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, place: Any) -> Any:  # a job, or several
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        return replace(self._like, params_file=self._files[place], others=self._others(place))

    def __iter__(self) -> Iterator[Job]:
        return (self[place] for place in range(len(self)))

    def _others(self, place: int) -> tuple[tuple[str, str], ...]:
        if not self._identities:
            return ()
        return tuple(name for name in self._names if name and name != self._identities[place])


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


def run_here(job: Job, on_step: Callable[[str], None] = lambda step: None) -> Outcome:
    """Do the job in this process; whatever goes wrong is in the outcome, and on a page of its own."""
    from csanalysis.fleet.works import make

    lines: list[Message]
    failed: Exception
    try:
        with as_of_given(job.options.as_of):
            return make(job, on_step)
    except BusyError as error:  # the other run says how it ends
        return failure(job, error.problems, passing=True)
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
    passing = failed.passing if isinstance(failed, CsanalysisError) else error_may_pass(failed)
    lines, trace = _fit_to_say(lines, failed, job)
    return failure(job, lines, failed, trace=trace, passing=passing)


def failure(
    job: Job,
    lines: Sequence[Message],
    failed: BaseException | None = None,
    *,
    trace: str = "",
    passing: bool = False,
) -> Outcome:
    """The outcome of a job that came to nothing; with ``failed`` also told on a page beside the reports."""
    from csanalysis.fleet.works import leaves_a_page
    from csanalysis.report.failure import write_failure

    path, page = job.params_file, None
    if failed is not None and leaves_a_page(job):
        with suppress(OSError):  # a full disk has no room for the page either
            page = write_failure(path, job.output, failed, lines, what=job.task.kind)
    told = lines if job.task.kind == "verify" else [with_params_file(line, path) for line in lines]
    return Outcome(path, problems=tuple(told), trace=trace, page=page, kind=job.task.kind, passing=passing)


def _fit_to_say(lines: Sequence[Message], failed: Exception, job: Job) -> tuple[list[Message], str]:
    """The lines, and the traceback, without customers; after memory ran out nothing is read for that."""
    from csanalysis.report.contract.saying import fit_to_say

    trace = "".join(traceback.format_exception(failed))
    if isinstance(failed, MemoryError) or job.task.kind == "verify":
        return [*lines], trace
    with as_of_given(job.options.as_of):
        return fit_to_say(lines, trace, job.params_file, cache=job.output / ".cache")
