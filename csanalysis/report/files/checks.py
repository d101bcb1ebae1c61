"""What is wrong with a store; what was found of its exports is kept until something that tells it changes."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from csanalysis.errors import ParamsError
from csanalysis.ingest.inputs import input_hashes, reads_over_network
from csanalysis.json_files import read_json
from csanalysis.messages import Message, both
from csanalysis.params import read_params
from csanalysis.params.as_of import given_as_of
from csanalysis.privacy.files import private_folder
from csanalysis.report.files.fingerprint import environment, sha256_of
from csanalysis.report.files.program import program_fingerprint
from csanalysis.report.notebook.checking import chapter_problems
from csanalysis.whole_files import write_whole

_SAID = "said in both languages"
"""What marks a message in JSON."""


def check(params_file: Path, *, cache: Path | None = None) -> dict[str, Any]:
    """What :func:`csanalysis.ingest.check` finds, and what is wrong with the dealership's own notebooks."""
    summary = _checked_exports(params_file, cache)
    try:
        problems = chapter_problems(read_params(params_file), params_file)
    except ParamsError:
        return summary  # it lists the problems of the params itself
    return {
        **summary,
        "problems": summary["problems"] + problems,
        "unusable": summary["unusable"] or bool(problems),
    }


def _checked_exports(params_file: Path, cache: Path | None) -> dict[str, Any]:
    """What is found of the exports: kept from the last time, if it would find the same again.

    It goes by the params, the name of their file, the bytes of every export, the program and the installed
    packages; rows from afar are read every time. Without ``cache`` nothing is kept.
    """
    made_from = _made_from(params_file) if cache else ""
    place = _place(params_file, cache) if cache else params_file
    if made_from and (kept := _kept(place, made_from)):
        return kept
    from csanalysis.ingest import check as read  # imported where tables are read: what is kept needs none

    found = read(params_file, cache=cache)
    if made_from:
        _keep(place, made_from, found)
    return found


def _place(params_file: Path, cache: Path) -> Path:
    """Of its own for each way to name the file, which problems repeat, and each day that is asked for."""
    asked = [str(params_file.resolve()), str(params_file), given_as_of()]
    name = sha256_of(asked)[:16]
    return cache / "checks" / f"{name}.json"


def _made_from(params_file: Path) -> str:
    """sha256 of all that decides what is found; empty where only reading the exports tells."""
    try:
        params = read_params(params_file)
    except ParamsError:
        return ""
    if reads_over_network(params) or (inputs := input_hashes(params, params_file)) is None:
        return ""
    known = [params.model_dump(mode="json"), str(params_file), inputs]
    return sha256_of([known, program_fingerprint()["code"], environment()])


def _kept(place: Path, made_from: str) -> dict[str, Any] | None:
    try:
        kept = read_json(place)
        if kept["made_from"] != made_from:
            return None
        found: dict[str, Any] = _spoken(kept["found"])
        os.utime(place)  # what is not used for long is swept away
        return found
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(place: Path, made_from: str, found: dict[str, Any]) -> None:
    """Write what was found, if the cache can be written; it shows cells of the exports."""
    with suppress(OSError):
        private_folder(place.parent, below=place.parents[1])
        text = json.dumps({"made_from": made_from, "found": _written(found)}, ensure_ascii=False)
        write_whole(place, text)


def _written(part: Any) -> Any:
    """Plain data with both languages of each message."""
    if isinstance(part, Message):
        return {_SAID: both(part)}
    if isinstance(part, dict):
        return {name: _written(value) for name, value in part.items()}
    return [_written(each) for each in part] if isinstance(part, list | tuple) else part


def _spoken(part: Any) -> Any:
    """The inverse of :func:`_written`."""
    if isinstance(part, dict):
        if _SAID in part:
            return Message(*part[_SAID])
        return {name: _spoken(value) for name, value in part.items()}
    return [_spoken(each) for each in part] if isinstance(part, list) else part
