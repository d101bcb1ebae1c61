"""The service's reports as readers find them: in its output folder, or in an object store."""

import time
from pathlib import Path

from csanalysis.errors import CsanalysisError
from csanalysis.fleet.stored import Stored
from csanalysis.messages import Message
from csanalysis.report.listed import list_reports
from csanalysis.schedule.status import FILE

PACE = 300.0
"""Seconds between two indexes of an object store while runs go on: each asks for every report in it."""


class Reports:
    """Index, status page, and what messages are written from.

    With a ``url`` the reports lie there, and ``output`` is the working copy.
    """

    def __init__(self, output: Path, url: str | None) -> None:
        self._output, self._stored = output, Stored(url) if url else None
        self._stale, self._listed, self._sent = False, 0.0, b""

    def relist(self) -> None:
        """Say of a new report in the index; in an object store :meth:`catch_up` does so.

        Raises
        ------
        OSError, ValueError, KeyError
            It cannot be written.
        """
        if self._stored:
            self._stale = True
        else:
            list_reports(self._output)

    def catch_up(self, *, busy: bool) -> list[Message]:
        """Send index and status page to the store if they are out of date; what went wrong is tried again.

        While runs go on (``busy``) the index waits for its turn.
        """
        if self._stored is None:
            return []
        problems: list[Message] = []
        if self._stale and (not busy or time.monotonic() >= self._listed + PACE):
            self._stale = False  # before: a report made meanwhile asks for another
            try:
                self._stored.write_index()
            except CsanalysisError as error:
                self._stale = True
                problems += error.problems
            self._listed = time.monotonic()
        page = self._output / FILE
        try:
            said = page.read_bytes() if page.is_file() else b""
            if said != self._sent:
                self._stored.send(page)
                self._sent = said
        except CsanalysisError as error:
            problems += error.problems
        return problems

    def fetch(self, place: Path, params_file: Path) -> None:
        """Have here what another machine may have made for a store.

        Raises
        ------
        StoreError, BusyError
            It cannot be had, or is being made again.
        """
        if self._stored:
            self._stored.fetch(place.relative_to(self._output).as_posix(), params_file=params_file)
