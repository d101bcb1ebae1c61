"""Read the catalogue's YAML, the program's own in C where PyYAML has it: ten times faster than in Python."""

import re
from pathlib import Path
from typing import Any

import yaml

CHAPTERS = Path(__file__).parents[1] / "chapters"
"""Each chapter's folder holds its own ``metrics.yml``, ``words.yml`` and ``sentences*.yml``."""

_PROGRAM = CHAPTERS.parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WIDE = "[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”—…]"
_FOLD = re.compile(f"(?<={_WIDE}) (?={_WIDE})")


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping that a file holds; empty for an empty file.

    Chinese has no space between words, so the one that YAML puts where it folds a line is taken out.

    Raises
    ------
    OSError, UnicodeDecodeError
        The file cannot be read.
    yaml.YAMLError
        It is no YAML, or is nested too deeply.
    """
    # Brackets without end crash the one in C: what a store writes is read by the other.
    loader = _LOADER if _PROGRAM in path.parents else yaml.SafeLoader
    try:
        with path.open(encoding="utf-8") as stream:  # an open file, so that an error names it
            held: dict[str, Any] = _unfolded(yaml.load(stream, Loader=loader) or {})  # noqa: S506  # nosec B506  # safe ones
    except RecursionError:
        raise yaml.MarkedYAMLError(problem="nested too deeply") from None
    return held


def _unfolded(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _unfolded(child) for key, child in node.items()}
    if isinstance(node, list):
        return [_unfolded(child) for child in node]
    return _FOLD.sub("", node) if isinstance(node, str) else node
