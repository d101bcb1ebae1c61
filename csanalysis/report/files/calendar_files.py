"""What a report's folder holds of the calendar: the year to subscribe to, or a draft to fill in."""

import shutil
from datetime import datetime, time
from pathlib import Path

import pandas as pd

from csanalysis.chapters.calendar.ics import write_ics
from csanalysis.chapters.calendar.measure import planned
from csanalysis.chapters.signed.draft_calendar import drafted_events
from csanalysis.ingest import Store
from csanalysis.params.calendar_workbook import write_calendar
from csanalysis.privacy.files import keep_private
from csanalysis.report.files.filled import is_whole, written_in

DRAFT = "calendar-draft.xlsx"
DAMAGED = "calendar-draft-damaged.xlsx"
"""A draft that cannot be read whole: kept for who filled it in, closed, as nobody can tell what it says."""


def write_calendar_files(folder: Path, place: Path, store: Store) -> None:
    """``calendar.ics`` where the params give a calendar, else :data:`DRAFT` in the form of its template.

    A draft in ``place`` that somebody has written in is taken along as it is, as :data:`DAMAGED` if it is.
    """
    params = store.params
    written = (place / DRAFT).is_file() and written_in(place / DRAFT)
    damaged = written and not is_whole(place / DRAFT)
    _keep_damaged(place, folder, DRAFT if damaged else DAMAGED)
    if params.calendar:
        write_ics(
            folder / "calendar.ics",
            planned(params, store.tables).events,
            language=params.language,
            dealership=params.dealership.id,
            title=params.dealership.title,
            plan_year=params.plan_year,
            as_of=pd.Timestamp(params.as_of),
        )
    elif written and not damaged:
        shutil.copy2(place / DRAFT, folder / DRAFT)
    else:
        write_calendar(
            folder / DRAFT,
            drafted_events(params, store.tables),
            year=params.plan_year,
            language=params.language,
            created=datetime.combine(params.as_of, time()),
        )


def _keep_damaged(place: Path, folder: Path, name: str) -> None:
    if (place / name).is_file() and (place / name) != (folder / DAMAGED):
        shutil.copy2(place / name, folder / DAMAGED)
        keep_private(folder / DAMAGED)
