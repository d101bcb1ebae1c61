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
from csanalysis.schedule.board import Board
from csanalysis.schedule.ledger import Ledger, TriggerOf
from csanalysis.schedule.lines import Line, is_sent, job_name, line_of, report_link
from csanalysis.schedule.lock import only_one
from csanalysis.schedule.log import Log, SchedulerLog
from csanalysis.schedule.reports import Reports
from csanalysis.schedule.roster import Member, Roster
from csanalysis.schedule.runs import Runs, drafts
from csanalysis.schedule.settings import Settings
from csanalysis.schedule.state import Ending
from csanalysis.schedule.telling import AGAIN, JOB, PENDING, Telling, tell_problems
from csanalysis.schedule.timetable import Timetable

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
        self._runs = runs or Runs(self._settings.jobs, self._settings.scheduler, self._settings.url)
        self._log = Log(stream, self._roster.secrets)
        zone = self._settings.zone
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(self._settings.jobs)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            **({"timezone": zone} if zone else {}),
        )
        self._zone: tzinfo = self._scheduler.timezone
        self._ledger = Ledger(output, self._zone, trigger)
        self._timetable = Timetable(
            self._scheduler, self._ledger, trigger, self._log, self._run, jitter=self._settings.jitter
        )
        self._board = Board(output, self._roster, self._ledger, self._zone, self._timetable.next_run)
        self._reports = Reports(output, self._settings.url)
        self._telling = Telling(output, self._reports, send, self._log, lambda: self._stopping)
        self._going, self._stopping = set[Line](), False
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
            self._timetable.follow(self._roster)
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
                self._look()
                due = time.monotonic() + self._settings.watch

    def _look(self) -> None:
        """Take up what changed in the roster and in the params files, and write the page that was put off."""
        with self._lock:
            before = set(self._roster.members)
            for problem in self._roster.look():
                self._log("roster_broken", "error", problems=[problem])
            for path in self._roster.members.keys() - before:
                self._log("store_found", dealership=self._roster.members[path].name)
                tell_problems(self._log, self._roster.members[path])
            for path in before - self._roster.members.keys():
                self._log("store_left", dealership=path.stem)
            if before != set(self._roster.members):
                self._timetable.follow(self._roster)
                self._save()
            try:
                self._board.catch_up()
            except OSError as error:
                self._log("state_unwritable", "error", problems=[_said(error)])
        for path in list(self._roster.members):
            self._refresh(path)
        self._catch_up()

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
        self._catch_up()
        self._log("stopped")

    def _wait_for_runs(self, most: float, *, patient: bool) -> None:
        until = time.monotonic() + most
        while self._going and (left := until - time.monotonic()) > 0:
            with suppress(Empty):
                if self._asked.get(timeout=min(_TICK, left)) == "stop" and not patient:
                    return

    def _refresh(self, path: Path) -> Member | None:
        """Read a changed file again; a changed line takes effect, a broken file leaves the last good one."""
        with self._lock:
            if path not in self._roster.members:
                return None
            old, new = self._roster.refresh(path)
            if new is old or self._stopping:
                return new
            self._log("params_read", dealership=new.name)
            tell_problems(self._log, new)
            self._timetable.follow(self._roster)
            self._save()
            return new

    def _skipped(self, event: JobSubmissionEvent) -> None:
        if event.job_id == JOB:
            return
        with self._lock:
            path, work = line_of(event.job_id)
            member = self._roster.members.get(path)
            if member is None:
                return
            if key := member.entry_key(work):
                self._ledger.skip(key, event.scheduled_run_times[-1])
                self._save()
            name = job_name(member, work)
            self._log("skipped", "warning", dealership=name, problems=["its last run still goes on"])

    def _run(self, path: Path, work: Work) -> None:
        """One run from beginning to end, in a thread of the scheduler's."""
        line = path, work
        with self._lock:
            member = self._refresh(path)
            if member is None:
                return
            key, name = member.entry_key(work), job_name(member, work)
            if self._stopping or not member.cron(work) or not key or not member.key:
                return
            beside = {"beside": self._roster.beside(member)} if work == "network" else {}
            self._going.add(line)
            caught_up = self._timetable.take_owed(line)
            entry = self._ledger.begin(key, datetime.now(self._zone), caught_up=caught_up)
            planned = entry.planned.isoformat(timespec="seconds")
            self._log("run_started", dealership=name, planned=planned, caught_up=caught_up or None)
            self._save()
        try:
            before = drafts(self._output, member.key)
            hide = self._roster.hidden_from(member)
            outcome = self._runs.run(path, self._output, work=work, hide=hide, **beside)
            if not outcome.made:  # a killed run could not clear up; half a report may hold lists of customers
                for draft in drafts(self._output, member.key) - before:
                    shutil.rmtree(draft, ignore_errors=True)
            if self._finished(member, work, key, outcome) != "ended" and is_sent(member, work):
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
            if outcome.made:
                try:
                    self._reports.relist()
                except (OSError, ValueError, KeyError) as error:
                    problem = f"index.html could not be written: {_said(error)}"
                    self._log("index_failed", "warning", dealership=member.name, problems=[problem])
            report = report_link(self._output, outcome.place, work)
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
            for work in [work for work in WORKS if is_sent(member, work)]:
                key = member.entry_key(work)
                if self._stopping or not key or (member.path, work) in self._going:
                    continue
                if outcome := self._telling.untold(member, work, self._ledger.entries.get(key)):
                    self._deliver(member, key, outcome)

    def _catch_up(self) -> None:
        """Index and status page of an object store: outside the lock, for they take their time."""
        if problems := self._reports.catch_up(busy=self.busy):
            self._log("index_failed", "warning", problems=problems)

    def _save(self, *, stopped: bool = False) -> None:
        """State and page as of now; a full disk must not end the service."""
        try:
            self._board.save(stopped=stopped)
        except OSError as error:
            self._log("state_unwritable", "error", problems=[_said(error)])


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
