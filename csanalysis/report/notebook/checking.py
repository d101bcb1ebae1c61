"""What can be known to be wrong before any notebook is run."""

from pathlib import Path
from typing import TYPE_CHECKING

from csanalysis.errors import NotebookError, ParamsError
from csanalysis.messages import Message, edited, placed
from csanalysis.params import Params
from csanalysis.report.look import look_problems
from csanalysis.report.notebook.copies import changed_copies, copying_command, folder_problem
from csanalysis.report.notebook.notes import note_problems
from csanalysis.schema import nearest

if TYPE_CHECKING:
    from csanalysis.report.notebook.own import OwnChapter


_UNTRUSTED = (
    "these notebooks are code that a run executes; look at them, then write 'chapters_trusted: true', or run "
    "with --trust-chapters",
    "这些 notebook 是运行时会执行的代码；请先查看，确认可信后写“chapters_trusted: true”，或运行时加 "
    "--trust-chapters",
)
_UNTRUSTED_COPIES = (
    "{names}: not what the program's own says, so code that a run executes; look at it, then write "
    "'chapters_trusted: true', or run with --trust-chapters; to have the program's own again, delete it and "
    "call: {command}",
    "{names} 与程序自带的不同，是运行时会执行的代码；请先查看，确认可信后写“chapters_trusted: true”，或运行时"
    "加 --trust-chapters；要恢复程序自带的，先删除它再运行：{command}",
)


def checked_chapters(params: Params, params_file: Path, *, trusted: bool = False) -> "tuple[OwnChapter, ...]":
    """The dealership's own chapters, ready to be run; ``trusted`` allows them whatever the params say.

    Raises
    ------
    ParamsError
        One line for each problem.
    """
    from csanalysis.report.notebook.own import gathered_chapters

    if problems := chapter_problems(params, params_file, trusted=trusted):
        raise ParamsError([placed(params_file, line) for line in problems])
    return gathered_chapters(params, params_file)[0]


def checked_copies(params: Params, params_file: Path, *, trusted: bool = False) -> dict[str, Path]:
    """The program's notebooks that the dealership has changed, ready to be run, by their names.

    ``trusted`` allows them whatever the params say.

    Raises
    ------
    ParamsError
        One line for each problem.
    """
    problems = _copy_problems(params, params_file, trusted=trusted) + look_problems(params, params_file)
    if problems:
        raise ParamsError([placed(params_file, line) for line in problems])
    return changed_copies(params, params_file)


def chapter_problems(params: Params, params_file: Path, *, trusted: bool = False) -> list[Message]:
    """One line for each thing that is wrong with the dealership's notebooks.

    That is the place, name, metrics or notebook of an own chapter, the folder of changed notebooks, that
    nobody has said to trust either, the files that give the report its look, and the comments on its
    sections.
    """
    own = _copy_problems(params, params_file, trusted=trusted) + _own_problems(params, params_file)
    if params.chapters and not (trusted or params.chapters_trusted):
        own.append(placed("chapters", Message(*_UNTRUSTED)))
    return own + look_problems(params, params_file) + note_problems(params, params_file)


def _copy_problems(params: Params, params_file: Path, *, trusted: bool) -> list[Message]:
    if line := folder_problem(params, params_file):
        return [placed("notebooks", line)]
    checked = {path: _unusable(path) for path in changed_copies(params, params_file).values()}
    problems = [placed(path, line) for path, line in checked.items() if line]
    changed = [path for path, line in checked.items() if not line]
    if changed and not (trusted or params.chapters_trusted):
        names, command = ", ".join(path.name for path in changed), copying_command(changed[0].parent)
        problems.append(placed(changed[0].parent, Message(*_UNTRUSTED_COPIES, names=names, command=command)))
    return [placed("notebooks", line) for line in problems]


def _own_problems(params: Params, params_file: Path) -> list[Message]:
    if not params.chapters:
        return []
    from csanalysis.report.notebook.own import about_chapter, gathered_chapters

    chapters, problems = gathered_chapters(params, params_file)
    for chapter in chapters:
        if line := _unusable(chapter.notebook):
            problems.append(about_chapter(chapter.written, line))
    return problems


def _unusable(notebook: Path) -> Message | None:
    """What keeps a notebook from being run as a chapter."""
    import nbformat

    from csanalysis.report.notebook.parameters import checked_parameters

    if not notebook.is_file():
        there = sorted(path.name for path in notebook.parent.glob("*.ipynb"))
        return Message("no such file{hint}", "没有这个文件{hint}", hint=nearest(notebook.name, there))
    try:
        nbformat.validate(nbformat.read(notebook, as_version=4))
        checked_parameters(notebook, {"params_file": "", "cache": "", "workspace": ""})
    except NotebookError as error:
        return edited(error.problems[0], lambda said: said.removeprefix(notebook.name).lstrip(":： "))
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError, AttributeError):
        return Message("is no notebook; make it in JupyterLab", "不是 notebook；请用 JupyterLab 制作")
    except OSError as error:
        return Message("cannot be read ({why})", "无法读取（{why}）", why=error.strerror)
    return None
