"""The jobs that are going on: done by the fleet's engine, and ended with it."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Lock

from csanalysis.errors import ClusterError, StoreError
from csanalysis.fleet import Outcome, Task
from csanalysis.fleet.driving import Engine, Retrying, drive
from csanalysis.fleet.job import Job, with_params_file
from csanalysis.fleet.local import LocalEngine
from csanalysis.fleet.networking import side_by_side
from csanalysis.messages import Message
from csanalysis.params.schedule import Work
from csanalysis.schedule.lines import task_of

PATIENT = Retrying(most=5)
"""A report that is just being made is waited for, for some ten minutes; so is a database that is away."""


class Runs:
    """Does jobs, so many at a time on this machine, or on the cluster of a Dask ``scheduler``.

    ``url`` is where all reports lie, if in an object store; a job's output is its working copy then.
    """

    def __init__(
        self,
        jobs: int = 2,
        scheduler: str | None = None,
        url: str | None = None,
        *,
        retrying: Retrying = PATIENT,
    ) -> None:
        self._jobs, self._scheduler, self._url, self._retrying = jobs, scheduler, url, retrying
        self._engine: Engine | None = None
        self._lock = Lock()
        self.ended = False

    def run(
        self,
        params_file: Path,
        output: Path,
        *,
        work: Work = "report",
        hide: Collection[str] = (),
        beside: Sequence[Path] = (),
    ) -> Outcome:
        """The outcome of one line of the schedule; the group's report is laid out over the stores ``beside``.

        ``hide`` names environment variables that the job does not see: it needs no mail password.
        """
        like = Job(params_file, output, url=self._url, hide=tuple(sorted(hide)))
        task = task_of(work, date.today())
        try:
            if work != "network":
                return self._done(replace(like, task=task))
            return side_by_side(beside, lambda paths, task: self._all(like, paths, task)).outcome
        except (ClusterError, StoreError) as error:
            return Outcome(params_file, problems=tuple(error.problems), kind=task.kind)

    def end(self) -> None:
        """End what is going on, by force; nothing is begun any more."""
        self.ended = True  # before the lock: whoever holds it may be waiting for a cluster
        with self._lock:
            engine = self._engine
        if engine is not None:
            engine.close()

    def _all(self, like: Job, paths: Sequence[Path], task: Task) -> list[Outcome]:
        jobs = [replace(like, params_file=path, task=task) for path in paths]
        ended = drive(
            jobs, range(len(jobs)), self._running(like.output), on_step=_nobody, retrying=self._retrying
        )
        return [ended[place] for place in range(len(jobs))]

    def _done(self, job: Job) -> Outcome:
        if self.ended:
            return _stopped(job)
        try:
            (outcome,) = self._all(job, [job.params_file], job.task)
        except RuntimeError:  # the engine was closed meanwhile
            return _stopped(job)
        return outcome

    def _running(self, output: Path) -> Engine:
        """The engine, begun when first needed: a cluster may come up after the service."""
        with self._lock:
            if self._engine is None:
                self._engine = self._begun(output)
            return self._engine

    def _begun(self, output: Path) -> Engine:
        if self._scheduler is None:
            return LocalEngine(self._jobs, resting=True)
        from csanalysis.fleet.cluster import DaskEngine
        from csanalysis.fleet.stored import Stored

        stored = Stored(self._url) if self._url else None
        tries = 0
        while True:
            try:
                return DaskEngine(self._scheduler, output, stored)
            except (ClusterError, StoreError):
                tries += 1
                if tries > self._retrying.most or self.ended:
                    raise
                _pause(self._retrying.pause(tries), lambda: self.ended)


def _pause(seconds: float, over: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not over():
        time.sleep(0.2)


def _stopped(job: Job) -> Outcome:
    line = with_params_file(Message("the service was stopped", "服务已停止"), job.params_file)
    return Outcome(job.params_file, problems=(line,), kind=job.task.kind)


def _nobody(path: str, step: str) -> None:
    pass


def drafts(output: Path, key: str) -> set[Path]:
    """Folders in which runs of a store are being written, or were when they were killed.

    Not those that keep a report while a newer one takes its place: there may be no other copy.
    """
    dealership, year = key.split("/")
    found = (output / dealership).glob(f".{year}-*")
    return {path for path in found if not path.name.startswith(f".{year}-old-")}
