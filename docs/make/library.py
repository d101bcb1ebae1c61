"""The page of the library, from its docstrings."""

import inspect
import re
from types import FunctionType
from typing import Any

from csanalysis import desk

_SECTION = re.compile(r"^(\w[\w ]*)\n-+\n", re.MULTILINE)
_ROLE = re.compile(r":\w+:`~?([^`]*)`")


def library_page() -> str:
    """Every public class and function of :mod:`csanalysis.desk` with its members."""
    parts = []
    for name in sorted(desk.__all__):
        thing = getattr(desk, name)
        if isinstance(thing, FunctionType):
            parts.append(f"\n## {name} {{#{name}}}\n\n{_described(name, thing)}")
            continue
        parts.append(f"\n## {name} {{#{name}}}\n\n{_text(thing)}")
        for own, member in vars(thing).items():
            described = inspect.getdoc(_function(member)) if not own.startswith("_") else None
            if described:
                parts.append(f"\n### {name}.{own} {{#{name}-{own}}}\n\n{_described(own, _function(member))}")
    return "\n".join(parts)


def _function(member: Any) -> Any:
    """What stands behind a property."""
    return getattr(member, "fget", None) or getattr(member, "func", None) or member


def _described(name: str, function: Any) -> str:
    signature = str(inspect.signature(function)).replace("'", "") if callable(function) else ""
    return f"```python\n{name}{signature}\n```\n\n{_text(function)}"


def _text(thing: Any) -> str:
    """A docstring in Markdown: its sections as bold heads, parameters as a list."""
    said = _ROLE.sub(r"`\1`", inspect.getdoc(thing) or "").replace("``", "`")
    said = _SECTION.sub(r"**\1**\n\n", said + "\n")
    return re.sub(r"^(\S.*)\n    (\S.*(?:\n    \S.*)*)", _listed, said, flags=re.MULTILINE)


def _listed(found: re.Match[str]) -> str:
    return f"- `{found[1]}`: " + re.sub(r"\s+", " ", found[2])
