"""Where a metric stands in the report: the chapters and headings of the notebooks whose cells show it."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from csanalysis.catalogue import Language, text
from csanalysis.catalogue.filling import fill
from csanalysis.catalogue.reading import CHAPTERS as FOLDERS
from csanalysis.json_files import read_json
from csanalysis.report import CHAPTERS, PACKS
from csanalysis.report.notebook.cells import notebook_folder

_SHOWN, _SAID = ("figures*.py", "tables*.py"), ("sentences*.py",)
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
    """A heading of a chapter; ``chapter`` and ``heading`` hold both languages, ``notebook`` is its name.

    ``words`` tells that a sentence there may say it, and no table or figure shows it.
    """

    notebook: str
    chapter: Mapping[str, str]
    heading: Mapping[str, str]
    words: bool = False

    def told(self, language: Language) -> str:
        """``流失 › 五年留存``, the chapter alone above the first heading."""
        parts = [chapter_title(self.notebook, language)]
        if self.heading != self.chapter:
            parts.append(fill(self.heading[language]))
        return " › ".join(parts) + (text("place.words", language) if self.words else "")


def chapter_title(notebook: str, language: Language) -> str:
    """What a chapter is about in a few words: its title up to the colon."""
    title = fill(next(iter(_cells(notebook)))[0][language])
    return re.split("[：:]", title)[0].strip()


def places(metric: str) -> list[Place]:
    """Where a metric is shown, in the order of the report; the packs of the year and the group after it.

    Where no table or figure shows it, the places of the sentences that say it; empty for one that stands in
    metrics.json and numbers.xlsx alone.
    """
    return _found(metric, _all(_SHOWN)) or [
        place._replace(words=True) for place in _found(metric, _all(_SAID))
    ]


def _found(metric: str, places: Mapping[str, list[Place]]) -> list[Place]:
    begun = [
        name for name in places if name.endswith("_") and metric.startswith(name)
    ]  # such as f"cost_{of}"
    return list(dict.fromkeys(place for name in (metric, *begun) for place in places.get(name, ())))


@cache
def _all(patterns: tuple[str, ...]) -> dict[str, list[Place]]:
    """The places of every metric, by the files that show or say it."""
    functions = _functions(patterns)
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
def _functions(patterns: tuple[str, ...]) -> dict[tuple[str, str], frozenset[str]]:
    """The strings in each function of some of the chapters' files, by folder, and by name alone."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for path in sorted(path for pattern in patterns for path in FOLDERS.glob(f"*/{pattern}")):
        for name, strings in _strings(path):
            found[path.parent.name, name] = strings
            found["", name] = found.get(("", name), frozenset()) | strings
    return found


def _strings(path: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """The functions of a file with the strings in them and in the names and functions that they use."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = dict(_imported(tree))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            own[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = [part for target in targets for part in ast.walk(target)]
            own |= {part.id: node for part in parts if isinstance(part, ast.Name)}
    for name, found in own.items():
        if isinstance(found, ast.FunctionDef) and found in tree.body and not name.startswith("_"):
            yield name, frozenset(_reached(name, own, set()))


def _imported(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """What a file takes from other files of the chapters: their constants, and what their functions name."""
    for node in tree.body:
        if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("csanalysis.chapters.")):
            continue
        path = FOLDERS.joinpath(*str(node.module).split(".")[2:]).with_suffix(".py")
        names = {alias.name: alias.asname or alias.name for alias in node.names}
        for there in ast.parse(path.read_text(encoding="utf-8")).body if path.exists() else ():
            targets = there.targets if isinstance(there, ast.Assign) else [getattr(there, "target", there)]
            for target in targets:
                name = getattr(target, "id", getattr(target, "name", None))
                if name in names:
                    yield names[name], there


def _reached(name: str, own: Mapping[str, ast.AST], seen: set[str]) -> Iterator[str]:
    seen.add(name)
    for node in ast.walk(own[name]):
        part: Any = node
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name) and part.id in own and part.id not in seen:
            yield from _reached(part.id, own, seen)
