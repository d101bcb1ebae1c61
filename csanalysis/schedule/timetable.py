"""Which lines are on the schedule, and which of them owe a run from before."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler

from csanalysis.params.schedule import Work
from csanalysis.schedule.ledger import Ledger, TriggerOf
from csanalysis.schedule.lines import Line, job_id, job_name
from csanalysis.schedule.log import Log
from csanalysis.schedule.roster import Member, Roster


class Timetable:
    """The lines of all stores. The caller holds its own lock; ``run`` does one when its time comes."""

    def __init__(
        self,
        scheduler: BackgroundScheduler,
        ledger: Ledger,
        trigger: TriggerOf,
        log: Log,
        run: Callable[[Path, Work], None],
        *,
        jitter: int,
    ) -> None:
        self._scheduler, self._ledger, self._trigger = scheduler, ledger, trigger
        self._zone: tzinfo = scheduler.timezone
        self._log, self._run, self._jitter = log, run, jitter
        self._planned: dict[Line, tuple[str, str]] = {}  # each with its cron line and its key
        self._owed = set[Line]()

    def follow(self, roster: Roster) -> None:
        """Put on the schedule what the params say now, and take off what they say no longer."""
        wanted: dict[Line, tuple[str, str]] = {}
        for member in roster.members.values():
            for work in roster.works(member):
                wanted[member.path, work] = member.cron(work) or "", member.entry_key(work) or ""
        known = {path for path, _ in self._planned}
        for line in self._planned.keys() - wanted.keys():
            if self._scheduler.get_job(job_id(*line)):
                self._scheduler.remove_job(job_id(*line))
        for (path, work), (cron, key) in wanted.items():
            if self._planned.get((path, work)) != (cron, key):
                self._plan(roster.members[path], work, cron, key, catch_up=path not in known)
        self._planned = wanted

    def take_owed(self, line: Line) -> bool:
        """Whether a run of the line that begins now was owed from before; it is owed no longer."""
        owed = line in self._owed
        self._owed.discard(line)
        return owed

    def next_run(self, path: Path, work: Work) -> datetime | None:
        """When a line comes round."""
        job = self._scheduler.get_job(job_id(path, work))
        return job.next_run_time if job else None

    def _plan(self, member: Member, work: Work, cron: str, key: str, *, catch_up: bool) -> None:
        """Put a store's line on the schedule, or under a new one; what is owed runs once, now."""
        now = datetime.now(self._zone)
        owed = catch_up and self._ledger.owed(key, now)
        self._ledger.enrol(key, cron, now)
        if owed:
            self._owed.add((member.path, work))
        elif catch_up:
            self._ledger.close(key)
        trigger = self._trigger(cron, self._zone, jitter=self._jitter)
        job = self._scheduler.add_job(
            self._run,
            trigger,
            args=[member.path, work],
            id=job_id(member.path, work),
            replace_existing=True,
            next_run_time=now if owed else trigger.get_next_fire_time(None, now),
        )
        due = job.next_run_time.isoformat(timespec="seconds") if job.next_run_time else None
        name = job_name(member, work)
        self._log("planned", dealership=name, cron=cron, next=due, caught_up=owed or None)
