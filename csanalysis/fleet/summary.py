"""How a run ended, in a few lines."""

from collections.abc import Callable, Sequence
from pathlib import Path

from csanalysis.fleet.job import Outcome


def summary(outcomes: Sequence[Outcome], shown: Callable[[Path], str] = str) -> list[str]:
    """How many reports are made, then a line for each store that failed: why, and its page as ``shown``."""
    failed = [outcome for outcome in outcomes if not outcome.made]
    lines = [f"{len(outcomes) - len(failed)} of {len(outcomes)} reports made"]
    for outcome in failed:
        first, *others = outcome.problems
        more = f" (and {len(others)} more)" if others else ""
        see = f"; see {shown(outcome.page)}" if outcome.page else ""
        path = str(outcome.params_file)
        lines.append(f"  {path}: {first.removeprefix(path).removeprefix(': ')}{more}{see}")
    return lines
