"""Dealerships on this machine: a few worker processes, one dealership at a time each."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

from csanalysis.fleet.beforehand import unchanged_outcome
from csanalysis.fleet.job import Job, OnStep, Outcome
from csanalysis.fleet.outcome import jobs_of, longest_first
from csanalysis.fleet.worker import Worker, cores, threads_each
from csanalysis.params.as_of import as_of_given
from csanalysis.report.files.sweeping import sweep
from csanalysis.report.options import USUAL, RunOptions

if TYPE_CHECKING:
    from csanalysis.fleet.stored import Stored


def run_fleet(
    params_files: Sequence[Path],
    output: Path,
    options: RunOptions = USUAL,
    *,
    jobs: int | None = None,
    on_step: OnStep = lambda dealership, step: None,
    stored: "Stored | None" = None,
) -> list[Outcome]:
    """Report every dealership, ``jobs`` at a time; outcomes come in the order given.

    Parameters
    ----------
    params_files : sequence of Path
        One a dealership.
    output : Path
        Folder of all reports and of the cache.
    options : RunOptions
        How each is to be made.
    jobs : int, optional
        Worker processes; as many as there are cores unless given.
    on_step : callable
        Hears ``(params file, step)`` as each step begins, and ``done`` or ``failed`` at the end.
    stored : Stored, optional
        Where the reports lie, if in an object store; ``output`` is its working copy.
    """
    ended = _unchanged(params_files, output, options, on_step) if stored is None else {}
    left = [place for place in range(len(params_files)) if place not in ended]
    if not left:
        sweep(output)
        return [ended[place] for place in range(len(params_files))]
    count = min(jobs or cores(), len(left))
    workers = [Worker(threads_each(count)) for _ in range(count)]
    idle: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)
    turn = Lock()

    def report_step(path: str, step: str) -> None:
        with turn:
            on_step(path, step)

    def run(job: Job) -> Outcome:
        worker = idle.get()
        try:
            outcome = worker.run(job, report_step)
        finally:
            idle.put(worker)
        report_step(str(job.params_file), "done" if outcome.made else "failed")
        return outcome

    pool = ThreadPoolExecutor(max_workers=count)
    try:
        asked = jobs_of(params_files, output, options, stored)
        order = longest_first([asked[place] for place in left])
        futures = {left[place]: pool.submit(run, asked[left[place]]) for place in order}
        return [ended.get(place) or futures[place].result() for place in range(len(asked))]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.close()
        pool.shutdown()
        sweep(output)


def _unchanged(
    params_files: Sequence[Path], output: Path, options: RunOptions, on_step: OnStep
) -> dict[int, Outcome]:
    """The outcomes of those that need no run, by their place."""
    ended = {}
    with as_of_given(options.as_of):
        for place, path in enumerate(params_files):
            if outcome := unchanged_outcome(path, output, options):
                ended[place] = outcome
                on_step(str(path), "read")
                on_step(str(path), "done")
    return ended
