"""How a run ended, in a few lines."""

from collections.abc import Callable, Sequence
from pathlib import Path

from csanalysis.fleet.job import Outcome, with_params_file
from csanalysis.messages import Message


def count(outcomes: Sequence[Outcome]) -> Message:
    """How many of those that were asked for are made."""
    numbers = {"made": sum(outcome.made for outcome in outcomes), "asked": len(outcomes)}
    if all(outcome.kind == "report" for outcome in outcomes):
        return Message("{made} of {asked} reports made", "共 {asked} 份报告，生成了 {made} 份", **numbers)
    return Message("made for {made} of {asked} stores", "共 {asked} 家店，做出了 {made} 家", **numbers)


def summary(outcomes: Sequence[Outcome], shown: Callable[[Path], str] = str) -> list[Message]:
    """How many reports are made, then a line for each store that failed: why, and its page as ``shown``."""
    failed = [outcome for outcome in outcomes if not outcome.made]
    lines = [count(outcomes)]
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
