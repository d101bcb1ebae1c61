"""The service: stays up and runs each dealership at its own times."""

import logging
import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, tzinfo
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import RLock
from typing import Literal, TextIO

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobSubmissionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from csanalysis.delivery import Receipt, deliver
from csanalysis.fleet import Outcome
from csanalysis.params.cron import cron_trigger
from csanalysis.params.schedule import WORKS, Work
from csanalysis.report.index import write_index
from csanalysis.schedule.ledger import Ledger, TriggerOf
from csanalysis.schedule.lines import Line, job_id, job_name, line_of, report_link, title_of
from csanalysis.schedule.lock import only_one
from csanalysis.schedule.log import Log, SchedulerLog
from csanalysis.schedule.roster import Member, Roster
from csanalysis.schedule.runs import Runs, drafts
from csanalysis.schedule.settings import Settings
from csanalysis.schedule.state import Ending
from csanalysis.schedule.status import Row, write_status
from csanalysis.schedule.telling import AGAIN, JOB, PENDING, Telling, tell_problems

_TICK = 1.0  # seconds; on Windows a main thread that waits longer hears no signal meanwhile
_LAST_WORDS = 10.0  # seconds for what was ended to be written down


class Service:
    """One service over some params files; :meth:`serve` returns once :meth:`stop` was called.

    Raises
    ------
    ParamsError
        No params file can be used, or none has a schedule.
    """

    def __init__(
        self,
        params_files: Sequence[Path],
        output: Path,
        settings: Settings | None = None,
        *,
        runs: Runs | None = None,
        send: Callable[..., list[Receipt]] = deliver,
        trigger: TriggerOf = cron_trigger,
        stream: TextIO | None = None,
    ) -> None:
        self._settings = settings or Settings()
        self._roster, self._output = Roster(params_files), output
        self._runs, self._trigger = runs or Runs(), trigger
        self._log = Log(stream, self._roster.secrets)
        zone = self._settings.zone
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(self._settings.jobs)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            **({"timezone": zone} if zone else {}),
        )
        self._zone: tzinfo = self._scheduler.timezone
        self._ledger = Ledger(output, self._zone, trigger)
        self._telling = Telling(output, send, self._log, lambda: self._stopping)
        self._owed, self._going, self._stopping = set[Line](), set[Line](), False
        self._lock = RLock()  # of roster, ledger, what is going on, and the pages
        self._asked: SimpleQueue[Literal["stop", "over"]] = SimpleQueue()  # a signal handler may put

    @property
    def busy(self) -> bool:
        """Whether anything is still going on."""
        return bool(self._going)

    def stop(self) -> None:
        """Ask for a clean stop; asked again, what is running is ended at once. Safe in a signal handler."""
        self._asked.put("stop")

    def serve(self) -> None:
        """Run until asked to stop, then let what is running finish for the period of grace.

        Raises
        ------
        ReportError
            Another service uses the output folder, or it cannot be written.
        """
        listener, logger = SchedulerLog(self._log), logging.getLogger("apscheduler")
        with only_one(self._output):
            logger.addHandler(listener)
            try:
                self._start()
                self._watch()
            finally:
                self._finish()
                logger.removeHandler(listener)

    def _start(self) -> None:
        if problem := self._ledger.read():
            self._log("state_unusable", "warning", problems=[f"{problem}; what was missed is not caught up"])
        self._log("started", output=str(self._output), pid=os.getpid(), timezone=str(self._zone))
        self._scheduler.add_listener(self._skipped, EVENT_JOB_MAX_INSTANCES)
        self._scheduler.start(paused=True)
        with self._lock:
            for member in self._roster.members.values():
                tell_problems(self._log, member)
                for work in member.works:
                    self._plan(member, work, catch_up=True)
            self._save()
        now = datetime.now(self._zone)
        self._scheduler.add_job(self._deliver_again, "interval", seconds=AGAIN, id=JOB, next_run_time=now)
        self._scheduler.resume()

    def _watch(self) -> None:
        """Until asked to stop: look at the params files."""
        due = time.monotonic() + self._settings.watch
        while True:
            with suppress(Empty):
                if self._asked.get(timeout=min(_TICK, self._settings.watch)) == "stop":
                    return
            if time.monotonic() >= due:
                for path in list(self._roster.members):
                    self._refresh(path)
                due = time.monotonic() + self._settings.watch

    def _finish(self) -> None:
        with self._lock:
            self._stopping = True
            going = [self._roster.members[path].name for path, _ in self._going]
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self._log("stopping", running=going, grace=self._settings.grace)
        self._wait_for_runs(self._settings.grace, patient=False)
        self._runs.end()
        self._wait_for_runs(_LAST_WORDS, patient=True)
        with self._lock:
            self._save(stopped=True)
        self._log("stopped")

    def _wait_for_runs(self, most: float, *, patient: bool) -> None:
        until = time.monotonic() + most
        while self._going and (left := until - time.monotonic()) > 0:
            with suppress(Empty):
                if self._asked.get(timeout=min(_TICK, left)) == "stop" and not patient:
                    return

    def _plan(self, member: Member, work: Work, *, catch_up: bool) -> None:
        """Put a store's report or lists on the schedule, or under a new line; what is owed runs once, now."""
        cron, key, now = member.cron(work), member.entry_key(work), datetime.now(self._zone)
        assert cron and key
        owed = catch_up and self._ledger.owed(key, now)
        self._ledger.enrol(key, cron, now)
        if owed:
            self._owed.add((member.path, work))
        elif catch_up:
            self._ledger.close(key)
        trigger = self._trigger(cron, self._zone, jitter=self._settings.jitter)
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

    def _refresh(self, path: Path) -> Member:
        """Read a changed file again; a changed line takes effect, a broken file leaves the last good one."""
        with self._lock:
            old, new = self._roster.refresh(path)
            if new is old or self._stopping:
                return new
            self._log("params_read", dealership=new.name)
            tell_problems(self._log, new)
            for work in WORKS:
                if (new.cron(work), new.key) == (old.cron(work), old.key):
                    continue
                if new.cron(work):
                    self._plan(new, work, catch_up=old.params is None)
                elif self._scheduler.get_job(job_id(path, work)):
                    self._scheduler.remove_job(job_id(path, work))
            self._save()
            return new

    def _skipped(self, event: JobSubmissionEvent) -> None:
        if event.job_id == JOB:
            return
        with self._lock:
            path, work = line_of(event.job_id)
            member = self._roster.members[path]
            if key := member.entry_key(work):
                self._ledger.skip(key, event.scheduled_run_times[-1])
                self._save()
            self._log("skipped", "warning", dealership=member.name, problems=["its last run still goes on"])

    def _run(self, path: Path, work: Work) -> None:
        """One run from beginning to end, in a thread of the scheduler's."""
        line = path, work
        with self._lock:
            member = self._refresh(path)
            key, name = member.entry_key(work), job_name(member, work)
            if self._stopping or not member.cron(work) or not key or not member.key:
                return
            self._going.add(line)
            caught_up = line in self._owed
            self._owed.discard(line)
            entry = self._ledger.begin(key, datetime.now(self._zone), caught_up=caught_up)
            planned = entry.planned.isoformat(timespec="seconds")
            self._log("run_started", dealership=name, planned=planned, caught_up=caught_up or None)
            self._save()
        try:
            before = drafts(self._output, member.key)
            outcome = self._runs.run(path, self._output, work=work, hide=self._roster.hidden_from(member))
            if not outcome.made:  # a killed run could not clear up; half a report may hold lists of customers
                for draft in drafts(self._output, member.key) - before:
                    shutil.rmtree(draft, ignore_errors=True)
            if self._finished(member, work, key, outcome) != "ended" and work == "report":
                self._deliver(member, key, outcome)
        except Exception as error:
            self._log("run_failed", "error", dealership=name, problems=[_said(error)])
        finally:
            with self._lock:
                self._going.discard(line)
            self._asked.put("over")

    def _finished(self, member: Member, work: Work, key: str, outcome: Outcome) -> Ending:
        ending: Ending = "made" if outcome.made else "ended" if self._runs.ended else "failed"
        problems = () if ending == "ended" else outcome.problems  # one broken off has only that it was
        with self._lock:
            if outcome.made and work == "report":
                try:
                    write_index(self._output)
                except (OSError, ValueError, KeyError) as error:
                    problem = f"index.html could not be written: {_said(error)}"
                    self._log("index_failed", "warning", dealership=member.name, problems=[problem])
            report = report_link(outcome.place, work)
            at, lines = datetime.now(self._zone), self._roster.masked(member, problems)
            entry = self._ledger.finish(key, ending, at, report=report, problems=lines)
            self._save()
        self._log(
            f"run_{ending}",
            {"made": "info", "ended": "warning"}.get(ending, "error"),
            dealership=job_name(member, work),
            seconds=entry.seconds,
            outcome=ending,
            report=report,
            problems=[line for problem in problems for line in problem.splitlines()] or None,
        )
        return ending

    def _deliver(self, member: Member, key: str, outcome: Outcome) -> None:
        if member.params and member.params.delivery:
            self._note_delivery(member, key, [PENDING])
        self._note_delivery(member, key, self._telling.tell(member, outcome))

    def _note_delivery(self, member: Member, key: str, lines: Sequence[str]) -> None:
        with self._lock:
            self._ledger.note_delivery(key, self._roster.masked(member, lines))
            self._save()

    def _deliver_again(self) -> None:
        """What did not arrive, of stores that are not being made just now."""
        for member in list(self._roster.members.values()):
            if self._stopping or not member.key or (member.path, "report") in self._going:
                continue
            if outcome := self._telling.untold(member, self._ledger.entries.get(member.key)):
                self._deliver(member, member.key, outcome)

    def _save(self, *, stopped: bool = False) -> None:
        """State and page as of now; a full disk must not end the service."""
        members = self._roster.members.values()
        rows = [self._row(each, work, stopped) for each in members for work in each.works or WORKS[:1]]
        languages = [member.params.language for member in members if member.params]
        try:
            self._ledger.save()
            now = datetime.now(self._zone)
            write_status(self._output, rows, language=languages[0], zone=self._zone, now=now, stopped=stopped)
        except OSError as error:
            self._log("state_unwritable", "error", problems=[_said(error)])

    def _row(self, member: Member, work: Work, stopped: bool) -> Row:
        """A store's line of the page."""
        job = self._scheduler.get_job(job_id(member.path, work)) if not stopped else None
        entry = self._ledger.entries.get(member.entry_key(work) or "")
        problems = tuple(self._roster.masked(member, member.problems))
        due = job.next_run_time if job else None
        return Row(title_of(member, work), member.cron(work), entry, due, problems)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
