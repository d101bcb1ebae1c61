"""What a notebook shows with: its chapter's functions and the common ones, numbers and language filled in."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, wraps
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from csanalysis.schema import nearest

_COMMON = (
    "csanalysis.display.tables.cards",
    "csanalysis.display.tables.listing",
    "csanalysis.display.tables.periods",
    "csanalysis.display.tables.splits",
    "csanalysis.display.figures.against_last_year",
    "csanalysis.display.figures.splits",
    "csanalysis.display.prose",
)
_SHOWN = ("figures", "tables", "sentences")
_ALWAYS = ("results", "language")


class Show:
    """Figures, tables and sentences by name, without the arguments that a chapter knows.

    Parameters
    ----------
    *chapters : module
        Folders of :mod:`csanalysis.chapters` whose figures, tables and sentences are meant, beside the common
        tables (``by_period``, ``periods_down``, ``split``, ``cross``, ``listing``, ``cards``), figures
        (``rates_by_split``, ``against_last_year``) and ``passage``.
    **known : object
        What is filled in where a function has a parameter of that name: ``results``, ``language``,
        ``plan_year`` and whatever else the chapter's own functions take. A common function is only given what
        it cannot do without. Arguments that are given win.

    Examples
    --------
    ``show.cross("retained_share", rows="period", columns="years_later")`` is
    ``cross(results, "retained_share", rows="period", columns="years_later", language=language)``.
    """

    def __init__(self, *chapters: ModuleType, **known: Any) -> None:
        self._chapters = chapters
        self._known = known

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        for functions, own in ((self._own, True), (self._common, False)):
            if name in functions:
                return _filled_in(functions[name], self._known, own)
        raise AttributeError(f"nothing is shown by {name!r}{nearest(name, [*self._own, *self._common])}")

    def __dir__(self) -> list[str]:
        return sorted({*self._own, *self._common})

    def __repr__(self) -> str:
        chapters = ", ".join(chapter.__name__.rsplit(".", 1)[-1] for chapter in self._chapters)
        return f"Show({chapters or 'common tables and figures'}; {len(dir(self))} functions)"

    @cached_property
    def _own(self) -> Mapping[str, Callable[..., Any]]:
        found: dict[str, Callable[..., Any]] = {}
        for chapter in self._chapters:
            for name in sorted(module.name for module in iter_modules(chapter.__path__)):
                if name.partition("_")[0] in _SHOWN:
                    found |= dict(_public(import_module(f"{chapter.__name__}.{name}")))
        return found

    @cached_property
    def _common(self) -> Mapping[str, Callable[..., Any]]:
        return dict(pair for room in _COMMON for pair in _public(import_module(room)))


def _public(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions that a module defines itself and that are shown in one language."""
    for name, function in vars(module).items():
        if (
            inspect.isfunction(function)
            and function.__module__ == module.__name__
            and not name.startswith("_")
            and "language" in inspect.signature(function).parameters
        ):
            yield name, function


def _filled_in(function: Callable[..., Any], known: Mapping[str, Any], own: bool) -> Callable[..., Any]:
    parameters = inspect.signature(function).parameters
    filled = {
        name: known[name]
        for name, parameter in parameters.items()
        if name in known and (own or name in _ALWAYS or parameter.default is inspect.Parameter.empty)
    }

    @wraps(function)
    def shown(*given: Any, **named: Any) -> Any:
        free = [name for name in parameters if name not in filled and name not in named]
        if len(given) > len(free):
            raise TypeError(
                f"{function.__name__} takes {', '.join(free) or 'nothing'}, not {len(given)} values"
            )
        return function(**{**filled, **dict(zip(free, given, strict=False)), **named})

    return shown
