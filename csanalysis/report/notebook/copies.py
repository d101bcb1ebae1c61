"""The program's notebooks copied out to be changed, and the folder of copies that a params file names."""

import shlex
from pathlib import Path

from csanalysis.errors import NotebookError
from csanalysis.messages import Message, placed
from csanalysis.params import Params
from csanalysis.report import CHAPTERS, PACKS
from csanalysis.report.notebook.cells import cells_of, notebook_folder

COPIED = (*CHAPTERS, *PACKS)
"""The notebooks that a store can change: all but the network's, which belongs to no store."""


def copy_out(folder: Path) -> list[Path]:
    """Copy the program's notebooks to ``folder``; returns those that were not there yet.

    Raises
    ------
    NotebookError
        Some are there and differ: they stay as they are, and what was missing is there now. Or the folder
        cannot be written.
    """
    copied, changed = [], []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            original, copy = notebook_folder() / f"{name}.ipynb", folder / f"{name}.ipynb"
            if not copy.exists():
                copy.write_bytes(original.read_bytes())
                copied.append(copy)
            elif copy.read_bytes() != original.read_bytes():
                changed.append(copy.name)
    except OSError as error:
        line = (
            "{path}: cannot be written ({why}); name another folder",
            "{path}：无法写入（{why}），请换一个文件夹",
        )
        raise NotebookError(Message(*line, path=error.filename or folder, why=error.strerror)) from None
    if changed:
        line = (
            "{folder}: not overwritten, for they were changed: {names}; "
            "delete what you want anew, or name another folder",
            "{folder}：{names} 已被改动，没有覆盖；想重新得到哪一个就先删除它，或换一个文件夹",
        )
        raise NotebookError(Message(*line, folder=folder, names=", ".join(changed)))
    return copied


def copies_folder(params: Params, params_file: Path) -> Path | None:
    """The folder that the params name under ``notebooks``, relative to their file; None where they do not."""
    return params_file.parent / params.notebooks if params.notebooks else None


def copying_command(folder: Path) -> str:
    """What copies the program's notebooks to ``folder``, as it is typed."""
    return f"csanalysis notebooks {shlex.quote(str(folder))}"


def folder_problem(params: Params, params_file: Path) -> str | None:
    """What is wrong with the folder of copies: it is not there, or does not hold every notebook."""
    folder = copies_folder(params, params_file)
    if folder is None:
        return None
    command = copying_command(folder)
    if not folder.is_dir():
        line = (
            "no such folder; copy the notebooks there: {command}",
            "没有这个文件夹；把笔记本复制过去：{command}",
        )
        return placed(str(folder), Message(*line, command=command))
    missing = [f"{name}.ipynb" for name in COPIED if not (folder / f"{name}.ipynb").is_file()]
    if len(missing) == len(COPIED):
        line = (
            "holds none of the program's notebooks; copy them there: {command}",
            "没有程序的任何笔记本；复制过去：{command}",
        )
    elif missing:
        line = (
            "has no {names}; copy what is missing: {command}",
            "缺少 {names}；补齐：{command}",
        )
    else:
        return None
    return placed(str(folder), Message(*line, names=", ".join(missing), command=command))


def changed_copies(params: Params, params_file: Path) -> dict[str, Path]:
    """The copies that say something else than the program's own, by the name of the chapter or pack.

    A copy that says the same is not among them: the program's own is run, and its result can be kept. A copy
    that cannot be read is among them, for it has to be mended.
    """
    folder = copies_folder(params, params_file)
    if folder is None:
        return {}
    copies = {name: folder / f"{name}.ipynb" for name in COPIED}
    return {name: path for name, path in copies.items() if path.is_file() and not _as_shipped(name, path)}


def _as_shipped(name: str, path: Path) -> bool:
    try:
        return cells_of(path) == cells_of(notebook_folder() / path.name)
    except (OSError, ValueError, KeyError, TypeError):
        return False
