"""Fingerprints of the program that makes a report, and of the tables that it made it from."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import csanalysis
from csanalysis.ingest import Store
from csanalysis.report import CHAPTERS
from csanalysis.report.notebook.execution import notebook_folder


@cache
def program_fingerprint() -> dict[str, str]:
    """sha256 of the package's code, of what shapes its pages, and of the notebooks, outputs left out."""
    package = Path(csanalysis.__file__).parent
    files = sorted(path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    code = [path for path in files if path.suffix in (".py", ".yml")]
    pages = [path for path in files if path not in code]
    notebooks = [notebook_folder() / f"{name}.ipynb" for name in CHAPTERS]
    return {
        "code": _sha256(*(path.read_bytes() for path in code)),
        "pages": _sha256(*(path.read_bytes() for path in pages)),
        "notebooks": _sha256(*(cells_of(path).encode() for path in notebooks)),
    }


def cells_of(notebook: Path) -> str:
    """What a notebook says and how its cells are tagged, as JSON without outputs."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    said = [(cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags")) for cell in cells]
    return json.dumps(said, ensure_ascii=False)


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
