"""Fingerprints of every figure and table of a report, so that another run can prove to be the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode

from csanalysis.report.document.outputs import CARDS, SVG, TABLE, as_data


def hashes(notebooks: Sequence[NotebookNode]) -> dict[str, dict[str, str]]:
    """sha256 of what executed chapters show: ``{chapter: {"figure churn_by_year": …, "table targets": …}}``.

    A table is taken by its data, a figure by its drawing and its words. What has no id, or one that was there
    before in the chapter, is numbered.
    """
    return {
        str(notebook.metadata.get("csanalysis", {}).get("chapter") or f"chapter-{place}"): _shown(notebook)
        for place, notebook in enumerate(notebooks, start=1)
    }


def _shown(notebook: NotebookNode) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for name, content in _parts(output):
                key, again = name, 1
                while key in found:
                    again += 1
                    key = f"{name} ({again})"
                found[key] = hashlib.sha256(content.encode()).hexdigest()
    return found


def _parts(output: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Kind and id of what one output shows, and its content."""
    data = output.get("data", {})
    parts = []
    for kind, form in (("table", TABLE), ("cards", CARDS)):
        if form in data:
            content = as_data(data[form])
            parts.append((f"{kind} {content.get('id') or ''}".strip(), _json(content)))
    if SVG in data:
        about = output.get("metadata", {}).get(SVG, {})
        parts.append((f"figure {about.get('id') or ''}".strip(), _text(data[SVG]) + _json(about)))
    return parts


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _text(content: Any) -> str:
    return "".join(content) if isinstance(content, list) else str(content)
