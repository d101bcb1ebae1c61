"""Where a metric stands in the report: the chapters and headings of the notebooks whose cells show it."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from csanalysis.catalogue import Language
from csanalysis.catalogue.filling import fill
from csanalysis.catalogue.reading import CHAPTERS as FOLDERS
from csanalysis.json_files import read_json
from csanalysis.report import CHAPTERS, PACKS
from csanalysis.report.notebook.cells import notebook_folder

_SHOWN = ("figures*.py", "tables*.py")
_CALLED = re.compile(r"\bshow\.(\w+)\(")
_NAMED = re.compile(r"[\"']([a-z][a-z0-9_]+)[\"']")
NOTEBOOKS = (*CHAPTERS, *PACKS, "network")
"""The report's chapters, then the packs of the year and the group's report."""

CATALOGUED = {
    "signed": "signed_plan",
    "plan": "plan",
    "simulation": "plan",
    **{chapter: chapter for chapter in CHAPTERS[2:]},
    "work_lists": "information",
    "meeting": "satisfaction_meeting",
    "review": "monthly_review",
    "network": "network",
}
"""The notebook that shows what each folder of chapters describes, in reading order."""


class Place(NamedTuple):
    """A heading of a chapter; ``chapter`` and ``heading`` hold both languages, ``notebook`` is its name."""

    notebook: str
    chapter: Mapping[str, str]
    heading: Mapping[str, str]

    def told(self, language: Language) -> str:
        """``流失 › 五年留存``, the chapter alone above the first heading."""
        parts = [chapter_title(self.notebook, language)]
        if self.heading != self.chapter:
            parts.append(fill(self.heading[language]))
        return " › ".join(parts)


def chapter_title(notebook: str, language: Language) -> str:
    """What a chapter is about in a few words: its title up to the colon."""
    title = fill(next(iter(_cells(notebook)))[0][language])
    return re.split("[：:]", title)[0].strip()


def places(metric: str) -> list[Place]:
    """Where a metric is shown, in the order of the report; the packs of the year and the group after it.

    Empty for one that stands in sentences, metrics.json and numbers.xlsx alone.
    """
    found = _all()
    begun = [name for name in found if name.endswith("_") and metric.startswith(name)]  # such as f"cost_{of}"
    return list(dict.fromkeys(place for name in (metric, *begun) for place in found.get(name, ())))


@cache
def _all() -> dict[str, list[Place]]:
    """The places of every metric."""
    functions = _functions()
    found: dict[str, list[Place]] = {}
    for notebook in NOTEBOOKS:
        cells = _cells(notebook)
        for heading, source in cells:
            named = {*_NAMED.findall(source)}
            for function in _CALLED.findall(source):
                named |= functions.get((notebook, function)) or functions.get(("", function), frozenset())
            for metric in named:
                place = Place(notebook, _Both(cells[0][0]), _Both(heading))
                found.setdefault(metric, []).append(place)
    return found


class _Both(dict[str, str]):
    """A text in both languages, to be told apart from others."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))


@cache
def _cells(notebook: str) -> list[tuple[dict[str, str], str]]:
    """The sources of a notebook's code cells, each with the heading above it."""
    found: list[tuple[dict[str, str], str]] = []
    heading = {"zh": notebook, "en": notebook}
    for cell in read_json(notebook_folder() / f"{notebook}.ipynb")["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            found.append((heading, source))
        elif source.startswith("#"):
            title = source.partition("\n")[0].lstrip("# ")
            spoken = [tag[-2:] for tag in cell["metadata"].get("tags", ()) if tag.startswith("lang-")]
            heading = heading | dict.fromkeys(spoken or ("zh", "en"), title)
    return found


@cache
def _functions() -> dict[tuple[str, str], frozenset[str]]:
    """The strings in each function of the chapters' figures and tables, by folder, and by name alone."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for path in sorted(path for pattern in _SHOWN for path in FOLDERS.glob(f"*/{pattern}")):
        for name, strings in _strings(path):
            found[path.parent.name, name] = strings
            found["", name] = found.get(("", name), frozenset()) | strings
    return found


def _strings(path: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """The functions of a file with the strings in them and in the names and functions that they use."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            own[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = [part for target in targets for part in ast.walk(target)]
            own |= {part.id: node for part in parts if isinstance(part, ast.Name)}
    for name, found in own.items():
        if isinstance(found, ast.FunctionDef) and not name.startswith("_"):
            yield name, frozenset(_reached(name, own, set()))


def _reached(name: str, own: Mapping[str, ast.AST], seen: set[str]) -> Iterator[str]:
    seen.add(name)
    for node in ast.walk(own[name]):
        part: Any = node
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name) and part.id in own and part.id not in seen:
            yield from _reached(part.id, own, seen)
