"""Find the chapter notebooks, check what is handed to them, and run them by papermill."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from pydantic import BaseModel, ValidationError

from csanalysis.errors import NotebookError
from csanalysis.messages import Message, joined
from csanalysis.report.notebook.session import ChapterParameters
from csanalysis.report.options import NO_HURRY, Limits, overdue
from csanalysis.schema import nearest

KERNELS = "CSANALYSIS_KERNELS"
"""Environment variable: ``fresh`` runs each notebook in a kernel of its own, ``forked`` in a forked child."""


def checked_parameters(
    notebook: Path, parameters: Mapping[str, Any], model: type[BaseModel] = ChapterParameters
) -> dict[str, Any]:
    """The parameters, once their names and types fit both ``model`` and the notebook's own cell.

    papermill warns of an unknown name and executes it as code, so nothing unchecked may reach it.
    """
    try:
        model.model_validate(dict(parameters))
    except ValidationError as error:
        detail = error.errors()[0]
        name = str(detail["loc"][0])
        if detail["type"] == "extra_forbidden":
            hint = nearest(name, model.model_fields)
            raise NotebookError(
                Message(
                    "{notebook}: takes no parameter {name!r}{hint}",
                    "{notebook}：没有参数“{name}”{hint}",
                    notebook=notebook.name,
                    name=name,
                    hint=hint,
                )
            ) from None
        raise NotebookError(
            Message(
                "{notebook}: parameter {name}: {why}",
                "{notebook}：参数 {name} 的值不对（{why}）",
                notebook=notebook.name,
                name=name,
                why=detail["msg"],
            )
        ) from None

    cells = [
        c for c in nbformat.read(notebook, as_version=4).cells if "parameters" in c.metadata.get("tags", [])
    ]
    if len(cells) != 1:
        raise NotebookError(
            Message(
                "{notebook}: has {count} cells tagged 'parameters'; tag exactly one code cell so",
                "{notebook}：有 {count} 个标为“parameters”的单元格；请只标一个代码单元格",
                notebook=notebook.name,
                count=len(cells),
            )
        )
    declared = {line.split("=")[0].strip() for line in cells[0].source.splitlines() if "=" in line}
    unknown = sorted(set(parameters) - declared)
    if unknown:
        raise NotebookError(
            Message(
                "{notebook}: its parameters cell does not set {unknown}; add the line there",
                "{notebook}：参数单元格没有设置 {unknown}；请补上这一行",
                notebook=notebook.name,
                unknown=joined(unknown),
            )
        )
    return dict(parameters)


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
    try:
        return papermill.execute_notebook(
            str(notebook),
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
