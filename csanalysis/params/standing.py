"""Targets that stand: those of a frozen plan, which hold for its year whatever is reckoned since."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StandingTarget:
    """One target of a frozen plan.

    ``target`` is the metric that it is set by, ``group`` the split it is one of, ``year`` its value; of a
    measure whose months add up also ``months``, the twelve of the plan year.
    """

    target: str
    group: Mapping[str, str]
    year: float
    months: tuple[float, ...] | None = None


_GIVEN = "CSANALYSIS_PLAN"
"""Where a notebook's process finds the frozen plan of the report that it is run for."""


def given_plan() -> Path | None:
    """The file of the frozen plan whose targets stand; None where there is none."""
    given = os.environ.get(_GIVEN)
    return Path(given) if given else None


@contextmanager
def plan_given(plan: Path | None) -> Iterator[None]:
    """While the block runs, the processes that this one starts know of a frozen plan."""
    before = os.environ.pop(_GIVEN, None)
    if plan is not None:
        os.environ[_GIVEN] = str(plan.resolve())
    try:
        yield
    finally:
        os.environ.pop(_GIVEN, None)
        if before is not None:
            os.environ[_GIVEN] = before
