"""The near end of a worker process: send a job, hear its steps, get an outcome whatever happens."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import IO, Any

import csanalysis
from csanalysis.fleet.job import LIGHT, Job, OnStep, Outcome
from csanalysis.fleet.outcome import failure
from csanalysis.json_files import parsed_json
from csanalysis.messages import Message
from csanalysis.report.options import overdue

_GRACE = 30.0  # seconds that a worker has beyond the deadline to end a chapter by itself
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_TAIL = 4000  # characters of what a dead worker wrote to standard error


class Worker:
    """One worker process, started when first needed and again after it died.

    Parameters
    ----------
    threads : int
        Threads that may set its PDF, so that several workers do not fight for the cores. Sums are always
        made by one: with more, their last digits would hang on how many there are.
    """

    def __init__(self, threads: int = 1) -> None:
        self._threads = str(threads)
        self._full, self._hidden = False, tuple[str, ...]()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the worker
        self._overdue: Message | None = None

    def run(self, job: Job, on_step: OnStep) -> Outcome:
        """Do one job; a worker that dies or hangs is an outcome too."""
        if job.url is None:
            return self._run(job, on_step)
        from csanalysis.fleet.stored import Stored

        # Here and not in the worker: what reaches a store starts threads, and the worker forks.
        return Stored(job.url).made(job, lambda here: self._run(here, on_step))

    def _run(self, job: Job, on_step: OnStep) -> Outcome:
        self._overdue = None
        step = "start"
        process = self._running(job)
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(job.to_json()).encode() + b"\n")
            process.stdin.flush()
        except (OSError, ValueError):  # it is gone, or another thread closed it
            return self._dead(job, step, None)
        watch = self._watch(step, job)
        try:
            for line in _lines(process.stdout):
                message = parsed_json(line)
                if "outcome" in message:
                    return Outcome.from_json(job.params_file, message["outcome"])
                if "died" in message:
                    return self._dead(job, step, message["died"])
                watch.cancel()
                step = message["step"]
                watch = self._watch(step, job)
                on_step(str(job.params_file), step)
        finally:
            watch.cancel()
        return self._dead(job, step, None)

    def close(self) -> None:
        """End the process and all that it started, at once; another thread may be waiting for its answer."""
        self._kill()
        process, self._process = self._process, None
        if process is not None:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]  # both are pipes

    def _kill(self) -> None:
        if (process := self._process) is None:
            return
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()

    def _running(self, job: Job) -> "subprocess.Popen[bytes]":
        """The process, another one where it ended, sees what the job must not, or has imported too little."""
        full = job.task.kind not in LIGHT
        unfit = job.hide != self._hidden or (full and not self._full)
        if self._process is not None and (unfit or self._process.poll() is not None):
            self.close()
        if self._process is None:
            self._full, self._hidden = full, job.hide
            self._errors.seek(0)
            self._errors.truncate()
            limits = dict.fromkeys(_ONE_THREAD, "1") | {"RAYON_NUM_THREADS": self._threads}
            # The package of this process, wherever it was imported from.
            found = [str(Path(csanalysis.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
            seen = {name: value for name, value in os.environ.items() if name not in job.hide}
            self._process = subprocess.Popen(  # noqa: S603  # this program again, by a list
                [sys.executable, "-P", "-m", "csanalysis.fleet.serve", "full" if full else "light"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env={**seen, **limits, "PYTHONPATH": os.pathsep.join(filter(None, found))},
                start_new_session=True,  # Ctrl-C is for the parent, and the group can be killed whole
            )
        return self._process

    def _watch(self, step: str, job: Job) -> Timer:
        """Kill the worker if ``step`` does not end in time."""

        def kill() -> None:
            self._overdue = overdue(step, job.options.limits.deadline)
            self._kill()

        watch = Timer(job.options.limits.deadline + _GRACE, kill)
        watch.daemon = True
        watch.start()
        return watch

    def _dead(self, job: Job, step: str, status: int | None) -> Outcome:
        """What is known of a worker, or of its child, that came to no end of its own."""
        from csanalysis.report.notebook.forked import ending

        if status is None and (process := self._process) is not None:
            code = process.poll()
            status = -code if code is not None and code < 0 else None if code is None else code << 8
        how = ending(status) if status is not None else Message("it ended", "已经结束")
        self.close()  # also what the dead child may have left running
        self._errors.seek(0)
        said = self._errors.read().decode("utf-8", "replace")[-_TAIL:]
        problem = self._overdue or Message(
            "the process died at the step '{step}': {how}",
            "进程在“{step}”这一步中断：{how}",
            step=step,
            how=how,
        )
        return failure(job, [problem], ChildProcessError(problem), trace=said)


def _lines(pipe: IO[bytes]) -> Iterator[bytes]:
    """What a process says, until it ends or another thread closes it."""
    with suppress(ValueError):
        for line in pipe:  # noqa: UP028  # "yield from" would close the pipe with this generator
            yield line


def threads_each(jobs: int) -> int:
    """How many threads each of ``jobs`` workers may use on this machine."""
    return max(1, cores() // max(1, jobs))


def cores() -> int:
    """Cores that this process may use."""
    affinity: Any = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
