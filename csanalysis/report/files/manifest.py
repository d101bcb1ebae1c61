"""``run.json``: what a report was made from, with what, when, and what came out."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import csanalysis
from csanalysis.addresses import shown
from csanalysis.json_files import read_json
from csanalysis.report.files.fingerprint import files_in
from csanalysis.report.files.program import tables_fingerprint

if TYPE_CHECKING:
    from csanalysis.ingest import Store

_PACKAGES = (
    "pandas",
    "numpy",
    "scipy",
    "seaborn",
    "matplotlib",
    "papermill",
    "nbconvert",
    "typst",
    "jupyterlab",
)


def manifest(
    store: "Store",
    *,
    folder: Path,
    started: datetime,
    finished: datetime,
    seconds: Mapping[str, float],
    counts: Mapping[str, int],
    program: Mapping[str, str],
    **more: Any,
) -> dict[str, Any]:
    """The manifest of one run; ``folder`` holds its finished files, which are fingerprinted.

    ``more`` goes in as it is.
    """
    return {
        "schema_version": 1,
        "dealership": store.params.dealership.id,
        "name": store.params.dealership.title,
        "plan_year": store.params.plan_year,
        "as_of": store.params.as_of.isoformat(),
        "language": store.params.language,
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "seconds": {step: round(spent, 2) for step, spent in seconds.items()},
        "counts": dict(counts),
        "tables": [_table(report) for report in store.quality],
        "params": params_as_used(store),
        "inputs": [_input(entry) for entry in store.inputs],
        "tables_sha256": tables_fingerprint(store, program),
        "program": dict(program),
        "versions": versions(),
        "git": git_revision(),
        **more,
        "files": files_in(folder),
    }


def params_as_used(store: "Store") -> dict[str, Any]:
    """The params as used, without the passwords in addresses and without people's own."""
    params: dict[str, Any] = store.params.model_dump(mode="json", exclude={"delivery", "notes"})
    for source in params["sources"].values():
        source["path"] = [shown(path) for path in source["path"]]
        if source.get("url"):
            from csanalysis.ingest.database import without_secrets

            source["url"] = without_secrets(source["url"])
    return params


def _input(entry: Any) -> dict[str, Any]:
    return dict(entry) if isinstance(entry, Mapping) else asdict(entry)


def _table(report: Any) -> dict[str, Any]:
    return {
        name: getattr(report, name)
        for name in ("table", "read", "repeated", "rejected", "after_as_of", "kept")
    }


def versions() -> dict[str, str]:
    """The program's version, and those of what it computes and draws with."""
    return {
        "csanalysis": csanalysis.__version__,
        "python": platform.python_version(),
        **{package: version(package) for package in _PACKAGES},
    }


def git_revision() -> dict[str, Any] | None:
    """Revision of the checkout the program runs from; None where there is none."""
    checkout = Path(csanalysis.__file__).resolve().parents[1]
    if not (checkout / ".git").exists():
        return None

    def git(*command: str) -> str:
        result = subprocess.run(  # noqa: S603
            ["git", "-C", str(checkout), *command],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
        return result.stdout.strip()

    try:
        return {"revision": git("rev-parse", "HEAD"), "changed": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None


def path_from(place: Path, path: Path) -> str:
    """How to get from a report's folder to ``path``: the whole path where it lies on another drive."""
    try:
        return Path(os.path.relpath(path.resolve(), place.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def runs_in(output: Path) -> list[dict[str, Any]]:
    """The manifests of all reports in ``output``, but for one that is damaged or being replaced just now."""
    found = (read_json_or_none(path) for path in sorted(output.glob("*/[0-9]*/run.json")))
    return [run for run in found if isinstance(run, dict) and _is_whole(run)]


def _is_whole(run: dict[str, Any]) -> bool:
    """Whether a manifest says which report it is of."""
    texts = (run.get(name) for name in ("dealership", "name", "as_of"))
    return (
        all(isinstance(text, str) and text for text in texts)
        and type(run.get("plan_year")) is int
        and run.get("language") in ("zh", "en")
    )


def read_json_or_none(path: Path) -> Any:
    """What a file of an older run holds; None where it is not there, or damaged."""
    try:
        return read_json(path)
    except (OSError, ValueError):
        return None


def write_json(path: Path, data: Any) -> None:
    """JSON as people diff it: UTF-8, indented by one, a newline at the end."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
