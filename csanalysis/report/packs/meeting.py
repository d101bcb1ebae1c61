"""The pack for a satisfaction meeting: one week for the managers, one month for all staff."""

import re
import shutil
from pathlib import Path

from csanalysis.catalogue import format_period, text
from csanalysis.catalogue.filling import filled_from
from csanalysis.errors import NotebookError
from csanalysis.ingest import held, load
from csanalysis.messages import Message
from csanalysis.report.assemble import assemble
from csanalysis.report.contract import known_dealerships, refuse_breaches
from csanalysis.report.cover import cover
from csanalysis.report.files.publishing import alone
from csanalysis.report.notebook.checking import checked_copies
from csanalysis.report.running import Clock, Tell, run_chapters, write_documents

NOTEBOOK = "satisfaction_meeting"


def build_meeting(params_file: Path, output: Path, period: str, *, tell: Tell = lambda step: None) -> Path:
    """The pack of ``period`` (``2025-11`` or ``2025-W48``), in ``output/<id>/meetings/<period>``.

    Raises
    ------
    ParamsError, IngestError, NotebookError, ReportError
        As :func:`csanalysis.report.build.build_report`; also where the period is no month or week.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2]|W(0[1-9]|[1-4]\d|5[0-3]))", period):
        raise NotebookError(
            Message(
                "period {period!r} is no month or week; write 2025-11 or 2025-W48",
                "“{period}”不是月份或周；请写成 2025-11 或 2025-W48",
                period=period,
            )
        )
    clock = Clock(tell)
    clock.step("read")
    cache = output / ".cache"
    store = load(params_file, cache=cache)
    params = store.params
    place = output / params.dealership.id / "meetings" / period
    failed = place.parent / "failed"
    changed = checked_copies(params, params_file)
    shutil.rmtree(failed, ignore_errors=True)
    with filled_from(store.params), alone(output, place) as folder, held(store):
        run = run_chapters(
            [NOTEBOOK],
            params_file,
            folder,
            cache=cache,
            failed=failed,
            clock=clock,
            period=period,
            own=changed,
        )
        clock.step("export")
        title = text("cover.meeting", params.language, period=format_period(period, params.language))
        made = cover(params, made=clock.started) | {"title": title, "layout": "compact"}
        document = write_documents(assemble(run.notebooks, cover=made), folder)
        clock.stop()
        refuse_breaches(document, run.notebooks, run.results, store, folder, others=known_dealerships(output))
    return place
