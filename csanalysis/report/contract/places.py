"""Every text that a reader of a report can meet, with the place where it stands."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from nbformat import NotebookNode

from csanalysis.report.document.markdown import plain
from csanalysis.report.document.outputs import CARDS, SVG, TABLE, as_data

Place = tuple[str, str]
"""Where, and the text there."""

_BETWEEN_WORDS = " · "
SHIPPED = ("metrics.json", "run.json", "calendar.ics")
"""What leaves the house beside the pages and the notebooks."""


def places_of(document: Mapping[str, Any]) -> list[Place]:
    """The texts of an exported document, each named by chapter, caption and row."""
    found = [("", str(document[name])) for name in ("title", "subtitle", "running")]
    for chapter in document["chapters"]:
        found += [
            (_BETWEEN_WORDS.join(filter(None, (chapter["title"], where))), text)
            for where, text in _texts(chapter["blocks"])
            if text
        ]
    return found


def shipped_texts(folder: Path, notebooks: Iterable[NotebookNode]) -> list[Place]:
    """All that the shipped files and the notebooks say, so that nothing hides behind the page."""
    paths = [path for name in SHIPPED if (path := folder / name).is_file()]
    return [
        # What stands between two quotes is whole: a string of JSON, or the numbers between two of them.
        *((path.name, _once(path.read_text(encoding="utf-8").split('"'))) for path in paths),
        *(
            (f"{notebook.metadata['csanalysis']['chapter']}.ipynb", _once(_said(notebook)))
            for notebook in notebooks
        ),
    ]


def _once(said: Iterable[str]) -> str:
    """What is said, each thing once: metrics.json repeats its words tens of thousands of times."""
    return "\n".join(dict.fromkeys(said))


def _said(node: Any) -> Iterator[str]:
    """Every string of a notebook but the figures, which the page has too."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for name, child in node.items():
            if name != SVG:
                yield from _said(as_data(child) if name in (TABLE, CARDS) else child)
    elif isinstance(node, list):
        for child in node:
            yield from _said(child)


def _texts(blocks: Iterable[Mapping[str, Any]]) -> Iterator[Place]:
    for block in blocks:
        match block["type"]:
            case "table":
                yield from _table(block)
            case "figure":
                where = block["title"]
                yield from ((where, text) for text in (block["title"], block["alt"], block["note"]))
                yield from ((where, text) for text in _svg_texts(block["svg"]))
            case "cards":
                for card in block["cards"]:
                    yield card["label"], _BETWEEN_WORDS.join((card["label"], card["text"], card["note"]))
            case "list":
                for item in block["items"]:
                    yield from _texts(item)
            case "quote":
                yield from _texts(block["blocks"])
            case "heading" | "paragraph":
                yield "", plain(block["spans"])
            case "code" | "failure":
                yield "", block["text"]


def _table(table: Mapping[str, Any]) -> Iterator[Place]:
    caption = table.get("caption", "")
    yield from ((caption, text) for text in (caption, table.get("note", "")))
    yield from ((caption, column["label"]) for column in table["columns"])
    for number, row in enumerate(table["rows"], start=1):
        for column, cell in zip(table["columns"], row["cells"], strict=True):
            where = _BETWEEN_WORDS.join(filter(None, (caption, f"{number}", column["label"])))
            yield where, plain(cell["spans"])


def _svg_texts(svg: str) -> Iterator[str]:
    for element in ElementTree.fromstring(svg).iter():
        if element.text and re.search(r"\w", element.text):
            yield element.text
