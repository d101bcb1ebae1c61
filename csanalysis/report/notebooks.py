"""Find the chapter notebooks, check what is handed to them, and run them by papermill."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from pydantic import ValidationError

import csanalysis
from csanalysis.errors import NotebookError
from csanalysis.report import CHAPTERS
from csanalysis.report.session import ChapterParameters
from csanalysis.schema import nearest

DEADLINE_SECONDS = 600


def notebook_folder() -> Path:
    """The folder of the chapter notebooks: the checkout's, else ``notebooks/`` where the user stands."""
    checkout = Path(csanalysis.__file__).resolve().parents[1] / "notebooks"
    for folder in (checkout, Path.cwd() / "notebooks"):
        if (folder / f"{CHAPTERS[0]}.ipynb").is_file():
            return folder
    raise NotebookError(
        f"{checkout}: the chapter notebooks are not there; run csanalysis from a checkout of the project"
    )


def checked_parameters(notebook: Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, once their names and types fit both the model and the notebook's own cell.

    papermill warns of an unknown name and executes it as code, so nothing unchecked may reach it.
    """
    try:
        ChapterParameters.model_validate(dict(parameters))
    except ValidationError as error:
        detail = error.errors()[0]
        name = str(detail["loc"][0])
        if detail["type"] == "extra_forbidden":
            hint = nearest(name, ChapterParameters.model_fields)
            raise NotebookError(f"{notebook.name}: takes no parameter {name!r}{hint}") from None
        raise NotebookError(f"{notebook.name}: parameter {name}: {detail['msg']}") from None

    cells = [
        c for c in nbformat.read(notebook, as_version=4).cells if "parameters" in c.metadata.get("tags", [])
    ]
    if len(cells) != 1:
        raise NotebookError(
            f"{notebook.name}: has {len(cells)} cells tagged 'parameters'; tag exactly one code cell so"
        )
    declared = {line.split("=")[0].strip() for line in cells[0].source.splitlines() if "=" in line}
    unknown = sorted(set(parameters) - declared)
    if unknown:
        raise NotebookError(
            f"{notebook.name}: its parameters cell does not set {', '.join(unknown)}; add the line there"
        )
    return dict(parameters)


def execute(notebook: Path, executed: Path, parameters: Mapping[str, Any]) -> nbformat.NotebookNode:
    """Run one chapter; the executed notebook is written to ``executed`` even where it fails.

    Raises
    ------
    NotebookError
        A cell failed, the kernel died or the deadline passed: the cell's own last error line.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    checked = checked_parameters(notebook, parameters)
    try:
        return papermill.execute_notebook(
            str(notebook),
            str(executed),
            parameters=checked,
            kernel_name="python3",
            cwd=str(notebook.parent),
            progress_bar=False,
            request_save_on_cell_execute=True,  # so that a dead kernel leaves what it had done
            execution_timeout=DEADLINE_SECONDS,
            # A kernel writes to standard error that its loopback port is plain and that it was
            # interrupted to end; a cell that fails is told by the notebook itself.
            extra_arguments=["--log-level=CRITICAL"],
        )
    except PapermillExecutionError as error:
        raise NotebookError(
            f"{notebook.name}: cell {error.cell_index + 1} failed: {error.ename}: {error.evalue}"
        ) from error
    except DeadKernelError as error:
        raise NotebookError(f"{notebook.name}: its kernel died; is there memory enough?") from error
    except CellTimeoutError as error:
        raise NotebookError(f"{notebook.name}: a cell took over {DEADLINE_SECONDS} s") from error
