"""Jobs driven through an engine: a few more than it has hands, and again what may pass."""

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Protocol

from csanalysis.errors import ClusterError
from csanalysis.fleet.job import Job, OnStep, Outcome, with_params_file
from csanalysis.fleet.run_table import RunTable, State

_LOOK = 5.0  # seconds after which it is asked again how many hands there are


class Engine(Protocol):
    """What does jobs: processes beside this one, or the workers of a cluster."""

    def room(self) -> int:
        """How many jobs it should have at once."""

    def submit(self, job: Job, on_step: OnStep) -> "Future[Outcome]":
        """Begin a job.

        Raises
        ------
        ClusterError
            It is gone for good; no other job can be begun.
        """

    def close(self) -> None:
        """End what it is doing, at once."""


@dataclass(frozen=True)
class Retrying:
    """``most`` further attempts, ``first`` seconds after the first failure, then four times as long each."""

    most: int = 2
    first: float = 2.0
    longest: float = 300.0

    def pause(self, tries: int) -> float:
        """Seconds to wait after so many attempts."""
        return float(min(self.first * 4 ** (tries - 1), self.longest))


def drive(
    jobs: Sequence[Job],
    order: Sequence[int],
    engine: Engine,
    *,
    on_step: OnStep,
    table: RunTable | None = None,
    retrying: Retrying,
) -> dict[int, Outcome]:
    """Do the jobs whose places ``order`` gives, in that order; their outcomes by place.

    A job waits for another attempt without holding up the others. If the engine is lost for good, what is
    left stays waiting on the table, and its outcome says why.
    """
    waiting, later = deque(order), list[tuple[float, int]]()
    going: dict[Future[Outcome], int] = {}
    tries = dict.fromkeys(order, 0)
    ended: dict[int, Outcome] = {}

    def note(place: int, outcome: Outcome | None) -> None:
        state: State = "running" if outcome is None else "done" if outcome.made else "failed"
        if table is not None:
            table.note(jobs[place].params_file, state, tries[place], outcome)

    try:
        while waiting or later or going:
            while later and later[0][0] <= time.monotonic():
                waiting.appendleft(heappop(later)[1])
            while waiting and len(going) < engine.room():
                place = waiting.popleft()
                tries[place] += 1
                note(place, None)
                going[engine.submit(jobs[place], on_step)] = place
            if not going:
                time.sleep(max(0.0, min(later[0][0] - time.monotonic(), _LOOK)) if later else 0.1)
                continue
            pause = min(later[0][0] - time.monotonic(), _LOOK) if later else _LOOK
            for future in wait(going, max(0.0, pause), FIRST_COMPLETED).done:
                place, outcome = going.pop(future), future.result()
                note(place, outcome)
                if outcome.passing and not outcome.made and tries[place] <= retrying.most:
                    heappush(later, (time.monotonic() + retrying.pause(tries[place]), place))
                    on_step(str(outcome.params_file), "again")
                    continue
                ended[place] = outcome
                on_step(str(outcome.params_file), "done" if outcome.made else "failed")
    except ClusterError as error:
        for place in set(order) - ended.keys():
            path = jobs[place].params_file
            problems = tuple(with_params_file(line, path) for line in error.problems)
            ended[place] = Outcome(path, problems=problems, kind=jobs[place].task.kind)
            if table is not None:
                table.note(path, "waiting", tries[place], ended[place])
            on_step(str(path), "failed")
    return ended
