"""A page for each chapter of the report, with a figure of a demo store where a report is at hand."""

import html
import re
from pathlib import Path
from typing import Any

from csanalysis.catalogue import METRICS
from csanalysis.catalogue.filling import fill
from csanalysis.json_files import parsed_json, read_json
from csanalysis.report.notebook.cells import notebook_folder
from csanalysis.report.notebook.places import CATALOGUED, NOTEBOOKS, chapter_title
from docs.make.words import cell, table, word

_TABLE = "application/vnd.csanalysis.table+json"
_MOST_ROWS = 12


def chapter_pages(language: str, report: Path | None, folder: Path) -> dict[str, str]:
    """Each chapter's page; pictures are taken from the executed notebooks of ``report`` into ``folder``."""
    lines = [f"- [{chapter_title(name, language)}]({name}.md)" for name in NOTEBOOKS]
    pages = {
        "index": f"# {word('chapters', language)}\n\n{word('chapters.lead', language)}\n\n"
        + "\n".join(lines)
        + "\n"
    }
    for name in NOTEBOOKS:
        pages[name] = _page(name, language, _seen(name, language, report, folder))
    return pages


def _page(name: str, language: str, seen: str) -> str:
    said = _said(name, language)
    title, _, lead = said[0].partition("\n")
    sections = [
        f"- **{head.lstrip('# ').strip()}** {_first(rest)}"
        for head, _, rest in (each.partition("\n") for each in said[1:])
        if head.startswith("## ")
    ]
    own = [metric for metric in METRICS if CATALOGUED[METRICS.chapter(metric)] == name]
    links = [f"- [{METRICS[metric].label(language)}](../metrics/{name}.md#{metric})" for metric in own]
    parts = [title, lead.strip(), seen]
    parts += [f"## {word('sections', language)}", "\n".join(sections)] if sections else []
    parts += [f"## {word('its_metrics', language)}", "\n".join(links)] if links else []
    return "\n\n".join(part for part in parts if part) + "\n"


def _said(name: str, language: str) -> list[str]:
    """The Markdown cells of a notebook in one language, numbers of the params filled in."""
    cells = read_json(notebook_folder() / f"{name}.ipynb")["cells"]
    other = "lang-en" if language == "zh" else "lang-zh"
    kept = [
        each
        for each in cells
        if each["cell_type"] == "markdown" and other not in each["metadata"].get("tags", ())
    ]
    return [fill("".join(each["source"])) for each in kept]


def _first(rest: str) -> str:
    return re.sub(r"\s+", " ", rest.strip().partition("\n\n")[0])


def _seen(name: str, language: str, report: Path | None, folder: Path) -> str:
    """The chapter's first figure as a picture, else its first table; empty where there is no report."""
    path = report / "notebooks" / f"{name}.ipynb" if report else None
    if path is None or not path.is_file():
        return ""
    outputs: list[dict[str, Any]] = [
        output["data"]
        for each in read_json(path)["cells"]
        for output in each.get("outputs", ())
        if "data" in output
    ]
    for data in outputs:
        if "image/svg+xml" in data:
            drawing = "".join(data["image/svg+xml"])
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.svg").write_text(drawing, encoding="utf-8")
            title = re.search(r"<title[^>]*>(.*?)</title>", drawing, re.DOTALL)
            told = html.unescape(title[1]).strip() if title else word("picture", language)
            return f"![{told}]({name}.svg)\n\n*{word('picture', language)}*"
    for data in outputs:
        if _TABLE in data:
            return _table("".join(data[_TABLE]), language)
    return ""


def _table(held: str, language: str) -> str:
    shown = parsed_json(held)
    heads = [cell(column["label"]) for column in shown["columns"]]
    rows = [[cell(each["text"]) for each in row["cells"]] for row in shown["rows"][:_MOST_ROWS]]
    return f"**{shown['caption']}**\n\n{table(heads, rows)}\n*{word('first_table', language)}*"
