"""Many dealerships: each in a process of its own; one that fails leaves the others whole."""

import multiprocessing
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread

from csanalysis.errors import CsanalysisError

Tell = Callable[[str, str], None]


@dataclass(frozen=True)
class Outcome:
    """How one dealership's run ended: ``place`` of its report, or ``problems`` and a traceback.

    ``changed`` says what changed since the last run, None after a first one.
    """

    params_file: Path
    place: Path | None = None
    problems: tuple[str, ...] = ()
    trace: str = ""
    changed: str | None = None

    @property
    def made(self) -> bool:
        """Whether there is a report."""
        return self.place is not None


def run_fleet(
    params_files: Sequence[Path], output: Path, *, jobs: int, tell: Tell = lambda dealership, step: None
) -> list[Outcome]:
    """Report every dealership, ``jobs`` at a time; outcomes come in the order given.

    ``tell`` hears ``(params file, step)`` as each step begins, and ``done`` or ``failed`` at the end.
    """
    # Spawned, not forked: the parent already runs a thread for the progress display.
    context = multiprocessing.get_context("spawn")
    outcomes: dict[Path, Outcome] = {}
    with context.Manager() as manager:
        steps: Queue[tuple[str, str] | None] = manager.Queue()
        listener = Thread(target=_listen, args=(steps, tell), daemon=True)
        listener.start()
        with ProcessPoolExecutor(
            max_workers=max(1, min(jobs, len(params_files))), mp_context=context
        ) as pool:
            running = {pool.submit(_run_one, path, output, steps): path for path in params_files}
            for future in as_completed(running):
                path = running[future]
                outcomes[path] = _outcome(path, future)
                tell(str(path), "done" if outcomes[path].made else "failed")
        steps.put(None)
        listener.join()
    return [outcomes[path] for path in params_files]


def _listen(steps: "Queue[tuple[str, str] | None]", tell: Tell) -> None:
    while (told := steps.get()) is not None:
        tell(*told)


def _run_one(params_file: Path, output: Path, steps: "Queue[tuple[str, str] | None]") -> Outcome:
    from csanalysis.report.build import build_report
    from csanalysis.report.changes import told
    from csanalysis.report.failure import write_failure

    try:
        place = build_report(params_file, output, tell=lambda step: steps.put((str(params_file), step)))
    except CsanalysisError as error:
        write_failure(params_file, output, error)
        lines = tuple(_named(line, params_file) for line in getattr(error, "problems", [str(error)]))
        return Outcome(params_file, problems=lines, trace=traceback.format_exc())
    except Exception as error:
        write_failure(params_file, output, error)
        line = f"{params_file}: {type(error).__name__}: {error}; this is a bug, --verbose shows where"
        return Outcome(params_file, problems=(line,), trace=traceback.format_exc())
    return Outcome(params_file, place, changed=told(place))


def _named(line: str, params_file: Path) -> str:
    return line if line.startswith(str(params_file)) else f"{params_file}: {line}"


def _outcome(path: Path, future: "Future[Outcome]") -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(
            path, problems=(f"{path}: the process died (out of memory?); run it again with --jobs 1",)
        )
