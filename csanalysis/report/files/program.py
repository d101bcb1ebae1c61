"""Fingerprints of the program that makes a report, and of the tables that it made it from."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import csanalysis
from csanalysis.params import Params
from csanalysis.report import CHAPTERS
from csanalysis.report.notebook.cells import cells_of, notebook_folder
from csanalysis.report.notebook.copies import changed_copies

if TYPE_CHECKING:
    from csanalysis.ingest import Store


_CODE = (".py", ".yml")


@cache
def program_fingerprint() -> dict[str, str]:
    """sha256 of the package's code, of what shapes its pages, and of the notebooks, outputs left out."""
    package = Path(csanalysis.__file__).parent
    # An installed package has the notebooks inside; it is the same program as the checkout all the same.
    files = [path for path in _files_below(package) if path.suffix != ".ipynb"]
    code = [path for path in files if path.suffix in _CODE]
    pages = [path for path in files if path.suffix not in _CODE]
    return {
        "code": _sha256(*(path.read_bytes() for path in code)),
        "pages": _sha256(*(path.read_bytes() for path in pages)),
        "notebooks": notebooks_fingerprint({}),
    }


def _files_below(folder: Path) -> Iterator[Path]:
    """Every file but compiled ones, always in the same order; three times as fast as by ``rglob``."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted({*folders} - {"__pycache__"})
        yield from (path for name in sorted(names) if (path := Path(place, name)).is_file())


def notebooks_fingerprint(changed: Mapping[str, Path]) -> str:
    """sha256 of what the chapters' notebooks say: the program's, but for those ``changed``."""
    paths = [changed.get(name, notebook_folder() / f"{name}.ipynb") for name in CHAPTERS]
    return _sha256(*(cells_of(path).encode() for path in paths))


def program_as_used(params: Params, params_file: Path) -> dict[str, str]:
    """The program's fingerprint, with the changed notebooks in place of its own.

    Every copy can be read (:func:`csanalysis.report.notebook.checking.checked_copies`).
    """
    program = program_fingerprint()
    if changed := changed_copies(params, params_file):
        return program | {"notebooks": notebooks_fingerprint(changed)}
    return program


def tables_fingerprint(store: "Store", program: Mapping[str, str]) -> str:
    """sha256 of all that decides what the clean tables hold."""
    inputs = [(entry["table"], entry["sha256"]) for entry in store.inputs]
    sources = {name: source.model_dump(mode="json") for name, source in store.params.sources.items()}
    parts = [inputs, store.params.as_of.isoformat(), sources, program["code"]]
    return _sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str).encode())


def _sha256(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
