"""How a run ended, in a few lines."""

from collections.abc import Callable, Sequence
from pathlib import Path

from csanalysis.fleet.job import Outcome, with_params_file
from csanalysis.messages import Message


def summary(outcomes: Sequence[Outcome], shown: Callable[[Path], str] = str) -> list[Message]:
    """How many reports are made, then a line for each store that failed: why, and its page as ``shown``."""
    failed = [outcome for outcome in outcomes if not outcome.made]
    count = {"made": len(outcomes) - len(failed), "asked": len(outcomes)}
    lines = [Message("{made} of {asked} reports made", "共 {asked} 份报告，生成了 {made} 份", **count)]
    for outcome in failed:
        first, *others = outcome.problems
        more = Message(" (and {count} more)", "（另有 {count} 处）", count=len(others)) if others else ""
        page = shown(outcome.page) if outcome.page else ""
        see = Message("; see {page}", "；见 {page}", page=page) if page else ""
        problem = Message(
            "  {line}{more}{see}",
            "  {line}{more}{see}",
            line=with_params_file(first, outcome.params_file),
            more=more,
            see=see,
        )
        lines.append(problem)
    return lines
