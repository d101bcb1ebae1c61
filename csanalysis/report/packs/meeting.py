"""The pack for a satisfaction meeting: one week for the managers, one month for all staff."""

import re
from pathlib import Path

from csanalysis.catalogue import format_period, text
from csanalysis.errors import NotebookError
from csanalysis.ingest import load
from csanalysis.messages import Message
from csanalysis.report.build import write_metrics
from csanalysis.report.cover import cover
from csanalysis.report.finishing import finish_store, one_notebook
from csanalysis.report.gate import accepted_or_refused
from csanalysis.report.look import page_look
from csanalysis.report.notebook.checking import checked_copies
from csanalysis.report.options import NO_HURRY, Limits
from csanalysis.report.running import Clock, OnStep
from csanalysis.report.slides.pack import write_pack_slides

NOTEBOOK = "satisfaction_meeting"


def build_meeting(
    params_file: Path,
    output: Path,
    period: str,
    *,
    limits: Limits = NO_HURRY,
    on_step: OnStep = lambda step: None,
) -> Path:
    """The pack of ``period`` (``2025-11`` or ``2025-W48``), in ``output/<id>/meetings/<period>``.

    ``limits`` are what its chapter may take.

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
    clock = Clock(on_step)
    clock.step("read")
    store = load(params_file, cache=output / ".cache")
    accepted = accepted_or_refused(store)
    params = store.params
    place = output / params.dealership.id / "meetings" / period
    given = {"period": period, "own": checked_copies(params, params_file), "limits": limits}
    with one_notebook(NOTEBOOK, store, output, place, clock, **given) as (folder, run):
        clock.step("export")
        title = text("cover.meeting", params.language, period=format_period(period, params.language))
        page = cover(params, made=clock.started, accepted=accepted)
        page |= {"title": title, "layout": "compact", "standing": None}
        page |= page_look(params, params_file)

        def files() -> None:
            write_metrics(folder / "metrics.json", store, run.results)
            write_pack_slides(
                folder / "meeting.pptx", run.notebooks[0], params, cover=page, folder=params_file.parent
            )

        finish_store(run, store, folder, output=output, cover=page, clock=clock, files=files)
    return place
