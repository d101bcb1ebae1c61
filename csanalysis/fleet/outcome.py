"""One dealership's run: what is asked of a worker, how it ended, and the run itself."""

import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from csanalysis.errors import BusyError, CsanalysisError, ParamsError
from csanalysis.fleet.job import Job, Outcome, with_params_file
from csanalysis.ingest.inputs import input_bytes
from csanalysis.messages import Message
from csanalysis.params import read_params
from csanalysis.params.as_of import as_of_given
from csanalysis.report.options import RunOptions

if TYPE_CHECKING:
    from csanalysis.fleet.stored import Stored

_ASKED = 16  # stores at a time, for the sizes of their exports


def jobs_of(
    params_files: Sequence[Path], output: Path, options: RunOptions, stored: "Stored | None" = None
) -> list[Job]:
    """A job each, in the order given; each knows the names of the others, of those that are stored too."""
    identities = {path: _dealership(path) for path in params_files}
    names = dict.fromkeys([*identities.values(), *(stored.known() if stored else ())])
    url = stored.url if stored else None
    return [
        Job(path, output, options, tuple(name for name in names if name and name != identities[path]), url)
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


def run_here(job: Job, on_step: Callable[[str], None] = lambda step: None) -> Outcome:
    """Make the report in this process; whatever goes wrong is in the outcome, and on a page of its own."""
    from csanalysis.report.changes.changes_file import line_of_changes
    from csanalysis.report.failure import write_failure
    from csanalysis.report.making import make_report

    path = job.params_file
    lines: list[Message]
    failed: Exception
    try:
        with as_of_given(job.options.as_of):
            made = make_report(path, job.output, job.options, others=job.others, on_step=on_step)
        if made.unchanged_since:
            return Outcome(path, made.place, unchanged=made.unchanged_since)
        return Outcome(path, made.place, changed=line_of_changes(made.place))
    except BusyError as error:  # the other run says how it ends
        return Outcome(path, problems=tuple(with_params_file(line, path) for line in error.problems))
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
    lines, trace = _fit_to_say(lines, failed, job)
    page = None
    with suppress(OSError):  # a full disk has no room for the page either
        page = write_failure(path, job.output, failed, lines)
    return Outcome(
        path, problems=tuple(with_params_file(line, path) for line in lines), trace=trace, page=page
    )


def _fit_to_say(lines: Sequence[Message], failed: Exception, job: Job) -> tuple[list[Message], str]:
    """The lines, and the traceback, without customers; after memory ran out nothing is read for that."""
    from csanalysis.report.contract.saying import fit_to_say

    trace = "".join(traceback.format_exception(failed))
    if isinstance(failed, MemoryError):
        return [*lines], trace
    with as_of_given(job.options.as_of):
        return fit_to_say(lines, trace, job.params_file, cache=job.output / ".cache")
