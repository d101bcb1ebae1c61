"""``python -m tests.licences`` writes ``docs/licences.md``: every locked package with its version and licence."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

HOME = Path(__file__).parents[1]
PAGE = HOME / "docs" / "licences.md"
HEAD = """\
# Licences

What `requirements.lock` installs, and under which licence, as each package says itself. Written by
`python -m tests.licences`.

| package | version | licence |
|---|---|---|
"""


def locked() -> list[tuple[str, str]]:
    """Name and version of every package in the lock."""
    lines = (HOME / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [(name, version) for name, _, version in (line.partition("==") for line in lines) if version]


def licence_of(name: str) -> str:
    """The licence that an installed package declares: its expression, else its classifiers, else its first line."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return "not installed here"
    if expression := about.get("License-Expression"):
        return expression
    classes = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier", [])
        if line.startswith("License ::")
    ]
    classes = [each for each in classes if each != "OSI Approved"]
    first = (about.get("License") or "").strip().splitlines()
    return "; ".join(classes) or re.sub(r"\s+", " ", first[0])[:80] if classes or first else "not said"


def page() -> str:
    """The page as Markdown."""
    return HEAD + "".join(f"| {name} | {version} | {licence_of(name)} |\n" for name, version in locked())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
