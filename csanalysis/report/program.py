"""Fingerprints of the program that makes a report, and of the tables that it made it from."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import csanalysis
from csanalysis.ingest import Store
from csanalysis.report import CHAPTERS
from csanalysis.report.notebooks import notebook_folder


@cache
def program_fingerprint() -> dict[str, str]:
    """sha256 of the package's code and of what the chapters' notebooks say, outputs left out."""
    package = Path(csanalysis.__file__).parent
    code = sorted(path for ending in ("py", "yml") for path in package.rglob(f"*.{ending}"))
    notebooks = [notebook_folder() / f"{name}.ipynb" for name in CHAPTERS]
    return {
        "code": _sha256(*(path.read_bytes() for path in code)),
        "notebooks": _sha256(*(_cells(path) for path in notebooks)),
    }


def _cells(notebook: Path) -> bytes:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return json.dumps([cell["source"] for cell in cells]).encode()


def tables_fingerprint(store: Store, program: Mapping[str, str]) -> str:
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
