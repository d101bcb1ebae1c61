"""papermill's engine ``forked``: a notebook runs in a child forked from this process, its imports done.

A kernel of its own takes seconds to start and to import what a report needs; a fork takes milliseconds. All
that a notebook does to its process (settings, environment, working directory, memory, its crash) ends with
the child.
"""

import os
import random
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any, NoReturn

import numpy as np
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import Engine, papermill_engines

from csanalysis.messages import Message
from csanalysis.report.notebook.kernel import Cells, language_info, run_cells
from csanalysis.report.notebook.received import Outputs

ENGINE = "forked"
_GLANCE = 0.2  # seconds between two looks at whether the child lives


def can_fork() -> bool:
    """Whether a fork is safe here: on Linux, from a process with one thread.

    On macOS system libraries may crash in a forked child; Windows has no fork.
    """
    return sys.platform == "linux" and threading.active_count() == 1


class ForkedEngine(Engine):  # type: ignore[misc]  # papermill has no types
    """Runs the cells of a notebook in a forked child, as papermill's own engine does in a kernel."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        deadline: float | None = None,
        memory: int | None = None,
        save_failed: str | None = None,
        **_: object,
    ) -> None:
        """Run the notebook of ``nb_man``.

        Parameters
        ----------
        nb_man : papermill.engines.NotebookExecutionManager
            Holds the notebook, and is told of each cell.
        kernel_name : str
            Not used: the child runs this process's own Python.
        deadline : float, optional
            Seconds after which the child is killed.
        memory : int, optional
            Bytes of memory that the child may hold.
        save_failed : str, optional
            Where to write what ran, should the child not come to its end.

        Raises
        ------
        CellTimeoutError
            The deadline passed.
        DeadKernelError
            The child died; how is in the message.
        """
        cells = nb_man.nb.cells
        outputs = Outputs()
        code = [
            (place, cell)
            for place, cell in enumerate(cells)
            if cell.cell_type == "code"
            and cell.source.strip()
            and "skip-execution" not in cell.metadata.get("tags", [])
        ]
        try:
            for what, *message in _sent_by_child(code, deadline, memory):
                if what == "start":
                    cell = cells[message[0]]
                    cell.outputs = outputs.of_next_cell()
                    nb_man.cell_start(cell, message[0])
                elif what == "end":
                    place, count, failed = message
                    cells[place].execution_count = count
                    if failed:
                        nb_man.cell_exception(cells[place], cell_index=place)
                    nb_man.cell_complete(cells[place], cell_index=place)
                else:
                    getattr(outputs, what)(*message)
        except (DeadKernelError, CellTimeoutError):
            nb_man.output_path = nb_man.output_path or save_failed
            raise
        nb_man.nb.metadata["language_info"] = language_info()


papermill_engines.register(ENGINE, ForkedEngine)


def ending(status: int) -> Message:
    """How a process ended, from what ``os.waitpid`` says of it."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in {*signal.Signals} else str(number)
        likely = Message(" (the system does that when memory runs out)", "（系统在内存用完时会这样做）")
        return Message(
            "it was killed by {name}{likely}",
            "被 {name} 终止{likely}",
            name=name,
            likely=likely if number == signal.SIGKILL else "",
        )
    return Message(
        "it ended itself with exit code {code}", "自己以退出码 {code} 结束", code=os.WEXITSTATUS(status)
    )


def _sent_by_child(code: Cells, deadline: float | None, memory: int | None) -> Iterator[tuple[Any, ...]]:
    """Fork, run ``code`` in the child, and pass on what it tells until it is done."""
    with _child(code, memory) as (pid, messages):
        until = monotonic() + deadline if deadline else None
        while True:
            left = until - monotonic() if until else _GLANCE
            if left <= 0:
                raise CellTimeoutError(f"it took over {deadline:g} s")
            # A process that the notebook started may hold the pipe open after the child is gone.
            ended = None
            if not messages.poll(min(left, _GLANCE)):
                ended = _ended(pid)
                if ended is None or messages.poll():
                    continue
            try:
                message = messages.recv() if ended is None else None
            except EOFError:
                message = None
            if message is None:
                status = ended[0] if ended else os.waitpid(pid, 0)[1]
                raise DeadKernelError(ending(status))
            if message[0] == "done":
                return
            if message[0] == "broken":
                raise DeadKernelError(message[1])
            yield message


def _ended(pid: int) -> tuple[int] | None:
    """The status of a child that has ended."""
    gone, status = os.waitpid(pid, os.WNOHANG)
    return (status,) if gone else None


@contextmanager
def _child(code: Cells, memory: int | None) -> Iterator[tuple[int, Connection]]:
    """A forked child that runs ``code``; it does not outlive the block."""
    messages, sender = Pipe(duplex=False)
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        messages.close()
        _run(code, sender, memory)
    sender.close()
    try:
        yield pid, messages
    finally:
        messages.close()
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _run(code: Cells, sender: Connection, memory: int | None) -> NoReturn:
    """The child's whole life."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        random.seed()
        np.random.seed()
        if memory:
            cap_memory(memory)
        run_cells(code, lambda *message: sender.send(message))
        sender.send(("done",))
        status = 0
    except BaseException:
        with suppress(OSError):
            sender.send(("broken", traceback.format_exc()))
    finally:
        os._exit(status)


def cap_memory(memory: int) -> None:
    """Let this process and its children hold ``memory`` bytes; beyond that they meet MemoryError."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
