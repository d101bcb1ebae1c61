"""The params files of the service, read again whenever they change."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from csanalysis.delivery.masking import masked, secrets_in
from csanalysis.errors import ParamsError
from csanalysis.messages import Message, joined, said
from csanalysis.params import Params, read_params
from csanalysis.params.delivery import PASSWORD, USER
from csanalysis.params.environment import variables_of
from csanalysis.params.group import extended_by
from csanalysis.params.language import language_of
from csanalysis.params.schedule import WORKS, Work

Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Member:
    """One params file: ``params`` are the last good ones, ``problems`` those of the file as it is now."""

    path: Path
    stamp: Stamp
    params: Params | None
    problems: tuple[Message, ...] = ()

    @property
    def key(self) -> str | None:
        """``<dealership>/<plan year>``, as in outputs/."""
        return f"{self.params.dealership.id}/{self.params.plan_year}" if self.params else None

    @property
    def name(self) -> str:
        """What logs call it."""
        return self.params.dealership.id if self.params else self.path.stem

    @property
    def title(self) -> str:
        """What its readers call it."""
        return self.params.dealership.title if self.params else self.name

    @property
    def language(self) -> Literal["zh", "en"]:
        """In which what went wrong with it is told."""
        return self.params.language if self.params else language_of(self.path)

    def cron(self, work: Work) -> str | None:
        """The cron line of its report or of its lists, if it has one."""
        schedule = self.params.schedule if self.params else None
        return schedule.line(work) if schedule else None

    @property
    def works(self) -> list[Work]:
        """What is on a schedule."""
        return [work for work in WORKS if self.cron(work)]

    def entry_key(self, work: Work) -> str | None:
        """Under which the state of its report or lists is kept."""
        return self.key if self.key is None or work == "report" else f"{self.key}/{work}"


class Roster:
    """All of them, in the order given."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Read every file.

        Raises
        ------
        ParamsError
            No file can be used, or none has a schedule.
        """
        self.members: dict[Path, Member] = {}
        for path in paths:
            self.members[path] = self._read(path, None)
        members = self.members.values()
        if not any(member.works for member in members):
            problems = [problem for member in members for problem in member.problems]
            readable = joined(str(member.path) for member in members if member.params)
            if readable:
                problems.append(
                    Message(
                        '{files}: no schedule; give a cron line, such as schedule: "0 6 2 * *"',
                        '{files}：没有 schedule；请写一行 cron 时间，如 schedule: "0 6 2 * *"',
                        files=readable,
                    )
                )
            raise ParamsError(problems)

    def secret_names(self) -> set[str]:
        """The variables of the environment that no log, page or message may show."""
        deliveries = [member.params.delivery for member in self.members.values() if member.params]
        return {USER, PASSWORD}.union(*(delivery.environment_names() for delivery in deliveries if delivery))

    def hidden_from(self, member: Member) -> set[str]:
        """Those of them that a run of this store does not need: what its sources name it does."""
        read = member.params.model_dump(include={"sources"}) if member.params else {}
        return self.secret_names().difference(variables_of(read))

    def secrets(self) -> set[str]:
        """What these variables hold."""
        return secrets_in(os.environ, self.secret_names())

    def masked(self, member: Member, problems: Sequence[str]) -> list[str]:
        """What goes wrong with a store, in its language and without the secrets of the environment."""
        secrets = self.secrets()
        lines = [line for problem in problems for line in said(problem, member.language).splitlines()]
        return [masked(line, secrets) for line in lines]

    def refresh(self, path: Path) -> tuple[Member, Member]:
        """The member before and after; the same one where the file has not changed."""
        old = self.members[path]
        if _stamp(path) == old.stamp:
            return old, old
        new = self.members[path] = self._read(path, old)
        return old, new

    def _read(self, path: Path, old: Member | None) -> Member:
        stamp = _stamp(path)
        try:
            new = Member(path, stamp, read_params(path))
        except ParamsError as error:
            last_good = old.params if old else None
            return Member(path, stamp, last_good, tuple(error.problems))
        for other in self.members.values():
            if other.path != path and other.key == new.key:
                twin = Message(
                    "{path}: is the same dealership and year as {other}; give each its own id",
                    "{path}：与 {other} 是同一家店、同一年度；请给每家店不同的代号",
                    path=path,
                    other=other.path,
                )
                return replace(new, params=old.params if old else None, problems=(twin,))
        return new


def _stamp(path: Path) -> Stamp:
    """What changes with a params file and with every file it extends."""
    found = []
    for file in (path, *sorted(extended_by(path))):
        try:
            about = file.stat()
        except OSError:
            continue
        found.append((about.st_mtime_ns, about.st_size))
    return tuple(found)
