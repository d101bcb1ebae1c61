"""The figures that a group asks for by itself: one for all of its stores, from their params."""

from collections.abc import Mapping, Sequence

from csanalysis.chapters.goal import Goal
from csanalysis.chapters.network.targets import TARGETS
from csanalysis.errors import ParamsError
from csanalysis.messages import Message, placed
from csanalysis.network.members import Member
from csanalysis.schema import nearest


def given_targets(members: Sequence[Member]) -> dict[str, float]:
    """``group_targets`` of the stores' params, by target.

    Raises
    ------
    ParamsError
        It names no target, asks for a rate beyond 1, or two stores of the group say different figures.
    """
    known = {goal.target: goal for goal in TARGETS}
    found: dict[str, tuple[float, Member]] = {}
    problems: list[Message] = []
    for member in members:
        for name, figure in member.params.group_targets.items():
            said, teller = found.setdefault(name, (figure, member))
            if teller is member:
                problems += [placed(member.params_file, line) for line in _wrong(name, figure, known)]
            elif said != figure:
                line = Message(
                    "group_targets.{name} is {figure:g} here and {said:g} in {other}; write it once, "
                    "in the group's file",
                    "group_targets.{name} 这里是 {figure:g}，{other} 里是 {said:g}；请只在集团文件里写一次",
                    name=name,
                    figure=figure,
                    said=said,
                    other=teller.params_file,
                )
                problems.append(placed(member.params_file, line))
    if problems:
        raise ParamsError(problems)
    return {name: figure for name, (figure, _) in found.items()}


def _wrong(name: str, figure: float, known: Mapping[str, Goal]) -> list[Message]:
    if name not in known:
        return [
            Message(
                "group_targets.{name} is no target{hint}",
                "group_targets.{name} 不是目标{hint}",
                name=name,
                hint=nearest(name, known),
            )
        ]
    if known[name].unit == "rate" and figure > 1:
        return [
            Message(
                "group_targets.{name} must be a share of at most 1, not {figure:g}",
                "group_targets.{name} 应为不大于 1 的比例，现在是 {figure:g}",
                name=name,
                figure=figure,
            )
        ]
    return []
