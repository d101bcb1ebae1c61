"""Jobs on this machine: a few worker processes, one job at a time each."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock

from csanalysis.fleet.job import Job, OnStep, Outcome
from csanalysis.fleet.worker import Worker, threads_each


class LocalEngine:
    """``count`` worker processes, started when first needed.

    With ``resting`` a worker's process ends when nothing else is going on: a service that waits for days
    should not keep what it needs for minutes.
    """

    def __init__(self, count: int, *, resting: bool = False) -> None:
        self._workers = [Worker(threads_each(count)) for _ in range(count)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._turn, self._going, self._resting = Lock(), 0, resting
        self._pool = ThreadPoolExecutor(max_workers=count, thread_name_prefix="fleet")

    def room(self) -> int:
        """One job a worker."""
        return len(self._workers)

    def submit(self, job: Job, on_step: OnStep) -> "Future[Outcome]":
        """Begin a job as soon as a worker is free; steps are told one at a time."""

        def told(path: str, step: str) -> None:
            with self._turn:
                on_step(path, step)

        return self._pool.submit(self._run, job, told)

    def _run(self, job: Job, on_step: OnStep) -> Outcome:
        worker = self._idle.get()
        with self._turn:
            self._going += 1
        try:
            return worker.run(job, on_step)
        finally:
            with self._turn:
                self._going -= 1
                rest = self._resting and not self._going
            if rest:
                with suppress(OSError):
                    worker.close()
            self._idle.put(worker)

    def close(self) -> None:
        """End every worker and all that it started."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.close()
        self._pool.shutdown()
