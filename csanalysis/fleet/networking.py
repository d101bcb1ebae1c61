"""The group's report as jobs: each store's part of it, then one job that lays the parts side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from csanalysis.fleet.job import Outcome, Task
from csanalysis.messages import Message
from csanalysis.network.members import of_one_year

Do = Callable[[Sequence[Path], Task], list[Outcome]]
"""Does a task for stores."""


@dataclass(frozen=True)
class SideBySide:
    """The group's report as ``outcome``, and what is to be said of stores that are not in it."""

    outcome: Outcome
    left: tuple[Message, ...]


def side_by_side(params_files: Sequence[Path], do: Do, language: str = "") -> SideBySide:
    """Lay stores side by side; one that cannot be is left out, unless fewer than two remain.

    The outcome of a report that is made has a note for each store that is left out.
    """
    parts = do(params_files, Task("network"))
    made = [outcome.params_file for outcome in parts if outcome.made]
    left = [line for outcome in parts for line in outcome.problems]
    ready, others = of_one_year(made)
    left += others
    if len(ready) < min(2, len(params_files)):
        return SideBySide(Outcome(params_files[0], problems=tuple(left), kind="group"), tuple(left))
    stores = tuple(str(path.resolve()) for path in ready)
    (outcome,) = do(ready[:1], Task("group", stores=stores, language=language))
    return SideBySide(outcome, tuple(left))
