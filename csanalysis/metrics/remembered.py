"""What was worked out of the same tables a moment ago is not worked out again."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

import pandas as pd

Measure = TypeVar("Measure", bound=Callable[..., Any])

_KEPT = 2


def remembered(measure: Measure) -> Measure:
    """Let a function answer once for the same tables: the very frames and mappings, equal values beside.

    The last two answers are kept. Nobody may change the tables given, or what is returned.
    """
    signature = inspect.signature(measure)
    answers: list[tuple[list[Any], Any]] = []

    @wraps(measure)
    def answered(*given: Any, **named: Any) -> Any:
        bound = signature.bind(*given, **named)
        bound.apply_defaults()
        asked = [*bound.arguments.values()]
        for known, found in answers:
            if all(map(_same, known, asked)):
                return found
        found = measure(*given, **named)
        answers[:] = [(asked, found), *answers[: _KEPT - 1]]
        return found

    return cast(Measure, answered)


def _same(one: Any, other: Any) -> bool:
    return one is other or (not isinstance(one, (pd.DataFrame, Mapping)) and bool(one == other))
