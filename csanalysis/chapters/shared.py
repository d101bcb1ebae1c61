"""What several chapters need of a store is measured once: the first answer serves the others.

A process that forks its chapters measures it beforehand (:func:`measure_shared`), so that all of them inherit
it; a kernel of its own measures what it needs itself. Either way the numbers are the same.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any, NamedTuple, TypeVar, cast

import pandas as pd

from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]
Measure = TypeVar("Measure", bound=Callable[..., Any])

_KEPT = 2
_every: list[Callable[..., Any]] = []


class _Answer(NamedTuple):
    params: Params | None
    tables: dict[str, pd.DataFrame | None]
    result: Any


class _Watched(Mapping[str, pd.DataFrame]):
    """Tables that remember which of them were looked at."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.seen: dict[str, pd.DataFrame | None] = {}
        self.all_seen = False

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.seen[name] = table = self._tables.get(name)
        if table is None:
            raise KeyError(name)
        return table

    def __iter__(self) -> Iterator[str]:
        self.all_seen = True
        return iter(self._tables)

    def __len__(self) -> int:
        self.all_seen = True
        return len(self._tables)


def shared(measure: Measure) -> Measure:
    """Let a function of ``(params, tables)``, or of ``(tables)``, answer once for the same ones.

    The last two answers are kept: of the store as it stands, and as it stood on an earlier day that it is
    held against. The tables are the same if each one looked at is the same frame; they are asked for again,
    so that whoever notes what a chapter reads hears of it. Nobody may change what is returned.
    """
    takes_params = len(inspect.signature(measure).parameters) == 2
    kept: list[_Answer] = []

    @wraps(measure)
    def answered(*given: Any) -> Any:
        params, tables = given if takes_params else (None, *given)
        for answer in kept:
            if _same(answer, params, tables):
                kept.sort(key=lambda each: each is not answer)  # the one not asked for longest is last
                return answer.result
        watched = _Watched(tables)
        result = measure(params, watched) if takes_params else measure(watched)
        if not watched.all_seen:
            kept[:] = [_Answer(params, watched.seen, result), *kept[: _KEPT - 1]]
        return result

    _every.append(answered if takes_params else lambda params, tables: answered(tables))
    return cast(Measure, answered)


def measure_shared(params: Params, tables: Tables) -> None:
    """Measure all that is shared; what cannot be measured is told by the chapter that needs it."""
    for answered in _every:
        with suppress(Exception):
            answered(params, tables)


def _same(answer: _Answer, params: Params | None, tables: Tables) -> bool:
    return (answer.params is params or answer.params == params) and all(
        tables.get(name) is table for name, table in answer.tables.items()
    )
