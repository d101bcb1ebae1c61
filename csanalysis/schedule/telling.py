"""The messages about a run: sent, logged, and tried again later where they did not arrive."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from csanalysis.delivery import Book, Receipt
from csanalysis.errors import CsanalysisError
from csanalysis.fleet import Outcome
from csanalysis.messages import Message, placed
from csanalysis.params.schedule import Work
from csanalysis.schedule.lines import task_of
from csanalysis.schedule.log import Log
from csanalysis.schedule.reports import Reports
from csanalysis.schedule.roster import Member
from csanalysis.schedule.state import Entry

AGAIN = 3600.0
"""Seconds after which messages that did not arrive are sent again, also before the store's next run."""
JOB = "#undelivered"

PENDING = Message("not all sent yet", "尚未发送完")
"""Stands with a store until its messages are sent: who starts the service again sees what a kill cut off."""


class Telling:
    """Sends what the params ask for; the book knows what was sent, over restarts too."""

    def __init__(
        self,
        output: Path,
        reports: Reports,
        send: Callable[..., list[Receipt]],
        log: Log,
        stopping: Callable[[], bool],
    ) -> None:
        self._output, self._reports, self._send = output, reports, send
        self._log, self._stopping = log, stopping
        self._book = Book(output)

    def tell(self, member: Member, outcome: Outcome) -> list[Message]:
        """Send the messages about an outcome; what went wrong with them."""
        try:
            if outcome.place:
                self._reports.fetch(outcome.place, outcome.params_file)
        except CsanalysisError as error:
            self._log("delivery_failed", "error", dealership=member.name, problems=error.problems)
            return error.problems
        receipts = self._send(outcome, book=self._book, sleep=self._pause)
        for problem in self._book.take_problems():
            self._log("delivery_not_noted", "warning", dealership=member.name, problems=[problem])
        for receipt in receipts:
            event, level = ("delivered", "info") if receipt.sent else ("delivery_failed", "error")
            if receipt.known:
                event, level = "nothing_new_to_deliver", "info"
            problems = receipt.problems or None
            self._log(event, level, dealership=member.name, channel=receipt.channel, problems=problems)
        return [placed(receipt.channel, line) for receipt in receipts for line in receipt.problems]

    def untold(self, member: Member, work: Work, entry: Entry | None) -> Outcome | None:
        """The last outcome of a store's line as far as its messages did not arrive; None where all did."""
        if entry is None or not entry.delivery_problems or not member.key:
            return None
        kind = task_of(work, date.today()).kind
        if entry.outcome == "failed":
            problems = tuple(Message(line, line) for line in entry.problems)
            return Outcome(member.path, problems=problems, kind=kind)
        names = ("lists.xlsx",) if kind == "lists" else ("run.json", "metrics.json")
        if entry.outcome != "made" or not (entry.report or kind == "lists"):
            return None
        place = (self._output / entry.report).parent if entry.report else self._output / member.key
        with suppress(CsanalysisError):  # then what is here counts
            self._reports.fetch(place, member.path)
        whole = any((place / name).is_file() for name in names)
        return Outcome(member.path, place, kind=kind) if whole else None

    def _pause(self, seconds: float) -> bool:
        """Waits before another message or attempt; true where the service is stopping, and does not wait."""
        until = time.monotonic() + seconds
        while not self._stopping() and time.monotonic() < until:
            time.sleep(0.2)
        return self._stopping()


def tell_problems(log: Log, member: Member) -> None:
    """Log what is wrong with a params file, or that it has no schedule."""
    if member.problems:
        log("params_broken", "error", dealership=member.name, problems=member.problems)
    elif not member.works:
        line = f"{member.path}: no schedule; it is not run"
        log("not_scheduled", "warning", dealership=member.name, problems=[line])
