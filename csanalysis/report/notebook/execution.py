"""Find the chapter notebooks, check what is handed to them, and run them by papermill."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from pydantic import BaseModel

from csanalysis.errors import NotebookError
from csanalysis.messages import Message
from csanalysis.report.notebook.parameters import ChapterParameters, checked_parameters
from csanalysis.report.options import NO_HURRY, TRY, Limits, overdue

KERNELS = "CSANALYSIS_KERNELS"
"""Environment variable: ``fresh`` runs each notebook in a kernel of its own, ``forked`` in a forked child."""


def execute(
    notebook: Path,
    executed: Path,
    parameters: Mapping[str, Any],
    *,
    limits: Limits = NO_HURRY,
    model: type[BaseModel] = ChapterParameters,
) -> nbformat.NotebookNode:
    """Run one notebook, whose parameters are those of ``model``; what ran is kept in ``executed``.

    It runs in a child forked from this process where that is safe, else in a kernel of its own; the outputs
    are the same.

    Raises
    ------
    NotebookError
        A cell failed, the kernel died or the deadline passed: the cell's own last error line.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    checked = checked_parameters(notebook, parameters, model)
    nbformat.write(_told(notebook), executed)
    try:
        return papermill.execute_notebook(
            str(executed),
            str(executed),
            parameters=checked,
            cwd=str(notebook.parent),
            progress_bar=False,
            language="python",  # a notebook may lack the kernel that it was written in; there is one alone
            **_engine(executed, limits),
        )
    except PapermillExecutionError as error:
        raise NotebookError(
            Message(
                "{notebook}: cell {cell} failed: {error}{hint}",
                "{notebook}：第 {cell} 格出错：{error}{hint}",
                notebook=notebook.name,
                cell=error.cell_index + 1,
                error=f"{error.ename}: {error.evalue}",
                hint=limits.memory_hint if error.ename.endswith("MemoryError") else "",
            )
        ) from error
    except DeadKernelError as error:
        how = error.args[0]
        if not isinstance(how, Message):
            how = (str(error).splitlines() or [""])[-1]
        line = "{notebook}: its kernel died: {how}", "{notebook}：内核中断：{how}"
        raise NotebookError(Message(*line, notebook=notebook.name, how=how)) from error
    except CellTimeoutError as error:
        raise NotebookError(overdue(notebook.name, limits.deadline)) from error


def _told(notebook: Path) -> nbformat.NotebookNode:
    """A notebook without the cells that are there to try things out."""
    book = nbformat.read(notebook, as_version=4)
    book.cells = [cell for cell in book.cells if TRY not in cell.metadata.get("tags", [])]
    return book


def forking() -> bool:
    """Whether notebooks run in children forked from this process, and not in kernels of their own."""
    from csanalysis.report.notebook import forked

    return os.environ.get(KERNELS, "forked" if forked.can_fork() else "fresh") == "forked"


def _engine(executed: Path, limits: Limits) -> dict[str, Any]:
    """What papermill is to run the notebook with."""
    from csanalysis.report.notebook import forked

    if forking():
        return {
            "engine_name": forked.ENGINE,
            "kernel_name": "python3",
            "deadline": limits.deadline,
            "memory": limits.memory,
            "request_save_on_cell_execute": False,  # the engine saves what ran if its child dies
            "save_failed": str(executed),
        }
    return {
        "kernel_name": "python3",
        "request_save_on_cell_execute": True,  # so that a dead kernel leaves what it had done
        "execution_timeout": limits.deadline,
        # A kernel writes to standard error that its loopback port is plain and that it was
        # interrupted to end; a cell that fails is told by the notebook itself.
        "extra_arguments": ["--log-level=CRITICAL"],
    }
