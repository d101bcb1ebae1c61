"""The sentences of the report with what they name as their test, and the tests themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csanalysis.catalogue.reading import CHAPTERS, read_yaml

CATALOGUE = CHAPTERS.parent / "catalogue" / "claims.yml"
NAMES = {"value", "group", "column", "table", "list", "list_column", "list_reason", "ics", "sign"}
"""Rooms of ``words.yml`` that hold what things are called, and no sentence."""


@dataclass(frozen=True)
class Sentence:
    """A template in both languages: the test of what it ``claims``, or what it ``describes`` if it is no claim."""

    key: str
    zh: str
    en: str
    claims: str | None = None
    describes: str | None = None


def sentences() -> list[Sentence]:
    """Every template of every chapter, then the findings among a chapter's words, such as a figure's title."""
    said = []
    for path in sorted(CHAPTERS.glob("*/sentences*.yml")):
        prefix = path.parent.name + path.stem.removeprefix("sentences")
        said += [_sentence(f"{prefix}.{name}", entry) for name, entry in read_yaml(path).items()]
    for path in sorted(CHAPTERS.glob("*/words.yml")):
        said += [
            _sentence(f"{path.parent.name}: {key}", entry)
            for key, entry in _flat(read_yaml(path), "")
            if _is_finding(key, entry)
        ]
    return said


def catalogue() -> dict[str, dict[str, Any]]:
    """``tests`` and ``describes`` by name."""
    return read_yaml(CATALOGUE)


def _sentence(key: str, entry: Mapping[str, str]) -> Sentence:
    return Sentence(key, entry["zh"], entry["en"], entry.get("claim"), entry.get("describes"))


def _flat(node: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(node.get("zh"), str):
        yield prefix, node
        return
    for name, child in node.items():
        yield from _flat(child, f"{prefix}.{name}" if prefix else str(name))


def _is_finding(key: str, entry: Mapping[str, str]) -> bool:
    """Whether a text says something of the store: not what a thing is called, nor how a figure is read."""
    room, *rest = key.split(".")
    if room in NAMES or key.startswith(("plan.rule.", "plan.action.")):
        return False
    if any(part.endswith("note") for part in (room, *rest)):
        return False
    whole = entry["zh"].endswith("。") or "{" in entry["en"] or "claim" in entry
    return whole and len(entry["zh"]) > 8


def page_path() -> Path:
    """Where the list of all claims lies."""
    return CHAPTERS.parents[1] / "docs" / "claims.md"
