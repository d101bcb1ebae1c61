"""The profile of a store's exports as one page: self-contained, readable without JavaScript."""

from pathlib import Path
from typing import Any

from csanalysis.catalogue import Language
from csanalysis.ingest.summary import PASTE, overview
from csanalysis.messages import said
from csanalysis.report.document.labels import language_or_default
from csanalysis.report.document.pages import write_page

PAGE = "check.html"


def write_profile(summary: dict[str, Any], output: Path) -> Path:
    """Write what ``check`` found to ``output/<id>/check.html``, in the language of the params."""
    language: Language = "zh" if language_or_default(summary["language"]) == "zh" else "en"
    folder = output / (summary["dealership"] or Path(summary["params_file"]).stem)
    folder.mkdir(parents=True, exist_ok=True)
    title, head, rows = overview(summary)

    def spoken(cells: Any) -> list[str]:
        return [said(cell, language) if isinstance(cell, str) else str(cell) for cell in cells]

    tables = [
        {
            "title": said(section["title"], language),
            "head": spoken(section["head"]),
            "rows": [spoken(row) for row in section["rows"]],
            "marked": section["marked"],
            "empty": said(section["empty"], language),
        }
        for section in summary["sections"]
    ]
    path = folder / PAGE
    write_page(
        path,
        "check.html.j2",
        language,
        title=said(title, language),
        overview={"head": spoken(head), "rows": [spoken(row) for row in rows]},
        tables=tables,
        problems=spoken(summary["problems"]),
        months={name: each["counts"] for name, each in summary["profile"].get("months", {}).items()},
        paste=summary["profile"]["paste"],
        paste_title=said(PASTE, language),
    )
    return path
