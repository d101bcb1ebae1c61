"""What a report is made from, as fingerprints: what has not changed need not be made again."""

import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import csanalysis
from csanalysis.json_files import read_json
from csanalysis.params import Params
from csanalysis.params.notes import note_files
from csanalysis.report.files.program import program_fingerprint
from csanalysis.report.look import look_files
from csanalysis.report.notebook.cells import cells_of
from csanalysis.report.notebook.copies import changed_copies, folder_problem
from csanalysis.report.options import RunOptions

_UNEDITED = ("report.html", "report.pdf", "metrics.json")
"""Files that nobody writes in; in the work lists people note their answers. ``plan.pdf`` may be another."""


def made_from(params: Params, params_file: Path, inputs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """sha256 of each thing that decides what a report says.

    Parameters
    ----------
    params : Params
        As its file gives them; whom the report is sent to, and when it is made, is no part of it.
    params_file : Path
        From where the dealership's own chapters and changed notebooks are named; files that these open by
        themselves are not seen.
    inputs : iterable of mapping
        ``table``, ``file`` and ``sha256`` of each file read.
    """
    files = sorted((entry["table"], entry["file"], entry["sha256"]) for entry in inputs)
    return {
        "params": sha256_of(params.model_dump(mode="json", exclude={"delivery", "schedule"})),
        "inputs": sha256_of(files),
        "chapters": sha256_of(
            [
                *(_own(params_file.parent / chapter.notebook) for chapter in params.chapters),
                folder_problem(params, params_file),
                *(_own(path) for path in changed_copies(params, params_file).values()),
                *(file_sha256(path) for path in _named_files(params, params_file) if path.is_file()),
            ]
        ),
        "program": sha256_of(program_fingerprint()),
        "environment": environment(),
    }


def _named_files(params: Params, params_file: Path) -> list[Path]:
    return look_files(params, params_file) + note_files(params.notes, params_file)


def origin_of(
    params: Params,
    params_file: Path,
    inputs: Iterable[Mapping[str, Any]],
    options: RunOptions,
    plan: Path,
) -> dict[str, str]:
    """:func:`made_from`, what was asked of the run that shows in its files, and the frozen plan, if any."""
    frozen = file_sha256(plan) if plan.is_file() else ""
    asked = {"pdf": options.pdf_standard, **({"values": "own"} if options.with_values else {})}
    return made_from(params, params_file, inputs) | asked | {"plan": frozen}


def unchanged(place: Path, now: Mapping[str, str]) -> dict[str, Any] | None:
    """The manifest of the report in ``place`` if it is whole and was made from the same; else None."""
    try:
        run: dict[str, Any] = read_json(place / "run.json")
        if run["made_from"] != now or not all((place / name).is_file() for name in run["files"]):
            return None
        unedited = [*_UNEDITED, *({"plan.pdf"} & run["files"].keys())]
        whole = all(file_sha256(place / name) == run["files"][name] for name in unedited)
        return run if whole else None
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return None


def _own(notebook: Path) -> list[str | None]:
    """What an own chapter and the metrics beside it say; None for what cannot be read."""
    said: list[str | None] = []
    for path, read in ((notebook, cells_of), (notebook.with_suffix(".yml"), Path.read_text)):
        try:
            said.append(read(path))
        except (OSError, ValueError, KeyError, TypeError):
            said.append(None)
    return said


@cache
def environment() -> str:
    """sha256 of Python's version, the lock file, and name and version of every installed package."""
    lock = Path(csanalysis.__file__).resolve().parents[1] / "requirements.lock"
    installed = {
        path.name
        for folder in sys.path
        if folder and Path(folder).is_dir()
        for path in Path(folder).glob("*.dist-info")
    }
    locked = lock.read_text(encoding="utf-8") if lock.is_file() else ""
    return sha256_of([platform.python_version(), locked, sorted(installed)])


def file_sha256(path: Path) -> str:
    """sha256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_in(folder: Path) -> dict[str, str]:
    """sha256 of every file below a folder, by its path from there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in files}


def sha256_of(parts: Any) -> str:
    """sha256 of plain data, whatever the order of its keys."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
