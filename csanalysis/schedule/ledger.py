"""What ran and what is owed, kept on disk at every step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Protocol

from apscheduler.triggers.base import BaseTrigger

from csanalysis.schedule.state import Ending, Entry, StateError, read_state, write_state

_MOST_STEPS = 10_000


class TriggerOf(Protocol):
    """Makes the trigger of a cron line."""

    def __call__(self, line: str, zone: tzinfo | None = None, *, jitter: int = 0) -> BaseTrigger:
        """The trigger."""


class Ledger:
    """The entries by ``<dealership>/<plan year>``. The caller holds its own lock."""

    def __init__(self, output: Path, zone: tzinfo, trigger: TriggerOf) -> None:
        self._output, self._zone, self._trigger = output, zone, trigger
        self.entries: dict[str, Entry] = {}

    def read(self) -> str | None:
        """Take up what an earlier service left; returns what is wrong with it, and then begins anew."""
        try:
            self.entries = read_state(self._output)
        except StateError as error:
            return str(error)
        return None

    def save(self) -> None:
        """Write the entries down."""
        write_state(self._output, self.entries)

    def owed(self, key: str, now: datetime) -> bool:
        """Whether a run was missed, by the line of that time, or was broken off and not yet tried again."""
        entry = self.entries.get(key)
        if entry is None:
            return False
        if entry.outcome == "ended" or (entry.outcome == "running" and not entry.retried):
            return True
        return self._latest(entry, now) is not None

    def enrol(self, key: str, cron: str, now: datetime) -> None:
        """Put a store on its schedule: what is new, or under a new line, owes nothing from before."""
        entry = self.entries.get(key)
        if entry is None:
            self.entries[key] = Entry(cron, planned=now)
        elif entry.cron != cron:
            self.entries[key] = replace(entry, cron=cron, planned=now)

    def close(self, key: str) -> None:
        """Note that a run that was going when the service died will not be tried again."""
        entry = self.entries[key]
        if entry.outcome == "running":
            self.entries[key] = replace(entry, outcome="failed", finished=entry.started)

    def begin(self, key: str, now: datetime, *, caught_up: bool) -> Entry:
        """A run begins."""
        entry = self.entries[key]
        begun = Entry(
            entry.cron,
            planned=self._latest(entry, now) or entry.planned,
            started=now,
            finished=entry.finished,
            outcome="running",
            caught_up=caught_up,
            retried=caught_up and entry.outcome == "running",
            report=entry.report,
        )
        self.entries[key] = begun
        return begun

    def finish(
        self, key: str, ending: Ending, now: datetime, *, report: str | None, problems: Sequence[str]
    ) -> Entry:
        """A run is over; the last good report stays linked."""
        entry = self.entries[key]
        spent = (now - (entry.started or now)) / timedelta(seconds=1)
        self.entries[key] = replace(
            entry,
            finished=now,
            seconds=round(spent, 1),
            outcome=ending,
            retried=False,
            report=report or entry.report,
            problems=tuple(problems),
        )
        return self.entries[key]

    def note_delivery(self, key: str, problems: Sequence[str]) -> None:
        """What went wrong with the messages about the last run."""
        self.entries[key] = replace(self.entries[key], delivery_problems=tuple(problems))

    def skip(self, key: str, planned: datetime) -> None:
        """A time came round while the last run went on: that run stands for it."""
        self.entries[key] = replace(self.entries[key], planned=planned)

    def _latest(self, entry: Entry, now: datetime) -> datetime | None:
        """The last time that came round after the one dealt with, by the line of that time."""
        try:
            trigger = self._trigger(entry.cron, self._zone)
        except ValueError:
            return None
        found, step = None, entry.planned
        for _ in range(_MOST_STEPS):
            due = trigger.get_next_fire_time(step, step)
            if due is None or due > now:
                return found
            found = step = due
        return now
