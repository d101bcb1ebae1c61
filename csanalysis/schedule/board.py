"""What the service keeps on disk for itself and for readers: its state at every step, and the page of it."""

import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from csanalysis.params.schedule import WORKS, Work
from csanalysis.schedule.ledger import Ledger
from csanalysis.schedule.lines import title_of
from csanalysis.schedule.roster import Member, Roster
from csanalysis.schedule.status import Row, write_status

MANY, PACE = 100, 5.0
"""A page of more rows than this is written once in so many seconds, for it takes its time."""

NextRun = Callable[[Path, Work], datetime | None]


class Board:
    """The state and the page. The caller holds its own lock."""

    def __init__(self, output: Path, roster: Roster, ledger: Ledger, zone: tzinfo, next_run: NextRun) -> None:
        self._output, self._roster, self._ledger, self._zone = output, roster, ledger, zone
        self._next_run = next_run
        self._written, self._stale = 0.0, False

    def save(self, *, stopped: bool = False) -> None:
        """State and page as of now.

        Raises
        ------
        OSError
            They cannot be written.
        """
        self._ledger.save()
        if len(self._roster.members) > MANY and not stopped and time.monotonic() < self._written + PACE:
            self._stale = True
        else:
            self._write(stopped)

    def catch_up(self) -> None:
        """Write the page that was put off, if it is time; raises as :meth:`save`."""
        if self._stale and time.monotonic() >= self._written + PACE:
            self._write(stopped=False)

    def _write(self, stopped: bool) -> None:
        members = self._roster.members.values()
        rows = [
            self._row(each, work, stopped)
            for each in members
            for work in self._roster.works(each) or WORKS[:1]
        ]
        languages = [member.params.language for member in members if member.params]
        language = languages[0] if languages else "zh"
        now = datetime.now(self._zone)
        write_status(self._output, rows, language=language, zone=self._zone, now=now, stopped=stopped)
        self._written, self._stale = time.monotonic(), False

    def _row(self, member: Member, work: Work, stopped: bool) -> Row:
        """A store's line of the page."""
        entry = self._ledger.entries.get(member.entry_key(work) or "")
        problems = tuple(self._roster.masked(member, member.problems))
        due = None if stopped else self._next_run(member.path, work)
        return Row(title_of(member, work), member.cron(work), entry, due, problems)
