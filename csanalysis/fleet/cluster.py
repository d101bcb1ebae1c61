"""Dealerships on a Dask cluster: the same worker process for each, beside whichever Dask worker takes it.

All machines need this version of csanalysis, and see params, exports and the output folder under the same
paths, such as a network file system. Exports and output may lie in an object store instead
(:mod:`csanalysis.fleet.stored`); each machine then needs fsspec's package for it, and the credentials.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

import csanalysis
from csanalysis.addresses import is_address
from csanalysis.errors import ClusterError
from csanalysis.fleet.job import Job, OnStep, Outcome
from csanalysis.fleet.outcome import jobs_of, longest_first
from csanalysis.fleet.stored import Stored
from csanalysis.fleet.worker import Worker, cores, threads_each
from csanalysis.ingest.objects import explain_error, file_system
from csanalysis.messages import Message, edited, unwritable
from csanalysis.report.files.sweeping import sweep
from csanalysis.report.options import USUAL, RunOptions

_PATIENCE = 20  # seconds to wait for the scheduler's answer
_idle: SimpleQueue[Worker] = SimpleQueue()  # of this process, which may be a Dask worker with many threads


def run_on_cluster(
    params_files: Sequence[Path],
    output: Path,
    options: RunOptions = USUAL,
    *,
    scheduler: str,
    on_step: OnStep = lambda dealership, step: None,
    stored: Stored | None = None,
) -> list[Outcome]:
    """Report every dealership on the cluster of ``scheduler`` (``tcp://host:8786``), as many at a time as it
    has threads; outcomes come in the order given, and the files are those of
    :func:`csanalysis.fleet.run_fleet`. ``stored`` is where the reports lie, if in an object store; ``output``
    is its working copy here.

    Raises
    ------
    ClusterError
        The cluster cannot be reached, has no workers, or they cannot do the work; nothing was run.
    StoreError
        The object store cannot be written.
    """
    from distributed import as_completed

    here, output = {path: path.resolve() for path in params_files}, Path(output)
    whole = [here[path] for path in params_files]
    jobs = jobs_of(whole, output.resolve(), options, stored)
    run = uuid4().hex[:12]
    with _client(scheduler) as client:
        if not client.scheduler_info()["workers"]:
            raise ClusterError(
                Message(
                    "{scheduler}: has no workers; start some with: dask worker {scheduler}",
                    "{scheduler}：没有 worker；请启动：dask worker {scheduler}",
                    scheduler=scheduler,
                )
            )
        with stored.probe() if stored else _touched(output, run) as probe:
            _fit(client, scheduler, probe, stored.shown(output) if stored else str(output.resolve()))
        client.subscribe_topic(run, lambda event: on_step(*event[1]))
        futures = {
            client.submit(
                report_on_worker,
                jobs[place].to_json(),
                str(params_files[place]),
                run,
                key=f"csanalysis-{params_files[place].stem}-{run}-{place}",
                pure=False,
                retries=0,
            ): params_files[place]
            for place in longest_first(jobs)
        }
        outcomes: dict[Path, Outcome] = {}
        for future in as_completed(list(futures), loop=client.loop):
            path = futures[future]
            outcomes[path] = _outcome(future, path, here[path], output)
            on_step(str(path), "done" if outcomes[path].made else "failed")
        client.unsubscribe_topic(run)
    sweep(output)
    return [outcomes[path] for path in params_files]


def report_on_worker(job: dict[str, Any], name: str, topic: str) -> dict[str, Any]:
    """What a Dask worker does with one dealership: hands it to a warm process beside it."""
    from distributed import get_worker

    dask, asked = get_worker(), Job.from_json(job)
    try:
        worker = _idle.get_nowait()
    except Empty:
        worker = Worker(threads_each(min(dask.state.nthreads, cores())))
    try:
        outcome = worker.run(asked, lambda _, step: dask.log_event(topic, (name, step)))
    finally:
        _idle.put(worker)
    output = Stored(asked.url).folder if asked.url else asked.output
    return outcome.to_json() | {"output": str(output)}


@contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    from distributed import Client

    try:
        client = Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            Message(
                "{scheduler}: no Dask scheduler answers there ({error})",
                "{scheduler}：没有 Dask 调度器应答（{error}）",
                scheduler=scheduler,
                error=error,
            )
        ) from error
    with client:
        yield client


@contextmanager
def _touched(output: Path, run: str) -> Iterator[str]:
    """A file in the output folder while the block runs, for the workers to see."""
    probe = output.resolve() / f".seen-{run}"
    try:
        output.mkdir(parents=True, exist_ok=True)
        probe.touch()
    except OSError as error:
        raise ClusterError(unwritable(output, error)) from error
    try:
        yield str(probe)
    finally:
        probe.unlink()


def _fit(client: Any, scheduler: str, probe: str, output: str) -> None:
    """Refuse a cluster whose workers would fail one by one; ``probe`` lies in the output."""
    try:
        fits = client.run(_fits, probe)
    except Exception as error:
        raise ClusterError(
            Message(
                "{scheduler}: its workers cannot run csanalysis ({error})",
                "{scheduler}：worker 无法运行 csanalysis（{error}）",
                scheduler=scheduler,
                error=error,
            )
        ) from error
    for worker, (version, blind) in sorted(fits.items()):
        if version != csanalysis.__version__:
            raise ClusterError(
                Message(
                    "{worker}: has csanalysis {version}, not {ours}",
                    "{worker}：装的是 csanalysis {version}，而不是 {ours}",
                    worker=worker,
                    version=version,
                    ours=csanalysis.__version__,
                )
            )
        if blind is not None:
            raise ClusterError(
                Message(
                    "{worker}: does not see {output}{why}; choose a shared --output",
                    "{worker}：看不到 {output}{why}；请用 --output 选一个共享的位置",
                    worker=worker,
                    output=output,
                    why=blind,
                )
            )


def _fits(probe: str) -> tuple[str, Message | None]:
    """The version here, and why the probe is not seen; None where it is."""
    if not is_address(probe):
        return csanalysis.__version__, None if Path(probe).is_file() else Message("", "")
    try:
        files, path = file_system(probe)
        files.info(path)
    except Exception as error:  # each store's library has errors of its own
        return csanalysis.__version__, Message(", which {why}", "（原因：{why}）", why=explain_error(error))
    return csanalysis.__version__, None


def _outcome(future: Any, path: Path, sent: Path, output: Path) -> Outcome:
    """The outcome under the names that the user gave."""
    try:
        answer = future.result()
        outcome, root = Outcome.from_json(path, answer), answer["output"]
    except Exception as error:  # a lost worker, or the cluster itself
        lost = Message(
            "{path}: the cluster lost it: {error}",
            "{path}：集群丢失了这个任务：{error}",
            path=path,
            error=error,
        )
        return Outcome(path, problems=(lost,))
    problems = tuple(
        edited(line, lambda said: said.replace(str(sent), str(path))) for line in outcome.problems
    )
    place, page = (found and output / found.relative_to(root) for found in (outcome.place, outcome.page))
    return replace(outcome, params_file=path, place=place, page=page, problems=problems)
