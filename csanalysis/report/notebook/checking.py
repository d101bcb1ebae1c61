"""What can be known to be wrong before any notebook is run."""

from pathlib import Path
from typing import Any

import nbformat

from csanalysis.errors import NotebookError, ParamsError
from csanalysis.ingest import check as check_exports
from csanalysis.params import Params, read_params
from csanalysis.report.notebook.execution import checked_parameters
from csanalysis.report.notebook.own import OwnChapter, gathered_chapters
from csanalysis.schema import nearest


def check(params_file: Path, *, cache: Path | None = None) -> dict[str, Any]:
    """What :func:`csanalysis.ingest.check` finds, and what is wrong with the dealership's own chapters."""
    summary = check_exports(params_file, cache=cache)
    try:
        problems = chapter_problems(read_params(params_file), params_file)
    except ParamsError:
        return summary  # it lists the problems of the params itself
    return {
        **summary,
        "problems": summary["problems"] + problems,
        "unusable": summary["unusable"] or bool(problems),
    }


def checked_chapters(params: Params, params_file: Path) -> tuple[OwnChapter, ...]:
    """The dealership's own chapters, ready to be run.

    Raises
    ------
    ParamsError
        One line for each problem.
    """
    if problems := chapter_problems(params, params_file):
        raise ParamsError([f"{params_file}: {line}" for line in problems])
    return gathered_chapters(params, params_file)[0]


def chapter_problems(params: Params, params_file: Path) -> list[str]:
    """One line for each thing that is wrong with an own chapter: its place, name, metrics or notebook."""
    chapters, problems = gathered_chapters(params, params_file)
    for chapter in chapters:
        if line := _unusable(chapter.notebook):
            problems.append(f"chapters: {chapter.written}: {line}")
    return problems


def _unusable(notebook: Path) -> str | None:
    """What keeps a notebook from being run as a chapter."""
    if not notebook.is_file():
        there = sorted(path.name for path in notebook.parent.glob("*.ipynb"))
        return f"no such file{nearest(notebook.name, there)}"
    try:
        nbformat.validate(nbformat.read(notebook, as_version=4))
        checked_parameters(notebook, {"params_file": "", "cache": "", "workspace": ""})
    except NotebookError as error:
        return str(error).removeprefix(f"{notebook.name}: ")
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError, AttributeError):
        return "is no notebook; make it in JupyterLab"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None
