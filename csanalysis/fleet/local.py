"""Dealerships on this machine: a few worker processes, one dealership at a time each."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

from csanalysis.fleet.job import Job, OnStep, Outcome
from csanalysis.fleet.outcome import jobs_of, longest_first
from csanalysis.fleet.worker import Worker, cores, threads_each
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
    if not params_files:
        return []
    count = min(jobs or cores(), len(params_files))
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
        futures = {place: pool.submit(run, asked[place]) for place in longest_first(asked)}
        return [futures[place].result() for place in range(len(asked))]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.close()
        pool.shutdown()
        sweep(output)
