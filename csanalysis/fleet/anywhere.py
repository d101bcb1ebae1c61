"""A job for each of many stores, on this machine or on the workers of a Dask cluster."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from csanalysis.fleet.beforehand import unchanged_outcome
from csanalysis.fleet.driving import Engine, Retrying, drive
from csanalysis.fleet.job import REPORT, OnStep, Outcome, Task
from csanalysis.fleet.local import LocalEngine
from csanalysis.fleet.outcome import Jobs, longest_first
from csanalysis.fleet.run_table import RunTable
from csanalysis.fleet.worker import cores
from csanalysis.params.as_of import as_of_given
from csanalysis.report.files.sweeping import sweep
from csanalysis.report.options import USUAL, RunOptions

if TYPE_CHECKING:
    from csanalysis.fleet.stored import Stored

PATIENT = Retrying()


def run_fleet(
    params_files: Sequence[Path],
    output: Path,
    options: RunOptions = USUAL,
    *,
    task: Task = REPORT,
    jobs: int | None = None,
    scheduler: str | None = None,
    on_step: OnStep = lambda dealership, step: None,
    stored: "Stored | None" = None,
    resume: bool = False,
    retrying: Retrying = PATIENT,
) -> list[Outcome]:
    """Do one task for every dealership, ``jobs`` at a time; outcomes come in the order given.

    Parameters
    ----------
    params_files : sequence of Path
        One a dealership; for proofs the folders of the reports.
    output : Path
        Folder of all reports and of the cache.
    options : RunOptions
        How each is to be made.
    task : Task
        What is to be made: each one's report unless told otherwise.
    jobs : int, optional
        Worker processes; as many as there are cores unless given.
    scheduler : str, optional
        A Dask scheduler (``tcp://host:8786``) whose workers do the jobs instead.
    on_step : callable
        Hears ``(params file, step)`` as each step begins, and ``done`` or ``failed`` at the end.
    stored : Stored, optional
        Where the reports lie, if in an object store; ``output`` is its working copy.
    resume : bool
        Take from the run before what is done, and do what is not.
    retrying : Retrying
        How often, and after how long, what may pass is tried again.

    Raises
    ------
    ClusterError, StoreError
        The cluster or the object store cannot be used; nothing was run.
    ReportError
        The run before cannot be resumed.
    """
    output = Path(output)
    table = RunTable(output, task) if task.kind not in ("group", "verify") else None
    ended = dict[int, Outcome]()
    if table is not None:
        done = table.begin(params_files, resume=resume)
        ended = {place: done[path] for place, path in enumerate(params_files) if path in done}
        for path in done:
            on_step(str(path), "done")
    if scheduler is None and stored is None and task.kind == "report":
        ended |= _unchanged(params_files, output, options, on_step, table, ended)
    left = [place for place in range(len(params_files)) if place not in ended]
    if left:
        asked = Jobs(params_files, output, options, stored, task)
        order = [left[place] for place in longest_first([asked[place] for place in left])]
        with _engine(min(jobs or cores(), len(left)), output, scheduler, stored) as engine:
            ended |= drive(asked, order, engine, on_step=on_step, table=table, retrying=retrying)
    if task.kind != "verify":
        sweep(output)
    outcomes = [ended[place] for place in range(len(params_files))]
    if table is not None and table.problem and outcomes:
        outcomes[-1] = replace(outcomes[-1], notes=(*outcomes[-1].notes, table.problem))
    return outcomes


@contextmanager
def _engine(count: int, output: Path, scheduler: str | None, stored: "Stored | None") -> Iterator[Engine]:
    if scheduler is None:
        engine: Engine = LocalEngine(count)
    else:
        from csanalysis.fleet.cluster import DaskEngine

        engine = DaskEngine(scheduler, output, stored)
    try:
        yield engine
    finally:
        engine.close()


def _unchanged(
    params_files: Sequence[Path],
    output: Path,
    options: RunOptions,
    on_step: OnStep,
    table: RunTable | None,
    known: dict[int, Outcome],
) -> dict[int, Outcome]:
    """The outcomes of those that need no run, by their place."""
    ended = {}
    with as_of_given(options.as_of):
        for place, path in enumerate(params_files):
            if place not in known and (outcome := unchanged_outcome(path, output, options)):
                ended[place] = outcome
                if table is not None:
                    table.note(path, "done", 0, outcome)
                on_step(str(path), "read")
                on_step(str(path), "done")
    return ended
