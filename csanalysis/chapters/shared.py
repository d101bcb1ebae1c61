"""What several chapters need of a store is measured once: the first answer serves the others.

A process that forks its chapters measures it beforehand (:func:`measure_shared`), so that all of them inherit
it; a kernel of its own measures what it needs itself. Either way the numbers are the same. What was measured
may also be kept for the next run (:func:`keeping`), where tables that an answer did not read may be others.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import wraps
from time import process_time
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import pandas as pd

from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]
Measure = TypeVar("Measure", bound=Callable[..., Any])

_KEPT = 2
_every: list[Callable[..., Any]] = []


class Kept(NamedTuple):
    """An answer, and the tables that were looked at for it; None for one that is not there."""

    tables: dict[str, pd.DataFrame | None]
    result: Any


class Keeper(Protocol):
    """Keeps answers from one run to the next, by the name of what was measured."""

    def find(self, name: str, params: Params | None, tables: Tables) -> Kept | None:
        """The answer for these params and tables, where there is one."""

    def keep(self, name: str, params: Params | None, kept: Kept, seconds: float) -> None:
        """An answer that was measured in so many seconds of the processor."""


class _Answer(NamedTuple):
    params: Params | None
    kept: Kept


_keeper: list[Keeper] = []


@contextmanager
def keeping(keeper: Keeper) -> Iterator[None]:
    """While the block runs, this process and those that it forks ask ``keeper`` before they measure."""
    _keeper.append(keeper)
    try:
        yield
    finally:
        _keeper.remove(keeper)


@contextmanager
def keeping_nothing() -> Iterator[None]:
    """While the block runs no keeper is asked or told: what runs may change the tables it is given."""
    held = [*_keeper]
    _keeper.clear()
    try:
        yield
    finally:
        _keeper[:] = held


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
    answered = kept(measure)
    takes_params = len(inspect.signature(measure).parameters) == 2
    _every.append(answered if takes_params else lambda params, tables: answered(tables))
    return answered


def kept(measure: Measure) -> Measure:
    """As :func:`shared`, for what one chapter alone needs: nobody measures it beforehand."""
    takes_params = len(inspect.signature(measure).parameters) == 2
    name = f"{measure.__module__}.{measure.__qualname__}"
    answers: list[_Answer] = []

    @wraps(measure)
    def answered(*given: Any) -> Any:
        params, tables = given if takes_params else (None, *given)
        for answer in answers:
            if _same(answer, params, tables):
                answers.sort(key=lambda each: each is not answer)  # the one not asked for longest is last
                return answer.kept.result
        found = _keeper[-1].find(name, params, tables) if _keeper else None
        if found is None:
            began, watched = process_time(), _Watched(tables)
            found = Kept(watched.seen, measure(params, watched) if takes_params else measure(watched))
            if watched.all_seen:
                return found.result
            if _keeper:
                _keeper[-1].keep(name, params, found, process_time() - began)
        answers[:] = [_Answer(params, found), *answers[: _KEPT - 1]]
        return found.result

    return cast(Measure, answered)


def measure_shared(params: Params, tables: Tables) -> None:
    """Measure all that is shared; what cannot be measured is told by the chapter that needs it."""
    for answered in _every:
        with suppress(Exception):
            answered(params, tables)


def _same(answer: _Answer, params: Params | None, tables: Tables) -> bool:
    return (answer.params is params or answer.params == params) and all(
        tables.get(name) is table for name, table in answer.kept.tables.items()
    )
