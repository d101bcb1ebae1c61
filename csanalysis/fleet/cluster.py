"""Jobs on a Dask cluster: the same worker process for each, beside whichever Dask worker takes it.

All machines need this version of csanalysis, and see params, exports and the output folder under the same
paths, such as a network file system. Exports and output may lie in an object store instead
(:mod:`csanalysis.fleet.stored`); each machine then needs fsspec's package for it, and the credentials.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

import csanalysis
from csanalysis.addresses import is_address
from csanalysis.errors import ClusterError
from csanalysis.fleet.job import Job, OnStep, Outcome
from csanalysis.fleet.stored import Stored
from csanalysis.fleet.worker import Worker, cores, threads_each
from csanalysis.ingest.objects import explain_error, file_system
from csanalysis.messages import Message, edited, unwritable

_PATIENCE = 20  # seconds to wait for the scheduler's answer
RETURN = 120  # seconds in which a scheduler that was lost may come back
_idle: SimpleQueue[Worker] = SimpleQueue()  # of this process, which may be a Dask worker with many threads


class DaskEngine:
    """The workers of the cluster of ``scheduler`` (``tcp://host:8786``), as many at a time as it has threads.

    ``stored`` is where the reports lie, if in an object store; ``output`` is its working copy here. A worker
    that is lost is Dask's matter, which hands its job to another. A scheduler that is lost is waited for;
    its jobs end as something that may pass.

    Raises
    ------
    ClusterError
        The cluster cannot be reached, has no workers, or they cannot do the work; nothing was run.
    StoreError
        The object store cannot be written.
    """

    def __init__(self, scheduler: str, output: Path, stored: Stored | None = None) -> None:
        self._scheduler, self._output = scheduler, output
        self._topic = uuid4().hex[:12]
        self._told: dict[str, OnStep] = {}
        self._count, self._seen = 0, time.monotonic()
        self._held: dict[Any, tuple[Future[Outcome], Job]] = {}  # Dask forgets a job that nobody waits for
        self._client = _client(scheduler)
        try:
            if not self.room():
                raise ClusterError(_no_workers(scheduler))
            with stored.probe() if stored else _touched(output, self._topic) as probe:
                seen = stored.shown(output) if stored else str(output.resolve())
                _fit(self._client, scheduler, probe, seen)
        except BaseException:
            self._client.close()
            raise
        self._client.subscribe_topic(self._topic, self._hear)

    def room(self) -> int:
        """Two jobs a thread, so that none waits for the next; workers that come later count too."""
        if self._client.status != "running":
            self._reconnect()
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        threads = sum(worker["nthreads"] for worker in workers)
        if threads:
            self._seen = time.monotonic()
        elif time.monotonic() > self._seen + RETURN:
            raise ClusterError(_no_workers(self._scheduler))
        return 2 * threads

    def submit(self, job: Job, on_step: OnStep) -> "Future[Outcome]":
        """Begin a job on any worker; what is said of it comes back under the names that the user gave."""
        if self._client.status != "running":
            self._reconnect()
        self._count += 1
        name, sent = str(job.params_file), job.params_file.resolve()
        self._told[name] = on_step
        far = replace(job, params_file=sent, output=self._output.resolve())
        outer: Future[Outcome] = Future()
        inner = self._client.submit(
            work_on_worker,
            far.to_json(),
            name,
            self._topic,
            key=f"csanalysis-{job.task.name}-{job.params_file.stem}-{self._topic}-{self._count}",
            pure=False,
            retries=0,
        )

        def end(future: Any) -> None:
            with suppress(InvalidStateError):  # given up meanwhile
                outer.set_result(_outcome(future, job, sent, self._output))
            self._held.pop(inner, None)

        self._held[inner] = outer, job
        inner.add_done_callback(end)
        return outer

    def close(self) -> None:
        """Leave the cluster; what it was doing for this run is given up."""
        with suppress(Exception):  # a scheduler that is gone cannot be told
            self._client.cancel(list(self._held))
        with suppress(Exception):
            self._client.close(timeout=_PATIENCE)

    def _hear(self, event: Any) -> None:
        name, step = event[1]
        if told := self._told.get(name):
            told(name, step)

    def _reconnect(self) -> None:
        """Wait for the scheduler to come back; what it was doing it has forgotten, and is given up."""
        for outer, job in list(self._held.values()):
            with suppress(InvalidStateError):
                outer.set_result(_lost(job, Message("the scheduler is gone", "调度器不在了")))
        self._held.clear()
        until = time.monotonic() + RETURN
        while True:
            with suppress(Exception):
                self._client.close(timeout=1)
            try:
                self._client = _client(self._scheduler)
            except ClusterError:
                if time.monotonic() > until:
                    raise
                time.sleep(1)
                continue
            self._client.subscribe_topic(self._topic, self._hear)
            return


def _no_workers(scheduler: str) -> Message:
    return Message(
        "{scheduler}: has no workers; start some with: dask worker {scheduler}",
        "{scheduler}：没有 worker；请启动：dask worker {scheduler}",
        scheduler=scheduler,
    )


def work_on_worker(job: dict[str, Any], name: str, topic: str) -> dict[str, Any]:
    """What a Dask worker does with one job: hands it to a warm process beside it."""
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


def _client(scheduler: str) -> Any:
    from distributed import Client

    try:
        return Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            Message(
                "{scheduler}: no Dask scheduler answers there ({error})",
                "{scheduler}：没有 Dask 调度器应答（{error}）",
                scheduler=scheduler,
                error=error,
            )
        ) from error


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


def _outcome(future: Any, job: Job, sent: Path, output: Path) -> Outcome:
    """The outcome under the names that the user gave."""
    path = job.params_file
    try:
        answer = future.result()
        outcome, root = Outcome.from_json(path, answer), answer["output"]
    except Exception as error:  # a lost worker, or the cluster itself
        return _lost(job, error)

    def named(line: Message) -> Message:
        return edited(line, lambda said: said.replace(str(sent), str(path)).replace(root, str(output)))

    place, page = (found and _below(found, root, output) for found in (outcome.place, outcome.page))
    if job.task.kind == "verify":
        place = outcome.place and path
    problems, told, notes = (
        tuple(map(named, lines)) for lines in (outcome.problems, outcome.told, outcome.notes)
    )
    return replace(outcome, place=place, page=page, problems=problems, told=told, notes=notes)


def _lost(job: Job, error: object) -> Outcome:
    line = Message(
        "{path}: the cluster lost it: {error}",
        "{path}：集群丢失了这个任务：{error}",
        path=job.params_file,
        error=error,
    )
    return Outcome(job.params_file, problems=(line,), kind=job.task.kind, passing=True)


def _below(found: Path, root: str, output: Path) -> Path:
    return output / found.relative_to(root) if found.is_relative_to(root) else found
