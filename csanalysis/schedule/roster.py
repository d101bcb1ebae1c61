"""The params files of the service, read again whenever they change."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from csanalysis.delivery.masking import masked, secrets_in
from csanalysis.errors import ParamsError
from csanalysis.messages import Message, joined, said
from csanalysis.params import Params, read_params
from csanalysis.params.delivery import PASSWORD, USER
from csanalysis.params.document import document_of, text_of
from csanalysis.params.environment import variables_of
from csanalysis.params.group import extended_by, rosters_of, stores_named
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
    files: tuple[Path, ...] = ()
    """The file and those that it extends: what the stamp is of."""

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

    def __init__(self, given: Sequence[Path]) -> None:
        """Read every file of the stores that ``given`` names: params files, a group's file, wildcards.

        Raises
        ------
        ParamsError
            No file can be used, or none has a schedule.
        """
        self._given = list(given)
        self.members: dict[Path, Member] = {}
        self._named = self._stamp_of_names()
        for path in stores_named(self._given):
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

    def look(self) -> list[Message]:
        """Take in what the group's roster or a wildcard names anew, and leave what it names no longer.

        What is wrong with the roster is given, and the stores stay as they were.
        """
        if self._stamp_of_names() == self._named:
            return []
        self._named = self._stamp_of_names()
        try:
            for path in self._given:
                if "*" not in path.name and path not in self.members:  # a group's file, perhaps half written
                    document_of(path, text_of(path))
            named = stores_named(self._given)
        except ParamsError as error:
            return error.problems
        old = self.members
        self.members = {}
        for path in named:
            self.members[path] = old[path] if path in old else self._read(path, None)
        return []

    def leads(self, member: Member) -> bool:
        """Whether a store's line stands for the group's report of all stores with the same line."""
        return self.beside(member)[:1] == [member.path]

    def beside(self, member: Member) -> list[Path]:
        """The stores that are laid side by side when this one's line comes round."""
        line = member.cron("network")
        return [each.path for each in self.members.values() if line and each.cron("network") == line]

    def works(self, member: Member) -> list[Work]:
        """What is on a schedule under this store's name."""
        return [work for work in member.works if work != "network" or self.leads(member)]

    def _stamp_of_names(self) -> tuple[Any, ...]:
        """What changes with the files that say which stores there are."""
        found: list[Any] = []
        for path in self._given:
            if "*" in path.name:
                found.append(sorted(path.parent.glob(path.name)))
            elif not (path in self.members and self.members[path].params):  # no store's own file
                files = [path, *sorted(extended_by(path)), *rosters_of(path)]
                found.append((path, _stamp(files)))
        return tuple(found)

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
        if _stamp(old.files) == old.stamp:
            return old, old
        new = self.members[path] = self._read(path, old)
        return old, new

    def _read(self, path: Path, old: Member | None) -> Member:
        files = (path, *sorted(extended_by(path)))
        stamp = _stamp(files)
        try:
            new = Member(path, stamp, read_params(path), files=files)
        except ParamsError as error:
            last_good = old.params if old else None
            return Member(path, stamp, last_good, tuple(error.problems), files)
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


def _stamp(files: Sequence[Path]) -> Stamp:
    """What changes with any of the files."""
    found = []
    for file in files:
        try:
            about = file.stat()
        except OSError:
            continue
        found.append((about.st_mtime_ns, about.st_size))
    return tuple(found)
